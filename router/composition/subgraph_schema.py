"""One subgraph's schema as data: its elements, and the directives on them under canonical names.

A federation directive is found by its name in the specification, whatever the subgraph calls it;
`extend type` parts are joined with the type, and each element keeps the nodes it came from.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from graphql import (
    ConstDirectiveNode,
    ConstValueNode,
    DirectiveDefinitionNode,
    GraphQLSchema,
    ListValueNode,
    Node,
    StringValueNode,
)

from router.composition.diagnostics import Place
from router.federation.link import FeatureVersion, Link
from router.supergraph.type_reference import TypeReference

Kind = Literal["object", "interface", "union", "enum", "input object", "scalar"]
KINDS: tuple[Kind, ...] = ("object", "interface", "union", "enum", "input object", "scalar")


@dataclass(frozen=True, slots=True)
class Directive:
    """One application. `is_federation` tells federation's `@key` from another of that name.

    `declaration` is the node of the type part (definition or extension) that it stands on.
    """

    name: str
    node: ConstDirectiveNode
    arguments: Mapping[str, ConstValueNode]
    is_federation: bool = False
    declaration: Node | None = None

    def string(self, argument: str) -> str | None:
        """Return a string argument; None where it is absent or no string."""
        value = self.arguments.get(argument)
        return value.value if isinstance(value, StringValueNode) else None

    def strings(self, argument: str) -> tuple[str, ...]:
        """Return a list argument's strings; a single string is a list of one."""
        value = self.arguments.get(argument)
        values = value.values if isinstance(value, ListValueNode) else (value,)
        return tuple(item.value for item in values if isinstance(item, StringValueNode))


@dataclass(frozen=True, slots=True)
class Element:
    """Anything of a schema that has a coordinate and can carry directives."""

    subgraph: str
    coordinate: str
    name: str
    node: Node
    description: str | None
    directives: tuple[Directive, ...]

    def applied(self, name: str) -> Iterator[Directive]:
        """Yield the applications of a federation directive."""
        return (d for d in self.directives if d.is_federation and d.name == name)

    def first(self, name: str) -> Directive | None:
        """Return the first application of a federation directive."""
        return next(self.applied(name), None)

    def has(self, name: str) -> bool:
        """Tell whether a federation directive is applied."""
        return self.first(name) is not None

    def place(self, node: Node | None = None) -> Place:
        """Point at this element, or at a node inside it."""
        return Place(self.subgraph, node or self.node, self.coordinate)


@dataclass(frozen=True, slots=True)
class InputDefinition(Element):
    """An argument, or a field of an input object."""

    type: TypeReference
    default: ConstValueNode | None


@dataclass(frozen=True, slots=True)
class FieldDefinition(Element):
    """A field of an object or interface type; `parent` is the type's name."""

    parent: str
    type: TypeReference
    arguments: Mapping[str, InputDefinition]
    declaration: Node


@dataclass(frozen=True, slots=True)
class EnumValueDefinition(Element):
    """A value of an enum."""


@dataclass(frozen=True, slots=True)
class TypeDefinition(Element):
    """A type with all its extensions.

    `fields` are those of objects and interfaces, `inputs` those of input objects; `interfaces` and
    `members` map names to the nodes that name them. `declarations` are the definition and the
    extensions.
    """

    kind: Kind
    declarations: tuple[Node, ...]
    has_definition: bool
    fields: Mapping[str, FieldDefinition] = field(default_factory=dict)
    inputs: Mapping[str, InputDefinition] = field(default_factory=dict)
    interfaces: Mapping[str, Node] = field(default_factory=dict)
    members: Mapping[str, Node] = field(default_factory=dict)
    values: Mapping[str, EnumValueDefinition] = field(default_factory=dict)

    @property
    def is_interface_object(self) -> bool:
        return self.kind == "object" and self.has("interfaceObject")

    @property
    def is_extension(self) -> bool:
        """Whether the type only extends one that another subgraph defines."""
        return not self.has_definition or self.has("extends")


@dataclass(frozen=True, slots=True)
class DirectiveDefinition(Element):
    """A directive that the subgraph defines itself."""

    definition: DirectiveDefinitionNode
    arguments: Mapping[str, InputDefinition]


@dataclass(frozen=True, slots=True)
class SubgraphSchema:
    """The whole schema of one subgraph.

    Root types have their default names (`Query`, …) whatever the subgraph calls them; `roots` maps
    the operation to the name in the subgraph. `version` is that of federation 2 it links, None for
    federation 1. `implementations` maps an interface to the object types that implement it here.
    `graphql` is the same schema for graphql-core, to check values with; `used` are the federation
    directives that are applied in it.
    """

    name: str
    url: str
    version: FeatureVersion | None
    links: tuple[tuple[Link, ConstDirectiveNode], ...]
    federation_link: Link | None
    types: Mapping[str, TypeDefinition]
    directive_definitions: Mapping[str, DirectiveDefinition]
    schema: Element | None
    roots: Mapping[str, str]
    implementations: Mapping[str, tuple[str, ...]]
    graphql: GraphQLSchema
    used: frozenset[str]

    @property
    def is_federation_1(self) -> bool:
        return self.version is None

    def possible_types(self, name: str) -> frozenset[str]:
        """Name the object types that can stand where this subgraph says `name`."""
        definition = self.types.get(name)
        if definition is None:
            return frozenset()
        if definition.kind == "union":
            return frozenset(definition.members)
        if definition.kind == "interface":
            return frozenset(self.implementations.get(name, ()))
        return frozenset({name})
