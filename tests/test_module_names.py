"""Modules that tests share are imported by their bare names, so no two may have the same."""

from __future__ import annotations

import tomllib
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parents[1]


def test_no_two_shared_modules_have_one_name() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    folders = settings["tool"]["pytest"]["ini_options"]["pythonpath"]
    names = Counter(
        path.stem
        for folder in folders
        for path in (ROOT / folder).glob("*.py")
        if path.stem != "conftest" and not path.stem.startswith("test_")
    )
    assert [name for name, count in names.items() if count > 1] == []
