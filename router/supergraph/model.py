"""The supergraph as data: the composed types, each with what the join specification says of it.

It is read from supergraph SDL (`parse`) and written back to it (`render`) without loss. Types and
directives of the specifications themselves (`join__*`, `link__*`) are not among `types`; they
follow from `links`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from graphql import ConstDirectiveNode, ConstValueNode, DirectiveDefinitionNode

from router.supergraph.type_reference import TypeReference

GraphId = str
"""A value of the `join__Graph` enum."""


@dataclass(frozen=True, slots=True)
class Subgraph:
    """A service of the graph (`@join__graph`)."""

    id: GraphId
    name: str
    url: str


@dataclass(frozen=True, slots=True)
class JoinType:
    """`@join__type`: a subgraph defines the type, here with one of its keys, or with none."""

    graph: GraphId
    key: str | None = None
    extension: bool = False
    resolvable: bool = True
    is_interface_object: bool = False


@dataclass(frozen=True, slots=True)
class JoinImplements:
    """`@join__implements`: a subgraph says that the type implements the interface."""

    graph: GraphId
    interface: str


@dataclass(frozen=True, slots=True)
class JoinUnionMember:
    """`@join__unionMember`: a subgraph says that the type is a member of the union."""

    graph: GraphId
    member: str


@dataclass(frozen=True, slots=True)
class ContextArgument:
    """An argument that a subgraph fills from a context (`@fromContext`)."""

    context: str
    name: str
    type: TypeReference
    selection: str


@dataclass(frozen=True, slots=True)
class JoinField:
    """`@join__field`: a subgraph has the field.

    `graph` is None where no subgraph resolves it as such: a field that only interface objects give
    to an implementation.
    """

    graph: GraphId | None = None
    requires: str | None = None
    provides: str | None = None
    type: TypeReference | None = None
    external: bool = False
    override: str | None = None
    used_overridden: bool = False
    override_label: str | None = None
    context_arguments: tuple[ContextArgument, ...] = ()


@dataclass(frozen=True, slots=True)
class InputValue:
    """An argument, or a field of an input object (then with `joins`)."""

    name: str
    type: TypeReference
    default: ConstValueNode | None = None
    description: str | None = None
    directives: tuple[ConstDirectiveNode, ...] = ()
    joins: tuple[JoinField, ...] = ()


@dataclass(frozen=True, slots=True)
class Field:
    """A field of an object or interface type.

    No `joins` means: every subgraph that has the type has the field, in the same way.
    """

    name: str
    type: TypeReference
    arguments: Mapping[str, InputValue] = field(default_factory=dict)
    description: str | None = None
    directives: tuple[ConstDirectiveNode, ...] = ()
    joins: tuple[JoinField, ...] = ()


@dataclass(frozen=True, slots=True)
class ObjectType:
    """An object type; `implements` says which subgraph knows which of `interfaces`."""

    name: str
    fields: Mapping[str, Field]
    interfaces: tuple[str, ...] = ()
    description: str | None = None
    directives: tuple[ConstDirectiveNode, ...] = ()
    joins: tuple[JoinType, ...] = ()
    implements: tuple[JoinImplements, ...] = ()


@dataclass(frozen=True, slots=True)
class InterfaceType:
    """An interface type; a subgraph's interface object has `is_interface_object` in its join."""

    name: str
    fields: Mapping[str, Field]
    interfaces: tuple[str, ...] = ()
    description: str | None = None
    directives: tuple[ConstDirectiveNode, ...] = ()
    joins: tuple[JoinType, ...] = ()
    implements: tuple[JoinImplements, ...] = ()


@dataclass(frozen=True, slots=True)
class UnionType:
    """A union; `member_joins` says which subgraph knows which of `members`."""

    name: str
    members: tuple[str, ...]
    description: str | None = None
    directives: tuple[ConstDirectiveNode, ...] = ()
    joins: tuple[JoinType, ...] = ()
    member_joins: tuple[JoinUnionMember, ...] = ()


@dataclass(frozen=True, slots=True)
class EnumValue:
    """A value of an enum; `graphs` are the subgraphs that have it (`@join__enumValue`)."""

    name: str
    description: str | None = None
    directives: tuple[ConstDirectiveNode, ...] = ()
    graphs: tuple[GraphId, ...] = ()


@dataclass(frozen=True, slots=True)
class EnumType:
    """An enum type."""

    name: str
    values: Mapping[str, EnumValue]
    description: str | None = None
    directives: tuple[ConstDirectiveNode, ...] = ()
    joins: tuple[JoinType, ...] = ()


@dataclass(frozen=True, slots=True)
class InputObjectType:
    """An input object type."""

    name: str
    fields: Mapping[str, InputValue]
    description: str | None = None
    directives: tuple[ConstDirectiveNode, ...] = ()
    joins: tuple[JoinType, ...] = ()


@dataclass(frozen=True, slots=True)
class ScalarType:
    """A custom scalar type."""

    name: str
    description: str | None = None
    directives: tuple[ConstDirectiveNode, ...] = ()
    joins: tuple[JoinType, ...] = ()


NamedType = ObjectType | InterfaceType | UnionType | EnumType | InputObjectType | ScalarType
CompositeType = ObjectType | InterfaceType | UnionType


@dataclass(frozen=True, slots=True)
class Supergraph:
    """The whole composed schema.

    `links` are the `@link` applications of the schema definition, `directive_definitions` those
    that clients or composed directives need (the join specification's own are not among them), and
    `schema_directives` any other directive on the schema definition (`@join__directive` included).
    """

    subgraphs: Mapping[GraphId, Subgraph]
    types: Mapping[str, NamedType]
    links: tuple[ConstDirectiveNode, ...]
    directive_definitions: tuple[DirectiveDefinitionNode, ...] = ()
    schema_directives: tuple[ConstDirectiveNode, ...] = ()
    query: str = "Query"
    mutation: str | None = None
    subscription: str | None = None
    description: str | None = None
