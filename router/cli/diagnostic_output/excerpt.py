"""The line of source that a location points to, with the place in it underlined."""

from __future__ import annotations

from rich.cells import cell_len

from router.composition import Location

WIDTH = 90
CONTEXT = 30
CUT = "…"


def printable(text: str) -> str:
    """Replace what would steer a terminal: the text is from a file that anyone wrote."""
    return "".join(c if c.isprintable() or c == "\n" else " " if c == "\t" else "�" for c in text)


def excerpt(location: Location) -> tuple[str, str] | None:
    """Give the source line, cut to what fits, and the underline below it."""
    line, column = location.source_line, location.column
    if line is None or column is None:
        return None
    end = max(location.end_column or len(line.rstrip()) + 1, column + 1)
    shown, start = _window(printable(line), column - 1)
    length = cell_len(shown[start : start + end - column]) or 1
    return shown, " " * cell_len(shown[:start]) + "^" * length


def _window(line: str, start: int) -> tuple[str, int]:
    """Cut a long line, such as that of a file without line breaks, around what matters."""
    first = 0
    if len(line) > WIDTH and start > CONTEXT:
        first = start - CONTEXT
    cut = line[first : first + WIDTH].rstrip()
    left = CUT if first else ""
    right = CUT if first + WIDTH < len(line.rstrip()) else ""
    return f"{left}{cut}{right}", start - first + len(left)
