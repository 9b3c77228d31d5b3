"""Type definitions of supergraph SDL → the types of a `Supergraph`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import singledispatch

from graphql import (
    ConstDirectiveNode,
    EnumTypeDefinitionNode,
    EnumValueDefinitionNode,
    FieldDefinitionNode,
    InputObjectTypeDefinitionNode,
    InputValueDefinitionNode,
    InterfaceTypeDefinitionNode,
    ListTypeNode,
    NonNullTypeNode,
    ObjectTypeDefinitionNode,
    ScalarTypeDefinitionNode,
    StringValueNode,
    TypeDefinitionNode,
    TypeNode,
    UnionTypeDefinitionNode,
)

from router.errors import SupergraphError
from router.supergraph.join_directives import (
    read_enum_value_graphs,
    read_join_fields,
    read_join_implements,
    read_join_types,
    read_join_union_members,
)
from router.supergraph.model import (
    EnumType,
    EnumValue,
    Field,
    InputObjectType,
    InputValue,
    InterfaceType,
    NamedType,
    ObjectType,
    ScalarType,
    UnionType,
)
from router.supergraph.type_reference import TypeReference, type_reference


@singledispatch
def read_type_definition(node: TypeDefinitionNode) -> NamedType:
    """Read a type definition with its join directives."""
    raise SupergraphError(f"A supergraph cannot hold a {node.kind}.")


@read_type_definition.register
def _object(node: ObjectTypeDefinitionNode) -> NamedType:
    return ObjectType(
        name=node.name.value,
        fields=_fields(node.fields),
        interfaces=tuple(interface.name.value for interface in node.interfaces or ()),
        description=description(node.description),
        directives=own_directives(node.directives),
        joins=read_join_types(node.directives),
        implements=read_join_implements(node.directives),
    )


@read_type_definition.register
def _interface(node: InterfaceTypeDefinitionNode) -> NamedType:
    return InterfaceType(
        name=node.name.value,
        fields=_fields(node.fields),
        interfaces=tuple(interface.name.value for interface in node.interfaces or ()),
        description=description(node.description),
        directives=own_directives(node.directives),
        joins=read_join_types(node.directives),
        implements=read_join_implements(node.directives),
    )


@read_type_definition.register
def _union(node: UnionTypeDefinitionNode) -> NamedType:
    return UnionType(
        name=node.name.value,
        members=tuple(member.name.value for member in node.types or ()),
        description=description(node.description),
        directives=own_directives(node.directives),
        joins=read_join_types(node.directives),
        member_joins=read_join_union_members(node.directives),
    )


@read_type_definition.register
def _enum(node: EnumTypeDefinitionNode) -> NamedType:
    return EnumType(
        name=node.name.value,
        values={value.name.value: _enum_value(value) for value in node.values or ()},
        description=description(node.description),
        directives=own_directives(node.directives),
        joins=read_join_types(node.directives),
    )


@read_type_definition.register
def _input_object(node: InputObjectTypeDefinitionNode) -> NamedType:
    return InputObjectType(
        name=node.name.value,
        fields=_input_values(node.fields),
        description=description(node.description),
        directives=own_directives(node.directives),
        joins=read_join_types(node.directives),
    )


@read_type_definition.register
def _scalar(node: ScalarTypeDefinitionNode) -> NamedType:
    return ScalarType(
        name=node.name.value,
        description=description(node.description),
        directives=own_directives(node.directives),
        joins=read_join_types(node.directives),
    )


def _enum_value(node: EnumValueDefinitionNode) -> EnumValue:
    return EnumValue(
        name=node.name.value,
        description=description(node.description),
        directives=own_directives(node.directives),
        graphs=read_enum_value_graphs(node.directives),
    )


def _fields(nodes: Sequence[FieldDefinitionNode] | None) -> Mapping[str, Field]:
    return {
        node.name.value: Field(
            name=node.name.value,
            type=read_type_node(node.type),
            arguments=_input_values(node.arguments),
            description=description(node.description),
            directives=own_directives(node.directives),
            joins=read_join_fields(node.directives),
        )
        for node in nodes or ()
    }


def _input_values(nodes: Sequence[InputValueDefinitionNode] | None) -> Mapping[str, InputValue]:
    return {
        node.name.value: InputValue(
            name=node.name.value,
            type=read_type_node(node.type),
            default=node.default_value,
            description=description(node.description),
            directives=own_directives(node.directives),
            joins=read_join_fields(node.directives),
        )
        for node in nodes or ()
    }


def read_type_node(node: TypeNode) -> TypeReference:
    """Read a type reference."""
    return type_reference(type_text(node))


def type_text(node: TypeNode) -> str:
    """Write a type reference; faster than graphql-core's printer, and called for every field."""
    if isinstance(node, NonNullTypeNode):
        return f"{type_text(node.type)}!"
    if isinstance(node, ListTypeNode):
        return f"[{type_text(node.type)}]"
    return node.name.value  # type: ignore[attr-defined, no-any-return]  # nothing else is left


def own_directives(
    directives: Sequence[ConstDirectiveNode] | None,
) -> tuple[ConstDirectiveNode, ...]:
    """Keep the directives that the model does not spell out as joins."""
    return tuple(node for node in directives or () if not _is_read(node.name.value))


_READ = {"type", "field", "implements", "unionMember", "enumValue", "owner", "graph"}


def _is_read(name: str) -> bool:
    return name.startswith("join__") and name[6:] in _READ


def description(node: StringValueNode | None) -> str | None:
    """Return a description's text."""
    return None if node is None else node.value
