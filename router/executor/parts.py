"""The parts of an answer that comes in parts (`@defer`): what is in each, for given conditions.

Read from the plan's output, which says of each field in which deferral it is. A deferral whose
`if:` is false is none: its fields come with what is around it. Each part is an output of its own:
the way from the root to where the part begins, and there the fields that are in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from router.executor.conditions import Flags
from router.query_plan.nodes import (
    ConditionNode,
    Defer,
    Deferral,
    Fetch,
    Output,
    OutputField,
    Parallel,
    PlanNode,
    QueryPlan,
    Sequence,
)

PartId = int | None
"""A deferral's number; None for what comes first."""


@dataclass(frozen=True, slots=True)
class Part:
    """A deferred part: it begins at `path` (response names), inside of `parent`."""

    id: int
    label: str | None
    parent: PartId
    path: tuple[str, ...]


class Parts:
    """The parts of a plan whose other conditions are decided, in the order of the document.

    Without `flags` for its deferrals, there are none: all comes at once.
    """

    def __init__(self, plan: QueryPlan, flags: Flags | None) -> None:
        self._flags = flags or {}
        self._output = plan.output
        self.parts: dict[int, Part] = {}
        if flags is not None:
            self._find(plan.output, (), None)

    @property
    def first(self) -> tuple[Output, ...]:
        """What is not deferred."""
        return self._kept(self._output, None)

    def output_of(self, part: Part) -> tuple[Output, ...]:
        """What is in a part, below the way that leads there."""
        return self._on_the_way(self._output, part, part.path)

    def owners(self, path: Iterable[str]) -> frozenset[PartId]:
        """The parts that have the field at a path of response names; several have some objects."""
        here: list[tuple[PartId, tuple[Output, ...]]] = [(None, self._output)]
        for name in path:
            here = [
                (self._part_of(field, part), field.selections)
                for part, outputs in here
                for field in _fields(outputs)
                if field.response_name == name
            ]
        return frozenset(part for part, _ in here)

    def of_fetches(self, node: PlanNode | None, fetches: Iterable[Fetch]) -> tuple[PartId, ...]:
        """With which part each of the fetches runs, in a plan with this node."""
        found = self._of_ids(node) if isinstance(node, Defer) else {}
        return tuple(found.get(fetch.id) for fetch in fetches)

    def _of_ids(self, node: Defer) -> Mapping[int, PartId]:
        around = {each.id: each.parent for each in node.deferred}
        found: dict[int, PartId] = {}
        for each in node.deferred:
            part: PartId = each.id
            while part is not None and part not in self.parts:
                part = around[part]
            found.update(dict.fromkeys(_fetches(each.node), part))
        return found

    def _find(self, outputs: tuple[Output, ...], path: tuple[str, ...], inside: PartId) -> None:
        for field in _fields(outputs):
            self._note(self._deferral_of(field.deferral), path, inside)
            part = self._part_of(field, inside)
            self._find(field.selections, (*path, field.response_name), part)

    def _note(self, deferral: Deferral | None, path: tuple[str, ...], inside: PartId) -> None:
        if deferral is not None and deferral.id not in self.parts:
            around = self._deferral_of(deferral.parent)
            # One around it that has no field of its own is a part nevertheless: this one waits
            # for it, and it is empty.
            self._note(around, path, inside)
            parent = inside if around is None else around.id
            self.parts[deferral.id] = Part(deferral.id, deferral.label, parent, path)

    def _deferral_of(self, deferral: Deferral | None) -> Deferral | None:
        while deferral is not None and not self._flags.get(deferral.variable or "", True):
            deferral = deferral.parent
        return deferral

    def _part_of(self, field: OutputField, inside: PartId) -> PartId:
        deferral = self._deferral_of(field.deferral)
        return inside if deferral is None else deferral.id

    def _kept(self, outputs: tuple[Output, ...], part: PartId) -> tuple[Output, ...]:
        """The fields that begin a part here, with all below that is not deferred again."""
        kept: list[Output] = []
        for each in outputs:
            if not isinstance(each, OutputField):
                kept.append(replace(each, selections=self._kept(each.selections, part)))
            elif self._part_of(each, None) == part:
                kept.append(replace(each, selections=self._kept(each.selections, None)))
        return tuple(kept)

    def _on_the_way(
        self, outputs: tuple[Output, ...], part: Part, path: tuple[str, ...]
    ) -> tuple[Output, ...]:
        if not path:
            return self._kept(outputs, part.id)
        way: list[Output] = []
        for each in outputs:
            if not isinstance(each, OutputField):
                way.append(replace(each, selections=self._on_the_way(each.selections, part, path)))
            elif each.response_name == path[0] and each.selections:
                below = self._on_the_way(each.selections, part, path[1:])
                way.append(replace(each, selections=below))
        return tuple(way)


def deferral_variables(plan: QueryPlan) -> tuple[str, ...]:
    """The variables that `if:` of the plan's deferrals asks for, sorted."""
    if not isinstance(plan.node, Defer):
        return ()
    return tuple(sorted({each.variable for each in plan.node.deferred if each.variable}))


def _fields(outputs: Iterable[Output]) -> Iterator[OutputField]:
    for each in outputs:
        if isinstance(each, OutputField):
            yield each
        else:
            yield from _fields(each.selections)


def _fetches(node: PlanNode | None) -> Iterator[int]:
    match node:
        case Fetch():
            yield node.id
        case Sequence(nodes) | Parallel(nodes):
            for child in nodes:
                yield from _fetches(child)
        case ConditionNode(_, if_clause, else_clause):
            yield from _fetches(if_clause)
            yield from _fetches(else_clause)
