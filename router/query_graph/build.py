"""Supergraph → QueryGraph."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from graphql import StringValueNode

from router.query_graph.field_set import FieldSet, parse_field_set
from router.query_graph.model import (
    ContextUse,
    EntityKey,
    Kind,
    OverrideCondition,
    QueryGraph,
    SubgraphField,
    SubgraphType,
)
from router.supergraph.model import (
    CompositeType,
    Field,
    GraphId,
    InterfaceType,
    JoinField,
    JoinType,
    ObjectType,
    Supergraph,
    UnionType,
)

_NO_JOIN = JoinField()


def build_query_graph(supergraph: Supergraph) -> QueryGraph:
    """Lay out each composite type as each of its subgraphs sees it."""
    possible = _possible_types(supergraph)
    builder = _Builder(supergraph, possible, _context_holders(supergraph, possible))
    types: dict[GraphId, dict[str, SubgraphType]] = {graph: {} for graph in supergraph.subgraphs}
    for composite in _composite_types(supergraph):
        for graph in dict.fromkeys(join.graph for join in composite.joins):
            types[graph][composite.name] = builder.subgraph_type(composite, graph)
    opaque = frozenset(
        view.name
        for by_name in types.values()
        for view in by_name.values()
        if view.kind == "interface object"
    )
    return QueryGraph(supergraph, types, possible, _views(supergraph, types, opaque), opaque)


def _composite_types(supergraph: Supergraph) -> Iterator[CompositeType]:
    for named in supergraph.types.values():
        if isinstance(named, ObjectType | InterfaceType | UnionType):
            yield named


def _possible_types(supergraph: Supergraph) -> dict[str, frozenset[str]]:
    members: dict[str, set[str]] = {}
    for composite in _composite_types(supergraph):
        if isinstance(composite, UnionType):
            members[composite.name] = set(composite.members)
        elif isinstance(composite, InterfaceType):
            members.setdefault(composite.name, set())
        else:
            members[composite.name] = {composite.name}
            for interface in composite.interfaces:
                members.setdefault(interface, set()).add(composite.name)
    return {name: frozenset(types) for name, types in members.items()}


def _context_holders(
    supergraph: Supergraph, possible: Mapping[str, frozenset[str]]
) -> dict[str, frozenset[str]]:
    """The object types that set each context (`@context(name:)` on types)."""
    holders: dict[str, set[str]] = {}
    for composite in _composite_types(supergraph):
        for directive in composite.directives:
            if directive.name.value != "context":
                continue
            for argument in directive.arguments or ():
                if isinstance(argument.value, StringValueNode):
                    holders.setdefault(argument.value.value, set()).update(possible[composite.name])
    return {name: frozenset(types) for name, types in holders.items()}


def _views(
    supergraph: Supergraph,
    types: Mapping[GraphId, Mapping[str, SubgraphType]],
    opaque: frozenset[str],
) -> dict[str, tuple[SubgraphType, ...]]:
    views: dict[str, tuple[SubgraphType, ...]] = {}
    for composite in _composite_types(supergraph):
        if isinstance(composite, UnionType):
            continue
        seen_as = [composite.name]
        if isinstance(composite, ObjectType):
            seen_as += [interface for interface in composite.interfaces if interface in opaque]
        views[composite.name] = tuple(
            view
            for name in seen_as
            for by_name in types.values()
            if (view := by_name.get(name)) is not None
            and (name == composite.name or view.kind == "interface object")
        )
    return views


class _Builder:
    def __init__(
        self,
        supergraph: Supergraph,
        possible: Mapping[str, frozenset[str]],
        holders: Mapping[str, frozenset[str]],
    ) -> None:
        self._supergraph = supergraph
        self._possible = possible
        self._holders = holders
        self._field_sets: dict[str, FieldSet] = {}
        self._names = {graph.id: graph.name for graph in supergraph.subgraphs.values()}
        roots = (supergraph.query, supergraph.mutation, supergraph.subscription)
        self._roots = frozenset(name for name in roots if name is not None)
        self._implementations: dict[tuple[GraphId, str], set[str]] = {}
        for composite in _composite_types(supergraph):
            if isinstance(composite, ObjectType):
                for join in composite.implements:
                    key = (join.graph, join.interface)
                    self._implementations.setdefault(key, set()).add(composite.name)

    def subgraph_type(self, composite: CompositeType, graph: GraphId) -> SubgraphType:
        joins = [join for join in composite.joins if join.graph == graph]
        kind = _kind(composite, joins)
        return SubgraphType(
            graph=graph,
            name=composite.name,
            kind=kind,
            fields=self._fields(composite, graph),
            keys=tuple(
                EntityKey(self._field_set(join.key), join.resolvable)
                for join in joins
                if join.key is not None
            ),
            possible=self._possible_in(composite, graph, kind),
            is_root=composite.name in self._roots,
        )

    def _possible_in(self, composite: CompositeType, graph: GraphId, kind: Kind) -> frozenset[str]:
        if isinstance(composite, UnionType):
            if not composite.member_joins:
                return frozenset(composite.members)
            return frozenset(join.member for join in composite.member_joins if join.graph == graph)
        if kind == "interface":
            return frozenset(self._implementations.get((graph, composite.name), ()))
        return frozenset({composite.name})

    def _fields(self, composite: CompositeType, graph: GraphId) -> dict[str, SubgraphField]:
        if isinstance(composite, UnionType):
            return {}
        found: dict[str, SubgraphField] = {}
        for definition in composite.fields.values():
            join = _join_of(definition, graph)
            if join is not None:
                found[definition.name] = self._field(definition, join, graph)
        return found

    def _field(self, definition: Field, join: JoinField, graph: GraphId) -> SubgraphField:
        superseded = self._superseded(definition, graph)
        override = None
        if join.override is not None and join.override_label is not None:
            override = OverrideCondition(join.override_label, active=True)
        elif superseded is not None and superseded.override_label is not None:
            override = OverrideCondition(superseded.override_label, active=False)
        is_moved = superseded is not None and superseded.override_label is None
        return SubgraphField(
            name=definition.name,
            type=join.type or definition.type,
            is_external=join.external or is_moved,
            requires=self._field_set(join.requires),
            provides=self._field_set(join.provides),
            override=override,
            contexts=tuple(
                ContextUse(
                    argument.name,
                    argument.type,
                    self._holders.get(argument.context, frozenset()),
                    self._field_set(_without_braces(argument.selection)),
                )
                for argument in join.context_arguments
            ),
        )

    def _superseded(self, definition: Field, graph: GraphId) -> JoinField | None:
        """Return the join of the subgraph that takes this field over from `graph`."""
        name = self._names[graph]
        for join in definition.joins:
            if join.override == name and join.graph != graph:
                return join
        return None

    def _field_set(self, text: str | None) -> FieldSet:
        if not text or not text.strip():
            return ()
        found = self._field_sets.get(text)
        if found is None:
            found = parse_field_set(text, lambda name: self._possible.get(name, frozenset()))
            self._field_sets[text] = found
        return found


def _kind(composite: CompositeType, joins: list[JoinType]) -> Kind:
    if any(join.is_interface_object for join in joins):
        return "interface object"
    if isinstance(composite, ObjectType):
        return "object"
    return "interface" if isinstance(composite, InterfaceType) else "union"


def _join_of(definition: Field, graph: GraphId) -> JoinField | None:
    if not definition.joins:
        return _NO_JOIN
    for join in definition.joins:
        if join.graph == graph:
            return join
    return None


def _without_braces(selection: str) -> str:
    """`{ name }` is ` name `; a selection by type (`... on User { name }`) stays."""
    text = selection.strip()
    return text[1:-1] if text.startswith("{") else text
