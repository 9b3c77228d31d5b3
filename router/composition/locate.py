"""Findings → diagnostics: each place looked up in the text that it is in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from graphql import Node

from router.composition.diagnostics import Diagnostic, Finding, Location, Place
from router.composition.source import SubgraphSource


def located(
    findings: Iterable[Finding], sources: Sequence[SubgraphSource]
) -> tuple[Diagnostic, ...]:
    """Turn findings into diagnostics, each once, in the order of the pipeline."""
    by_name = {source.name: source for source in sources}
    diagnostics = (
        Diagnostic(
            code=finding.code,
            message=finding.message,
            severity=finding.severity,
            coordinate=finding.coordinate,
            locations=tuple(
                dict.fromkeys(
                    _location(place, by_name.get(place.subgraph)) for place in finding.places
                )
            ),
            suggestion=finding.suggestion,
        )
        for finding in findings
    )
    return tuple(dict.fromkeys(diagnostics))


def _location(place: Place, source: SubgraphSource | None) -> Location:
    line, column, end = _position(place)
    python = None
    if source is not None and place.coordinate is not None:
        python = _python(place.coordinate, source)
    return Location(
        subgraph=place.subgraph,
        line=line,
        column=column,
        end_column=end,
        file=source.file if source else None,
        source_line=_source_line(source, line),
        python=python,
    )


def _position(place: Place) -> tuple[int | None, int | None, int | None]:
    if place.position is not None:
        return (*place.position, place.position[1] + 1)
    node = _named_part(place.node)
    if node is None or node.loc is None:
        return None, None, None
    start, end = node.loc.start_token, node.loc.end_token
    last = end.column + (end.end - end.start) if end.line == start.line else None
    return start.line, start.column, last


def _named_part(node: Node | None) -> Node | None:
    """Point at the name of a definition rather than at all of it."""
    name = getattr(node, "name", None)
    if isinstance(name, Node) and name.loc is not None and not node_is_application(node):
        return name
    return node


def node_is_application(node: Node | None) -> bool:
    """A directive is shown whole, with its arguments."""
    return node is not None and node.kind in {"directive", "const_directive"}


def _source_line(source: SubgraphSource | None, line: int | None) -> str | None:
    if source is None or line is None:
        return None
    lines = source.sdl.splitlines()
    return lines[line - 1] if line <= len(lines) else None


def _python(coordinate: str, source: SubgraphSource) -> tuple[str, int] | None:
    """Find the Python behind a coordinate; an argument is where its field is."""
    field = coordinate.partition("(")[0]
    return source.source_map.get(field) or source.source_map.get(field.partition(".")[0])
