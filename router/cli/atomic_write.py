"""Files that are written whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path


def write_files(contents: Mapping[Path, str]) -> None:
    """Write several files: first all of them under other names, then each renamed into place.

    Until everything is on the disk, no old file is touched; a reader sees the old text or the new.
    What is no regular file (a pipe, `/dev/null`) is written to directly. Raises OSError.
    """
    waiting: list[tuple[Path, Path]] = []
    try:
        for path, text in contents.items():
            target = path.resolve()
            if target.exists() and not target.is_file():
                target.write_text(text, encoding="utf-8")
                continue
            draft = target.with_name(f".{target.name}.{os.getpid()}.new")
            waiting.append((draft, target))
            draft.write_text(text, encoding="utf-8")
        for draft, target in waiting:
            draft.replace(target)
    finally:
        for draft, _ in waiting:
            draft.unlink(missing_ok=True)
