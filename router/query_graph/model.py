"""The graph that the planner and the satisfiability check walk: each type as each subgraph sees it.

A node is a `SubgraphType`. Edges are its fields (to the type the subgraph returns) and its keys
(by which a representation enters it from any subgraph that can supply the key).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from router.query_graph.field_set import FieldSet
from router.supergraph.model import GraphId, Subgraph, Supergraph
from router.supergraph.type_reference import TypeReference

Kind = Literal["object", "interface", "union", "interface object"]


@dataclass(frozen=True, slots=True)
class OverrideCondition:
    """A field that a subgraph resolves only while `label` is on (`active`), or only while off."""

    label: str
    active: bool


@dataclass(frozen=True, slots=True)
class ContextUse:
    """An argument that the planner fills with a value from an object further up."""

    argument: str
    type: TypeReference
    holders: frozenset[str]
    """The types that set the context."""
    selections: FieldSet


@dataclass(frozen=True, slots=True)
class SubgraphField:
    """A field as one subgraph sees it; `type` is the subgraph's own."""

    name: str
    type: TypeReference
    is_external: bool = False
    requires: FieldSet = ()
    provides: FieldSet = ()
    override: OverrideCondition | None = None
    contexts: tuple[ContextUse, ...] = ()


@dataclass(frozen=True, slots=True)
class EntityKey:
    """A key by which the subgraph resolves a representation, unless it is not `resolvable`."""

    fields: FieldSet
    resolvable: bool = True


@dataclass(frozen=True, slots=True, eq=False)
class SubgraphType:
    """A composite type as one subgraph sees it; compared by identity.

    `possible` are the object types that can stand where the subgraph returns it: itself for an
    object, its implementations or members in this subgraph for an abstract type. An interface
    object is opaque: its `possible` holds its own name alone.
    """

    graph: GraphId
    name: str
    kind: Kind
    fields: Mapping[str, SubgraphField]
    keys: tuple[EntityKey, ...]
    possible: frozenset[str]
    is_root: bool = False

    @property
    def is_abstract(self) -> bool:
        return self.kind in {"interface", "union"}

    def __repr__(self) -> str:
        return f"<{self.graph}.{self.name}>"


@dataclass(frozen=True, slots=True)
class QueryGraph:
    """All subgraphs' types.

    `types[graph][name]` is a type as a subgraph sees it. `possible_types[name]` are the object
    types of the whole graph that a type condition lets through. `views[name]` are the places where
    fields of an object of type `name` may be resolved: the subgraphs that have the type, then those
    that have one of its interfaces as an interface object. For the name of an interface that is an
    interface object somewhere, they are the subgraphs that have the interface either way.
    """

    supergraph: Supergraph
    types: Mapping[GraphId, Mapping[str, SubgraphType]]
    possible_types: Mapping[str, frozenset[str]]
    views: Mapping[str, tuple[SubgraphType, ...]] = field(repr=False)
    opaque: frozenset[str] = frozenset()
    """The interfaces that are interface objects in some subgraph."""

    def subgraph(self, graph: GraphId) -> Subgraph:
        return self.supergraph.subgraphs[graph]
