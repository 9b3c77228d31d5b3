"""Fetch graph → plan nodes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import reduce
from itertools import count

from router.operation.model import Operation, OperationKind
from router.planner.conditions import NEVER, Literal, When, either, shared, without
from router.planner.fetch_graph import Node, Represented
from router.planner.operation_text import (
    declarations,
    entity_text,
    operation_text,
    selection_text,
)
from router.planner.passes.schedule import Request
from router.planner.selections import Renderer, used_variables, variables_of
from router.query_graph.model import QueryGraph
from router.query_plan.nodes import (
    Condition,
    EntityEntry,
    Fetch,
    Position,
    Representation,
    Selection,
)


@dataclass(frozen=True, slots=True)
class Emitted:
    """A fetch, and the conditions without which it does not run."""

    fetch: Fetch
    conditions: frozenset[Literal]
    part: int | None = None


@dataclass(slots=True)
class Emitter:
    """Turns requests into fetches; numbers them in the order in which they may run."""

    graph: QueryGraph
    operation: Operation
    _ids: count[int] = field(default_factory=count)
    _renderers: dict[str, Renderer] = field(default_factory=dict)

    def emit(self, requests: Iterable[Request], kind: OperationKind) -> list[Emitted]:
        """Emit the requests of one fetch graph; `kind` is that of its root fetches."""
        numbers: dict[Node, int] = {}
        emitted: list[Emitted] = []
        for request in requests:
            number = next(self._ids)
            numbers.update(dict.fromkeys(request.nodes, number))
            waits = {numbers[before] for node in request.nodes for before in node.after}
            emitted.append(self._request(request, number, tuple(sorted(waits)), kind))
        return emitted

    def _request(
        self, request: Request, number: int, waits: tuple[int, ...], kind: OperationKind
    ) -> Emitted:
        when: When = reduce(either, (node.when for node in request.nodes), NEVER)
        known = shared(when)
        first = request.nodes[0]
        is_first_root = first.is_root and first.position.parent is None
        fetch = Fetch(
            id=number,
            service=self.graph.subgraph(request.graph).name,
            kind=kind if is_first_root else "query",
            operation="",
            operation_name=self._operation_name(request, number),
            depends_on=waits,
        )
        if first.is_root:
            return Emitted(self._root(fetch, first, known), known, request.part)
        return Emitted(self._entities(fetch, request, known), known, request.part)

    def _operation_name(self, request: Request, number: int) -> str | None:
        if self.operation.name is None:
            return None
        service = self.graph.subgraph(request.graph).name
        letters = "".join(c if c.isascii() and (c.isalnum() or c == "_") else "_" for c in service)
        return f"{self.operation.name}__{letters}__{number}"

    def _renderer(self, graph: str) -> Renderer:
        if graph not in self._renderers:
            self._renderers[graph] = Renderer(self.graph.types[graph])
        return self._renderers[graph]

    def _root(self, fetch: Fetch, node: Node, known: frozenset[Literal]) -> Fetch:
        selections = self._renderer(node.graph).selections(node.selected, known)
        used = self._used([node], selections)
        return replace(
            fetch,
            selections=selections,
            positions=(node.position.path(),),
            variable_usages=used,
            operation=operation_text(
                fetch.kind,
                fetch.operation_name,
                declarations(self.operation.variables, used),
                selection_text(selections),
            ),
        )

    def _entities(self, fetch: Fetch, request: Request, known: frozenset[Literal]) -> Fetch:
        entries = self._entries(request, known)
        selections = [selection for entry in entries for selection in entry.selections]
        conditions = (c.variable for entry in entries for c in entry.conditions)
        used = self._used(request.nodes, selections, conditions)
        declared = [
            *(_declared(entry) for entry in entries),
            *(
                f"${name}:{one.type}"
                for node in request.nodes
                for name, one in node.contexts.items()
            ),
            *declarations(self.operation.variables, used),
        ]
        text = "{" + " ".join(entity_text(entry) for entry in entries) + "}"
        return replace(
            fetch,
            entries=entries,
            contexts=tuple(
                one.variable for node in request.nodes for one in node.contexts.values()
            ),
            variable_usages=used,
            operation=operation_text("query", fetch.operation_name, declared, text),
        )

    def _entries(self, request: Request, known: frozenset[Literal]) -> tuple[EntityEntry, ...]:
        """The entries of a request; positions at which the same is asked are one entry."""
        merged: dict[EntityEntry, list[Position]] = {}
        for node in request.nodes:
            for types in node.entries():
                entry = self._entry(node, types, known)
                merged.setdefault(entry, []).append(node.position.path())
        if len(merged) == 1:
            ((entry, positions),) = merged.items()
            variable = self._free_name("representations")
            named = replace(entry, response_name="_entities", variable=variable)
            return (replace(named, positions=tuple(positions)),)
        return tuple(
            replace(
                entry,
                response_name=f"_e{index}",
                variable=self._free_name(f"representations{index}"),
                positions=tuple(positions),
            )
            for index, (entry, positions) in enumerate(merged.items())
        )

    def _free_name(self, name: str) -> str:
        while name in self.operation.variables:
            name = f"_{name}"
        return name

    def _entry(self, node: Node, types: frozenset[str], known: frozenset[Literal]) -> EntityEntry:
        left = without(node.when, known)
        own = next(iter(left)) if len(left) == 1 else frozenset()
        return EntityEntry(
            response_name="",
            variable="",
            positions=(),
            representations=tuple(_representations(node.represented, types)),
            selections=self._renderer(node.graph).entrance(node.selected, types, known | own),
            conditions=tuple(Condition(*literal) for literal in sorted(own)),
        )

    def _used(
        self,
        nodes: list[Node],
        selections: Iterable[Selection],
        more: Iterable[str] = (),
    ) -> tuple[str, ...]:
        used = set(more)
        for node in nodes:
            used.update(variables_of(node.selected))
        used.update(used_variables(selections))
        return tuple(name for name in self.operation.variables if name in used)


def _declared(entry: EntityEntry) -> str:
    """The variable of an entry's representations; it may be left out where the entry is."""
    default = "=[]" if entry.conditions else ""
    return f"${entry.variable}:[_Any!]!{default}"


def _representations(
    represented: dict[str, Represented], types: frozenset[str]
) -> Iterator[Representation]:
    """Types that are represented alike, together."""
    alike: dict[Represented, list[str]] = {}
    for type_name, how in represented.items():
        if type_name in types:
            alike.setdefault(how, []).append(type_name)
    for how, names in alike.items():
        yield Representation(frozenset(names), how.typename, how.selections)
