"""Rules that every service's schema keeps: it is described throughout, and can refuse as data."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    get_named_type,
    is_introspection_type,
    is_specified_scalar_type,
)

DOMAINS = ("patients", "appointments", "records", "billing")
OF_FEDERATION = {"_Any", "_Entity", "_FieldSet", "Query._entities", "Query._service"}
OF_OTHERS = {
    "appointments": {"Patient", "Patient.id"},
    "records": {
        f"{name}{id}" for name in ("Appointment", "Patient", "Practitioner") for id in ("", ".id")
    },
}
"""Entities whose owner, another service, describes them."""
ALWAYS = {"IdempotencyKeyReused", "InvalidInput"}
"""What a mutation may have to answer whatever it is about: a key used twice, a text too long."""
ASK_ANOTHER = {"refreshAuthorization", "refreshClaimBatch", "refreshAppeal"}
"""They take an id alone, of something that is read."""


def schema_of(domain: str) -> GraphQLSchema:
    schema: GraphQLSchema = import_module(f"subgraphs.{domain}.schema").schema._schema
    return schema


def described_elsewhere(type_: GraphQLNamedType) -> bool:
    """Whether it is GraphQL's or federation's own."""
    return (
        is_introspection_type(type_)
        or is_specified_scalar_type(type_)
        or type_.name in OF_FEDERATION
        or type_.name.startswith(("link__", "_Service"))
    )


def elements(type_: GraphQLNamedType) -> Iterator[tuple[str, str | None]]:
    """The type and what is in it, each with its description."""
    yield type_.name, type_.description
    if isinstance(type_, GraphQLEnumType):
        yield from (
            (f"{type_.name}.{name}", value.description) for name, value in type_.values.items()
        )
    if isinstance(type_, GraphQLObjectType | GraphQLInterfaceType | GraphQLInputObjectType):
        for name, field in type_.fields.items():
            yield f"{type_.name}.{name}", field.description


@pytest.mark.parametrize("domain", DOMAINS)
def test_every_mutation_can_refuse_as_data(domain: str) -> None:
    mutations = schema_of(domain).mutation_type
    assert mutations is not None
    lacking = {}
    for name, field in mutations.fields.items():
        if name in ASK_ANOTHER:
            continue
        result = get_named_type(field.type)
        assert isinstance(result, GraphQLUnionType), name
        missing = ALWAYS - {member.name for member in result.types}
        if missing:
            lacking[name] = missing
    assert not lacking


@pytest.mark.parametrize("domain", DOMAINS)
def test_every_type_field_and_value_is_described(domain: str) -> None:
    found = [
        coordinate
        for type_ in schema_of(domain).type_map.values()
        if not described_elsewhere(type_)
        for coordinate, description in elements(type_)
        if not description and coordinate not in OF_FEDERATION
    ]
    assert set(found) == OF_OTHERS.get(domain, set())
