"""Diagnostics as GitHub's workflow commands, which it shows beside the changed lines.

Source: https://docs.github.com/actions/reference/workflow-commands-for-github-actions
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from router.composition import Diagnostic, Location

COMMANDS = {"error": "error", "warning": "warning", "info": "notice", "debug": "notice"}


def render(diagnostics: Iterable[Diagnostic]) -> str:
    """Write one annotation a diagnostic: on the Python line where it is known, else in the SDL."""
    return "".join(f"{_annotation(diagnostic)}\n" for diagnostic in diagnostics)


def _annotation(diagnostic: Diagnostic) -> str:
    properties = {**_position(diagnostic.locations), "title": diagnostic.code}
    text = ",".join(f"{name}={_escaped_property(value)}" for name, value in properties.items())
    lines = [diagnostic.message, *map(_where, diagnostic.locations)]
    if diagnostic.suggestion:
        lines.append(diagnostic.suggestion)
    return f"::{COMMANDS[diagnostic.severity]} {text}::{_escaped(chr(10).join(lines))}"


def _position(locations: Sequence[Location]) -> Mapping[str, str]:
    """Choose the place to annotate; an annotation has one, the others are named in its text."""
    for location in locations:
        if location.python is not None:
            file, line = location.python
            return {"file": file, "line": str(line)}
    in_files = [location for location in locations if location.file is not None]
    best = next((found for found in in_files if found.line is not None), None)
    best = best or next(iter(in_files), None)
    return {} if best is None else {"file": str(best.file), **_range(best)}


def _range(location: Location) -> Mapping[str, str]:
    values = {"line": location.line, "col": location.column, "endColumn": location.end_column}
    return {name: str(value) for name, value in values.items() if value is not None}


def _where(location: Location) -> str:
    if location.line is None:
        return f"{location.subgraph}: missing here"
    place = f"{location.file or 'SDL'}:{location.line}:{location.column}"
    python = f" ({location.python[0]}:{location.python[1]})" if location.python else ""
    return f"{location.subgraph}: {place}{python}"


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _escaped_property(text: str) -> str:
    return _escaped(text).replace(":", "%3A").replace(",", "%2C")
