"""The client's answer: its selections, read from the tree under internal names."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from router.operation import model
from router.operation.model import FieldSelection
from router.planner.answer_tree import Scope
from router.query_graph.model import QueryGraph
from router.query_plan.nodes import Condition, Deferral, Output, OutputField, OutputFragment

_INTROSPECTION = frozenset({"__schema", "__type"})


Part = int | None
"""A part of the answer: None for the one that comes first, or the number of a deferral."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Writes outputs: of the whole answer, or of one part of it."""

    graph: QueryGraph
    is_whole: bool

    def output(
        self, selections: tuple[FieldSelection, ...], scope: Scope, part: Part = None
    ) -> tuple[Output, ...]:
        """Tell for each field that the client selected where the tree has it.

        Of a part, the fields that begin it here, with all below them that is not deferred again.
        """
        found: list[Output] = []
        for selection in selections:
            deferral = selection.deferral.id if selection.deferral is not None else None
            if self.is_whole or deferral == part:
                for types, field in self._fields(selection, scope):
                    found.append(field if types is None else OutputFragment(types, (), (field,)))
        return _joined(found)

    def _fields(
        self, selection: FieldSelection, scope: Scope
    ) -> Iterator[tuple[frozenset[str] | None, OutputField]]:
        if selection.name == "__typename" or selection.name in _INTROSPECTION:
            yield selection.types, _field(selection, selection.response_name, ())
            return
        wanted = selection.types or self.graph.possible_types[selection.parent_type]
        key = (selection.response_name, selection.name, selection.arguments)
        names = [
            (name, types & wanted)
            for name, types in scope.answers.get(key, {}).items()
            if types & wanted
        ]
        lost = scope.lost.get(key[1:], frozenset()) & wanted
        for name, types in names:
            below = self.output(selection.selections, scope.child(name))
            is_only = len(names) == 1 and not lost
            yield selection.types if is_only else types, _field(selection, name, below)
        if lost:
            field = _field(selection, selection.response_name, ())
            yield lost, replace(field, is_unreachable=True)


def _field(selection: FieldSelection, source: str, selections: tuple[Output, ...]) -> OutputField:
    return OutputField(
        name=selection.name,
        response_name=selection.response_name,
        source=source,
        type=selection.type,
        parent_type=selection.parent_type,
        conditions=tuple(Condition(c.variable, c.value) for c in selection.conditions),
        selections=selections,
        deferral=_deferral(selection.deferral),
    )


def _deferral(deferral: model.Deferral | None) -> Deferral | None:
    if deferral is None:
        return None
    return Deferral(deferral.id, deferral.label, deferral.variable, _deferral(deferral.parent))


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
