"""Types of a supergraph → the syntax nodes of their definitions, without a detour through text."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache, singledispatch
from typing import Any

from graphql import (
    EnumTypeDefinitionNode,
    EnumValueDefinitionNode,
    FieldDefinitionNode,
    InputObjectTypeDefinitionNode,
    InputValueDefinitionNode,
    InterfaceTypeDefinitionNode,
    ListTypeNode,
    NamedTypeNode,
    NameNode,
    NonNullTypeNode,
    ObjectTypeDefinitionNode,
    ScalarTypeDefinitionNode,
    StringValueNode,
    TypeDefinitionNode,
    UnionTypeDefinitionNode,
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
from router.supergraph.type_reference import TypeReference


@singledispatch
def type_definition_node(named: NamedType) -> TypeDefinitionNode:
    """Make the node of a type's definition; its joins are not in it."""
    raise TypeError(f"{named!r} is no type of a supergraph")


@type_definition_node.register
def _object(named: ObjectType) -> TypeDefinitionNode:
    return ObjectTypeDefinitionNode(**_composite(named))


@type_definition_node.register
def _interface(named: InterfaceType) -> TypeDefinitionNode:
    return InterfaceTypeDefinitionNode(**_composite(named))


def _composite(named: ObjectType | InterfaceType) -> dict[str, Any]:
    return {
        **_head(named),
        "interfaces": tuple(_named(name) for name in named.interfaces),
        "fields": tuple(_field(field) for field in named.fields.values()),
    }


@type_definition_node.register
def _union(named: UnionType) -> TypeDefinitionNode:
    return UnionTypeDefinitionNode(
        **_head(named), types=tuple(_named(member) for member in named.members)
    )


@type_definition_node.register
def _enum(named: EnumType) -> TypeDefinitionNode:
    values = tuple(EnumValueDefinitionNode(**_head(value)) for value in named.values.values())
    return EnumTypeDefinitionNode(**_head(named), values=values)


@type_definition_node.register
def _input_object(named: InputObjectType) -> TypeDefinitionNode:
    return InputObjectTypeDefinitionNode(**_head(named), fields=_inputs(named.fields.values()))


@type_definition_node.register
def _scalar(named: ScalarType) -> TypeDefinitionNode:
    return ScalarTypeDefinitionNode(**_head(named))


def _head(element: NamedType | Field | InputValue | EnumValue) -> dict[str, Any]:
    text = element.description
    return {
        "name": _name(element.name),
        "description": None if text is None else StringValueNode(value=text),
        "directives": element.directives,
    }


def _field(field: Field) -> FieldDefinitionNode:
    return FieldDefinitionNode(
        **_head(field), type=_type(field.type), arguments=_inputs(field.arguments.values())
    )


def _inputs(values: Iterable[InputValue]) -> tuple[InputValueDefinitionNode, ...]:
    return tuple(
        InputValueDefinitionNode(
            **_head(value), type=_type(value.type), default_value=value.default
        )
        for value in values
    )


@lru_cache(maxsize=65536)
def _name(text: str) -> NameNode:
    return NameNode(value=text)


@lru_cache(maxsize=65536)
def _named(name: str) -> NamedTypeNode:
    return NamedTypeNode(name=_name(name))


@lru_cache(maxsize=65536)
def _type(reference: TypeReference) -> NamedTypeNode | ListTypeNode | NonNullTypeNode:
    if reference.is_non_null:
        nullable = _type(reference.nullable)
        assert not isinstance(nullable, NonNullTypeNode)
        return NonNullTypeNode(type=nullable)
    if reference.item is not None:
        return ListTypeNode(type=_type(reference.item))
    return _named(reference.name)
