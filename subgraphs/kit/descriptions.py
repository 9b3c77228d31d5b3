"""Docstrings become the schema's descriptions, which Strawberry leaves out.

A class's docstring describes its type; the text under a field describes the field, as it does
for Sphinx; a resolver's docstring describes its field.
"""

import ast
import inspect
from functools import cache
from textwrap import dedent
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
)
from strawberry.types.base import StrawberryObjectDefinition
from strawberry.types.enum import StrawberryEnumDefinition

_BACKREF = "strawberry-definition"


def describe(schema: GraphQLSchema) -> None:
    """Give every type, field and value of the schema the description that its source has."""
    for type_ in schema.type_map.values():
        definition = type_.extensions.get(_BACKREF)
        if isinstance(definition, StrawberryObjectDefinition):
            _describe_fields(type_, definition)
        elif isinstance(definition, StrawberryEnumDefinition):
            _describe_values(type_, definition)


def _describe_fields(type_: GraphQLNamedType, definition: StrawberryObjectDefinition) -> None:
    assert isinstance(type_, GraphQLObjectType | GraphQLInterfaceType | GraphQLInputObjectType)
    origin: Any = definition.origin
    if type_.description is None:
        type_.description = _type_documentation(origin)
    documentation = _documentation(origin)
    for graphql_field in type_.fields.values():
        field = graphql_field.extensions.get(_BACKREF)
        if field is None or graphql_field.description is not None:
            continue
        resolver = getattr(field, "base_resolver", None)
        written = inspect.getdoc(resolver.wrapped_func) if resolver else None
        graphql_field.description = written or documentation.get(field.python_name)


def _describe_values(type_: GraphQLNamedType, definition: StrawberryEnumDefinition) -> None:
    assert isinstance(type_, GraphQLEnumType)
    documentation = _own_documentation(definition.wrapped_cls) or {}
    if type_.description is None:
        type_.description = documentation.get("")
    for name, value in type_.values.items():
        if value.description is None:
            value.description = documentation.get(name)


def _type_documentation(origin: Any) -> str | None:
    """A class's docstring; that of its nearest ancestor where it was made at run time.

    Strawberry makes such classes of generic types and of Query.
    """
    written = next(class_ for class_ in origin.__mro__ if _own_documentation(class_) is not None)
    return (_own_documentation(written) or {}).get("")


def _documentation(origin: Any) -> dict[str, str]:
    """The documented fields of a class and of those it inherits from."""
    found: dict[str, str] = {}
    for class_ in reversed(origin.__mro__):
        found.update(_own_documentation(class_) or {})
    return found


@cache
def _own_documentation(class_: Any) -> dict[str, str] | None:
    """The documentation in a class's own source: under "" its own, and that of each field.

    None where there is no source.
    """
    try:
        tree = ast.parse(dedent(inspect.getsource(class_)))
    except (OSError, TypeError):
        return None
    body = tree.body[0]
    if not isinstance(body, ast.ClassDef) or body.name != class_.__name__:
        return None
    found: dict[str, str] = {}
    docstring = ast.get_docstring(body)
    if docstring:
        found[""] = docstring
    for statement, following in zip(body.body, body.body[1:], strict=False):
        name, text = _target(statement), _text(following)
        if name and text:
            found[name] = text
    return found


def _target(statement: ast.stmt) -> str | None:
    target: Any = None
    if isinstance(statement, ast.AnnAssign):
        target = statement.target
    elif isinstance(statement, ast.Assign):
        target = statement.targets[0]
    return target.id if isinstance(target, ast.Name) else None


def _text(statement: ast.stmt) -> str | None:
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
        value = statement.value.value
        return inspect.cleandoc(value) if isinstance(value, str) else None
    return None
