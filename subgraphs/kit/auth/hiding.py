"""What is ``@inaccessible`` must be something that the subgraph can close to clients.

Fields and types it can. An argument, an input field or an enum value that is hidden in the
supergraph alone would stay open to whoever reaches the subgraph's port, so a schema with such a one
is not built.
"""

from collections.abc import Iterator
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
)
from strawberry.federation.schema_directives import Inaccessible


class NotHidden(Exception):
    """The schema calls something ``@inaccessible`` that every client of the port could use."""


def check_hiding(schema: GraphQLSchema) -> None:
    """Raises ``NotHidden`` for what the subgraph could not close."""
    open_ones = sorted(name for name, part in _parts(schema) if _is_inaccessible(part))
    if open_ones:
        raise NotHidden(
            f"@inaccessible on {', '.join(open_ones)} would hide nothing at this service's port."
            " Put it on the field or type that uses it."
        )


def _parts(schema: GraphQLSchema) -> Iterator[tuple[str, Any]]:
    for type_ in schema.type_map.values():
        if isinstance(type_, GraphQLInputObjectType):
            yield type_.name, type_
            yield from ((f"{type_.name}.{name}", part) for name, part in type_.fields.items())
        elif isinstance(type_, GraphQLEnumType):
            yield from ((f"{type_.name}.{name}", part) for name, part in type_.values.items())
        elif isinstance(type_, GraphQLObjectType | GraphQLInterfaceType):
            for field_name, field in type_.fields.items():
                for name, part in field.args.items():
                    yield f"{type_.name}.{field_name}({name}:)", part


def _is_inaccessible(part: Any) -> bool:
    definition = part.extensions.get("strawberry-definition")
    directives = getattr(definition, "directives", None) or ()
    return any(isinstance(directive, Inaccessible) for directive in directives)
