"""Rules that every service's schema keeps."""

from __future__ import annotations

from importlib import import_module

import pytest
from graphql import (
    GraphQLSchema,
    GraphQLUnionType,
    get_named_type,
)

DOMAINS = ("patients", "appointments", "records", "billing")
ALWAYS = {"IdempotencyKeyReused", "InvalidInput"}
"""What a mutation may have to answer whatever it is about: a key used twice, a text too long."""
ASK_ANOTHER = {"refreshAuthorization", "refreshClaimBatch", "refreshAppeal"}
"""They take an id alone, of something that is read."""


def schema_of(domain: str) -> GraphQLSchema:
    schema: GraphQLSchema = import_module(f"subgraphs.{domain}.schema").schema._schema
    return schema


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
