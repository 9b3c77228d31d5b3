"""Can every field that a client may ask for be reached? If not: the shortest path that fails.

The API schema is walked breadth first. At each position stands a set of subgraphs, any of which
may have been asked to get there; a field is satisfiable if one of them resolves it, or leads by
keys to one that does. What holds for a set holds for every larger one, so a position with a type
and a set that includes one seen before need not be walked again: that keeps interfaces with many
implementations, and graphs with circles, from exploding.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product

from router.composition.diagnostics import Findings, Place
from router.composition.merge.merge import MergedGraph
from router.composition.satisfiability_message import Step, explain, suggest
from router.query_graph import build_query_graph
from router.query_graph.model import QueryGraph, SubgraphField
from router.query_graph.walk import Standing, Standings, Walk
from router.supergraph.api_schema import ApiSchema
from router.supergraph.model import Field, InterfaceType, NamedType, ObjectType, UnionType

MAX_LABELS_COMBINED = 3


@dataclass(frozen=True, slots=True)
class _Position:
    """Objects of a type, the subgraphs that may stand there, and the way there."""

    type_name: str
    standings: Standings
    path: tuple[Step, ...]
    above: frozenset[str] = frozenset()
    """The types further up that set contexts."""


def _each(position: _Position) -> Iterator[Standings]:
    return (frozenset({standing}) for standing in position.standings)


def check_satisfiability(merged: MergedGraph, findings: Findings) -> None:
    """Report each field of the API schema that some query cannot reach, by its shortest path."""
    graph = build_query_graph(merged.draft)
    types = ApiSchema(merged.draft).types
    reported: set[str] = set()
    uses = (use for definition in _fields(graph) for use in definition.contexts)
    setting = frozenset(holder for use in uses for holder in use.holders)
    for labels in _label_sets(graph):
        walk = _Walk(graph, active_labels=labels)
        _Checker(merged, graph, walk, types, findings, reported, setting).check()


def _fields(graph: QueryGraph) -> Iterator[SubgraphField]:
    for views in graph.types.values():
        for view in views.values():
            yield from view.fields.values()


def _label_sets(graph: QueryGraph) -> Iterator[frozenset[str]]:
    """Progressive overrides may be on or off: each alone, and few of them in all combinations."""
    labels = sorted({d.override.label for d in _fields(graph) if d.override is not None})
    if len(labels) <= MAX_LABELS_COMBINED:
        for chosen in product((False, True), repeat=len(labels)):
            yield frozenset(label for label, on in zip(labels, chosen, strict=True) if on)
        return
    yield frozenset()
    yield from (frozenset({label}) for label in labels)
    yield frozenset(labels)


@dataclass(slots=True)
class _Walk(Walk):
    """A walk in which a subgraph gathers what a field requires from where it is itself.

    It was entered by a key, and must be able to give a key again to fetch from elsewhere.
    """

    _by_field: dict[Standings, dict[str, list[Standing]]] = field(default_factory=dict)

    def having(self, reached: Standings, name: str) -> list[Standing]:
        """Choose the standings whose subgraph has a field at all."""
        index = self._by_field.get(reached)
        if index is None:
            index = self._by_field[reached] = {}
            for standing in reached:
                for field_name in standing.view.fields:
                    index.setdefault(field_name, []).append(standing)
        return index.get(name, [])

    def resolvers_among(self, type_name: str, name: str, reached: Standings) -> Standings:
        """Choose the standings that resolve a field, from all that are reached from one."""
        return self._resolvers(type_name, name, reached, frozenset())

    def _resolvers(
        self, type_name: str, name: str, reached: Standings, pending: frozenset[tuple[str, str]]
    ) -> Standings:
        candidates = self.having(reached, name)
        found = {one for one in candidates if self.field_here(one, name) is not None}
        for standing in candidates:
            definition = standing.view.fields[name]
            if not self.is_sent_for(definition):
                continue
            step = (standing.view.graph, name)
            if step not in pending:
                here = self.reach(type_name, frozenset({standing}))
                if self._supplies(type_name, definition.requires, here, pending | {step}):
                    found.add(standing)
        return frozenset(found)


@dataclass(slots=True)
class _Checker:
    merged: MergedGraph
    graph: QueryGraph
    walk: _Walk
    types: Mapping[str, NamedType]
    findings: Findings
    reported: set[str]
    setting: frozenset[str]
    """The types that set contexts."""
    _seen: dict[tuple[str, frozenset[str]], list[Standings]] = field(default_factory=dict)
    _queue: deque[_Position] = field(default_factory=deque)

    def check(self) -> None:
        draft = self.merged.draft
        roots = {
            "query": draft.query,
            "mutation": draft.mutation,
            "subscription": draft.subscription,
        }
        for operation, name in roots.items():
            if name is not None and name in self.types:
                standings = frozenset(Standing(view) for view in self.graph.views[name])
                self._visit(_Position(name, standings, (Step(operation, name),)))
        while self._queue:
            position = self._queue.popleft()
            named = self.types[position.type_name]
            if isinstance(named, ObjectType):
                self._check_fields(position, named)
            else:
                assert isinstance(named, InterfaceType | UnionType)
                self._check_abstract(position, named)

    def _visit(self, position: _Position) -> None:
        seen = self._seen.setdefault((position.type_name, position.above), [])
        if not any(standings <= position.standings for standings in seen):
            seen.append(position.standings)
            self._queue.append(position)

    def _check_fields(self, position: _Position, named: ObjectType | InterfaceType) -> None:
        reached = {self.walk.reach(position.type_name, alone) for alone in _each(position)}
        for definition in named.fields.values():
            returned = self.types.get(definition.type.name)
            is_leaf = not isinstance(returned, ObjectType | InterfaceType | UnionType)
            if is_leaf and self._is_here(position, definition.name):
                continue
            resolvers = self._resolvers(position, definition.name, reached)
            if not resolvers:
                self._report(position, named, definition)
            elif isinstance(returned, ObjectType | InterfaceType | UnionType):
                below = self.walk.below(definition.name, resolvers)
                if not self._check_runtime_types(named, definition, below):
                    continue
                step = Step(definition.name, named.name, definition)
                path = (*position.path, step)
                above = position.above | ({position.type_name} & self.setting)
                self._visit(_Position(returned.name, below, path, above))

    def _is_here(self, position: _Position, name: str) -> bool:
        """Tell whether a subgraph that may stand here resolves the field, with nothing sent."""
        return any(
            self.walk.field_here(standing, name) is not None for standing in position.standings
        )

    def _resolvers(self, position: _Position, name: str, reached: Iterable[Standings]) -> Standings:
        """Each subgraph that may stand here is a way of its own; none helps another with a key."""
        found: set[Standing] = set()
        for standings in reached:
            found |= self.walk.resolvers_among(position.type_name, name, standings)
        return frozenset(
            standing
            for standing in found
            if all(use.holders & position.above for use in standing.view.fields[name].contexts)
        )

    def _check_runtime_types(
        self, named: ObjectType | InterfaceType, definition: Field, below: Standings
    ) -> bool:
        """A shared field is resolved alike everywhere, so must have types in common everywhere."""
        per_graph = {
            standing.view.graph: standing.view.possible
            for standing in below
            if standing.view.kind != "interface object"
        }
        different = set(per_graph.values())
        coordinate = f"{named.name}.{definition.name}"
        if len(different) < 2 or coordinate in self.reported:
            return True
        self.reported.add(coordinate)
        names = {graph: self.graph.subgraph(graph).name for graph in per_graph}
        shown = "; ".join(
            f'{", ".join(sorted(types)) or "none"} in subgraph "{names[graph]}"'
            for graph, types in sorted(per_graph.items())
        )
        common = frozenset.intersection(*different)
        if common:
            self.findings.hint(
                "INCONSISTENT_RUNTIME_TYPES_FOR_SHAREABLE_RETURN",
                f"{coordinate} is shared, and its type {definition.type.name} stands for different"
                f" types: {shown}. Only {', '.join(sorted(common))} may be returned everywhere.",
                self._places(named.name, definition.name),
                coordinate=coordinate,
            )
            return True
        self.findings.error(
            "SHAREABLE_HAS_MISMATCHED_RUNTIME_TYPES",
            f"{coordinate} is shared, and its type {definition.type.name} stands for types that"
            f" have nothing in common: {shown}.",
            self._places(named.name, definition.name),
            coordinate=coordinate,
            suggestion="Let the subgraphs agree on some types, or resolve the field in one only.",
        )
        return False

    def _places(self, type_name: str, field_name: str) -> list[Place]:
        return [
            own.fields[field_name].place()
            for own in self.merged.merging.definitions.get(type_name, ())
            if field_name in own.fields
        ]

    def _check_abstract(self, position: _Position, named: InterfaceType | UnionType) -> None:
        opaque = {s for s in position.standings if s.view.kind == "interface object"}
        if isinstance(named, InterfaceType) and opaque == position.standings:
            self._check_fields(position, named)
            if not self._knows_type(position):
                self._report_opaque(position, named)
                return
        parted = self.walk.concrete(position.standings)
        if named.name in parted:
            parted = {name: position.standings for name in self.graph.possible_types[named.name]}
        for name, standings in parted.items():
            if name in self.types and standings:
                path = (*position.path, Step(f"... on {name}", named.name))
                self._visit(_Position(name, standings, path, position.above))

    def _knows_type(self, position: _Position) -> bool:
        """Tell whether a subgraph that knows the implementations is reached from here."""
        return any(
            reached.view.kind != "interface object"
            for alone in _each(position)
            for reached in self.walk.reach(position.type_name, alone)
        )

    def _report(
        self, position: _Position, named: ObjectType | InterfaceType, definition: Field
    ) -> None:
        coordinate = f"{named.name}.{definition.name}"
        if coordinate in self.reported:
            return
        self.reported.add(coordinate)
        step = Step(definition.name, named.name, definition)
        message = explain(self.graph, self.types, (*position.path, step), position.standings)
        places = self._places(named.name, definition.name)
        self.findings.error(
            "SATISFIABILITY_ERROR",
            message,
            places,
            coordinate=coordinate,
            suggestion=suggest(self.graph, named.name, definition.name, position.standings),
        )

    def _report_opaque(self, position: _Position, named: InterfaceType) -> None:
        if named.name in self.reported:
            return
        self.reported.add(named.name)
        implementation = min(self.graph.possible_types[named.name], default=named.name)
        path = (*position.path, Step(f"... on {implementation}", named.name))
        message = explain(self.graph, self.types, path, position.standings)
        places: list[Place] = [d.place() for d in self.merged.merging.definitions[named.name]]
        self.findings.error("SATISFIABILITY_ERROR", message, places, coordinate=named.name)
