"""Files are written whole or not at all, and all of them or none."""

import os
from pathlib import Path

import pytest

from router.cli.atomic_write import write_files


def test_files_are_written_and_nothing_is_left_beside_them(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("old", encoding="utf-8")

    write_files({tmp_path / "a": "ação", tmp_path / "b": "new"})

    assert (tmp_path / "a").read_text(encoding="utf-8") == "ação"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "b"]


def test_where_one_cannot_be_written_the_others_stay_as_they_were(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("old", encoding="utf-8")

    with pytest.raises(OSError, match="No such file or directory"):
        write_files({tmp_path / "a": "new", tmp_path / "none" / "b": "new"})

    assert (tmp_path / "a").read_text(encoding="utf-8") == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "a")

    write_files({tmp_path / "link": "new"})

    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "a").read_text(encoding="utf-8") == "new"


def test_a_device_is_written_to_and_not_replaced() -> None:
    write_files({Path(os.devnull): "new"})

    assert not Path(os.devnull).is_file()
