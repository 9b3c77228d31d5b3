"""Tables of results, in Markdown, so that they can go into a page as they are."""

from __future__ import annotations

import platform
from collections.abc import Sequence
from datetime import date
from pathlib import Path


def print_table(title: str, heads: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print a table; the first column is text, the others are figures."""
    texts = [[str(head) for head in heads], *([str(cell) for cell in row] for row in rows)]
    widths = [max(len(row[column]) for row in texts) for column in range(len(heads))]
    rule = ["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])]
    lines = [texts[0], rule, *texts[1:]]
    print(f"\n{title}\n", flush=True)
    for line in lines:
        first = line[0].ljust(widths[0])
        rest = (cell.rjust(width) for cell, width in zip(line[1:], widths[1:], strict=True))
        print(f"| {' | '.join([first, *rest])} |", flush=True)


def machine() -> str:
    """Where and when it was measured."""
    about = Path("/proc/cpuinfo")
    lines = about.read_text(encoding="utf-8").splitlines() if about.exists() else []
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    processor = models[0] if models else platform.processor()
    python = f"{platform.python_implementation()} {platform.python_version()}"
    return f"{date.today().isoformat()}, {processor or platform.machine()}, {python}"  # noqa: DTZ011 - the reader's day
