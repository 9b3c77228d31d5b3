"""The client's answer: its selections, read from the tree under internal names."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from router.operation.model import FieldSelection
from router.planner.answer_tree import Scope
from router.query_graph.model import QueryGraph
from router.query_plan.nodes import Condition, Output, OutputField, OutputFragment

_INTROSPECTION = frozenset({"__schema", "__type"})


def output_of(
    selections: tuple[FieldSelection, ...], scope: Scope, graph: QueryGraph
) -> tuple[Output, ...]:
    """Tell for each field that the client selected where the tree has it."""
    found: list[Output] = []
    for selection in selections:
        for types, field in _fields(selection, scope, graph):
            found.append(field if types is None else OutputFragment(types, (), (field,)))
    return _joined(found)


def _fields(
    selection: FieldSelection, scope: Scope, graph: QueryGraph
) -> Iterator[tuple[frozenset[str] | None, OutputField]]:
    if selection.name == "__typename" or selection.name in _INTROSPECTION:
        yield selection.types, _field(selection, selection.response_name, ())
        return
    wanted = selection.types or graph.possible_types[selection.parent_type]
    names = scope.names_of(selection.name, selection.arguments, selection.response_name)
    relevant = [(name, types & wanted) for name, types in names if types & wanted]
    lost = scope.lost.get((selection.name, selection.arguments), frozenset()) & wanted
    for name, types in _apart(relevant):
        below = output_of(selection.selections, scope.child(name), graph)
        is_only = len(relevant) == 1 and not lost
        yield selection.types if is_only else types, _field(selection, name, below)
    if lost:
        field = _field(selection, selection.response_name, ())
        yield lost, replace(field, is_unreachable=True)


def _apart(
    names: list[tuple[str, frozenset[str]]],
) -> Iterator[tuple[str, frozenset[str]]]:
    """Each name with the types that no earlier one has."""
    seen: frozenset[str] = frozenset()
    for name, types in names:
        if types - seen:
            yield name, types - seen
        seen |= types


def _field(selection: FieldSelection, source: str, selections: tuple[Output, ...]) -> OutputField:
    return OutputField(
        name=selection.name,
        response_name=selection.response_name,
        source=source,
        type=selection.type,
        parent_type=selection.parent_type,
        conditions=tuple(Condition(c.variable, c.value) for c in selection.conditions),
        selections=selections,
    )


def _joined(found: list[Output]) -> tuple[Output, ...]:
    """Neighbours for the same types in one fragment."""
    joined: list[Output] = []
    for one in found:
        last = joined[-1] if joined else None
        if (
            isinstance(one, OutputFragment)
            and isinstance(last, OutputFragment)
            and one.types == last.types
        ):
            joined[-1] = OutputFragment(one.types, (), (*last.selections, *one.selections))
        else:
            joined.append(one)
    return tuple(joined)
