"""Every mutation takes an idempotency key, so that a client that heard nothing can ask again."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module

import pytest
from graphql import GraphQLField, GraphQLInputObjectType, GraphQLNonNull, GraphQLSchema
from graphql import get_named_type as named

DOMAINS = ("patients", "appointments", "records", "billing")
ASK_ANOTHER = {"refreshAuthorization", "refreshClaimBatch", "refreshAppeal"}
"""They ask the plan how something stands, and book what it says once: by the plan's own answer."""


def mutations(domain: str) -> Iterator[tuple[str, GraphQLField]]:
    schema: GraphQLSchema = import_module(f"subgraphs.{domain}.schema").schema._schema
    assert schema.mutation_type is not None
    yield from schema.mutation_type.fields.items()


def takes_a_key(field: GraphQLField) -> bool:
    """Whether a key must be given, as an argument or in the input."""
    given = dict(field.args)
    input = given.get("input")
    if input is not None and isinstance(named(input.type), GraphQLInputObjectType):
        given = named(input.type).fields
    key = given.get("idempotencyKey")
    return key is not None and str(key.type) == "Uuid!" and isinstance(key.type, GraphQLNonNull)


@pytest.mark.parametrize("domain", DOMAINS)
def test_every_mutation_takes_a_key(domain: str) -> None:
    without = {name for name, field in mutations(domain) if not takes_a_key(field)}
    assert without <= ASK_ANOTHER


def test_there_are_mutations_in_every_domain() -> None:
    assert all(len(list(mutations(domain))) > 3 for domain in DOMAINS)
