"""The parts in which an answer comes: first what is not deferred, then each `@defer`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from router.operation.model import Deferral, FieldSelection, Operation
from router.planner.answer_tree import Scope, list_depth
from router.planner.arrange import arrange, in_series
from router.planner.emit import Emitted
from router.planner.fetch_graph import FetchGraph
from router.planner.output import Reader
from router.query_graph.model import QueryGraph
from router.query_plan.nodes import Defer, DeferredPart, PlanNode

Parents = dict[int, int | None]
"""For each deferral, the one inside of which it begins; None for the first part."""


def parents_of(selections: tuple[FieldSelection, ...], part: int | None = None) -> Parents:
    """Find which deferral is inside of which."""
    parents: Parents = {}
    for selection in selections:
        inside = part
        for deferral in _around(selection):
            parents[deferral.id] = part if deferral.parent is None else deferral.parent.id
            inside = deferral.id
        parents |= parents_of(selection.selections, inside)
    return parents


def _around(selection: FieldSelection) -> list[Deferral]:
    """The deferrals that begin at a field's position and have it inside, outermost first."""
    found: list[Deferral] = []
    deferral = selection.deferral
    while deferral is not None:
        found.insert(0, deferral)
        deferral = deferral.parent
    return found


def settle_parts(fetches: FetchGraph, parents: Parents) -> None:
    """Run each fetch with the innermost part that contains all parts that need it."""
    if not parents:
        return
    for node in fetches:
        lines = [_line(part, parents) for part in node.parts]
        common = [one for one in lines[0] if all(one in line for line in lines)] if lines else []
        node.part = common[0] if common else None


def _line(part: int | None, parents: Parents) -> list[int]:
    """A part and those around it, from the inside out."""
    line: list[int] = []
    while part is not None:
        line.append(part)
        part = parents[part]
    return line


@dataclass(frozen=True, slots=True)
class _Begun:
    """A deferral where it begins: the objects it adds to, and what the client selects there."""

    deferral: Deferral
    parent: int | None
    path: tuple[str, ...]
    selections: tuple[FieldSelection, ...]
    scope: Scope


def in_parts(
    operation: Operation, steps: list[list[Emitted]], scope: Scope, graph: QueryGraph
) -> PlanNode | None:
    """Arrange fetches, step by step, by the parts with which they run."""
    begun = {one.deferral.id: one for one in _begun(operation.selections, scope, (), None)}
    first = [arrange([one for one in step if one.part is None]) for step in steps]
    primary = in_series([node for node in first if node is not None])
    if not begun:
        return primary
    emitted = [one for step in steps for one in step]
    reader = Reader(graph, is_whole=False)
    return Defer(
        primary=primary,
        deferred=tuple(_part(one, emitted, reader) for one in begun.values()),
        output=reader.output(operation.selections, scope),
    )


def _part(begun: _Begun, emitted: list[Emitted], reader: Reader) -> DeferredPart:
    number = begun.deferral.id
    mine = [one for one in emitted if one.part == number]
    own = {one.fetch.id for one in mine}
    waits = {before for one in mine for before in one.fetch.depends_on if before not in own}
    return DeferredPart(
        label=begun.deferral.label,
        path=begun.path,
        depends_on=tuple(sorted(waits)),
        node=arrange(mine),
        output=reader.output(begun.selections, begun.scope, number),
        id=number,
        parent=begun.parent,
        variable=begun.deferral.variable,
    )


def _begun(
    selections: tuple[FieldSelection, ...],
    scope: Scope,
    path: tuple[str, ...],
    part: int | None,
) -> Iterator[_Begun]:
    for selection in selections:
        inside = part
        for deferral in _around(selection):
            parent = part if deferral.parent is None else deferral.parent.id
            yield _Begun(deferral, parent, path, selections, scope)
            inside = deferral.id
        below = (*path, selection.response_name, *("@",) * list_depth(selection.type))
        key = (selection.response_name, selection.name, selection.arguments)
        for name in scope.answers.get(key, ()):
            yield from _begun(selection.selections, scope.child(name), below, inside)
