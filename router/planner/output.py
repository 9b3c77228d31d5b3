"""The client's answer: its selections, read from the tree under internal names."""

from __future__ import annotations

from collections.abc import Iterator

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
        yield selection.types, _field(selection, selection.response_name, (), ())
        return
    names = scope.names_of(selection.name, selection.arguments, selection.response_name)
    wanted = selection.types or graph.possible_types[selection.parent_type]
    left = wanted
    for number, (name, types) in enumerate(names):
        here = left & types
        if not here:
            continue
        left -= here
        is_all = number == 0 and len(here) == len(wanted)
        below = output_of(selection.selections, scope.child(name), graph)
        yield (
            (selection.types if is_all or not (left & _rest(names, number)) else here),
            _field(selection, name, (), below),
        )
    if left == wanted:
        # Nobody answers it: the field is null, and an error where it must not be.
        yield selection.types, _field(selection, selection.response_name, (), ())


def _rest(names: list[tuple[str, frozenset[str]]], number: int) -> frozenset[str]:
    return frozenset().union(*(types for _, types in names[number + 1 :]))


def _field(
    selection: FieldSelection,
    source: str,
    conditions: tuple[Condition, ...],
    selections: tuple[Output, ...],
) -> OutputField:
    own = tuple(Condition(c.variable, c.value) for c in selection.conditions)
    return OutputField(
        name=selection.name,
        response_name=selection.response_name,
        source=source,
        type=selection.type,
        parent_type=selection.parent_type,
        conditions=(*own, *conditions),
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
