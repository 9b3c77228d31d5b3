"""Diagnostics for a person: cause, every place with its line underlined, and what to change."""

from __future__ import annotations

from collections.abc import Iterable
from textwrap import indent

from rich.console import Console
from rich.text import Text

from router.cli.diagnostic_output.excerpt import excerpt, printable
from router.composition import Diagnostic, Location

COLOURS = {"error": "red", "warning": "yellow", "info": "cyan", "debug": "blue"}


def show(diagnostics: Iterable[Diagnostic], console: Console) -> None:
    """Print diagnostics; the console decides whether in colour."""
    for diagnostic in diagnostics:
        for line in _lines(diagnostic):
            console.print(line, soft_wrap=True)
        console.print()


def _lines(diagnostic: Diagnostic) -> Iterable[Text]:
    colour = COLOURS[diagnostic.severity]
    yield Text.assemble(
        (f"{diagnostic.severity} {diagnostic.code}", f"bold {colour}"),
        (f"  {printable(diagnostic.coordinate)}" if diagnostic.coordinate else "", "bold"),
    )
    yield Text(indent(printable(diagnostic.message), "  "))
    for location in diagnostic.locations:
        yield from _location(location, colour)
    if diagnostic.suggestion:
        fix = indent(printable(diagnostic.suggestion), "       ").lstrip()
        yield Text.assemble(("  fix: ", "bold green"), fix)


def _location(location: Location, colour: str) -> Iterable[Text]:
    yield Text.assemble(("  → ", colour), (location.subgraph, "bold"), f"  {_where(location)}")
    marked = excerpt(location)
    if marked is not None:
        source, underline = marked
        number = f"{location.line:>6} │ "
        yield Text.assemble((number, "dim"), source)
        yield Text.assemble((f"{'│ ':>{len(number)}}", "dim"), (underline, colour))


def _where(location: Location) -> str:
    """Say where: the Python first, for it is what a person edits."""
    sdl = _where_in_sdl(location)
    if location.python is None:
        return sdl
    file, line = location.python
    return f"{file}:{line} ({sdl})"


def _where_in_sdl(location: Location) -> str:
    if location.line is None:
        return f"{location.file}: missing here" if location.file else "missing here"
    if location.file is None:
        return f"line {location.line} of its SDL"
    return f"{location.file}:{location.line}:{location.column}"
