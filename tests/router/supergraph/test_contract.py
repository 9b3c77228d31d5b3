"""Variants of a supergraph by tag."""

import pytest
from graphql import build_schema, validate_schema

from router.composition import SubgraphSource, compose
from router.supergraph.parse import parse_supergraph

CLINIC = """
extend schema @link(url: "https://specs.apollo.dev/federation/v2.7", import: ["@tag"])
type Query {
  patient(by: By = NAME, filter: Filter): Patient
  byCpf(cpf: Cpf!): Patient
  duplicates: [Duplicate!] @tag(name: "staff")
  payer: Payer
}
type Mutation { merge(a: ID!, b: ID!): Patient @tag(name: "staff") }
enum By { NAME CPF @tag(name: "staff") }
input Filter { text: String internal: Boolean @tag(name: "staff") }
scalar Cpf @tag(name: "staff")
type Patient implements Payer { id: ID! name: String @tag(name: "public") note: Note notes: [Note] }
interface Payer { id: ID! name: String @tag(name: "public") }
type Note @tag(name: "staff") { text: String }
type Duplicate { score: Int }
union Anything = Note
"""


def _variant(**tags: list[str]):
    return compose([SubgraphSource(name="clinic", url="", sdl=CLINIC)], **tags)


def test_what_is_excluded_goes_and_takes_along_what_cannot_stand_without_it():
    result = _variant(exclude_tags=["staff"])
    assert result.errors == ()
    assert result.api_sdl == (
        """enum By {
  NAME
}

input Filter {
  text: String
}

type Patient implements Payer {
  id: ID!
  name: String
}

interface Payer {
  id: ID!
  name: String
}

type Query {
  patient(by: By = NAME, filter: Filter): Patient
  payer: Payer
}
"""
    )


def test_what_is_included_stays_with_what_it_needs():
    sdl = CLINIC.replace("payer: Payer", 'payer: Payer @tag(name: "public")')
    result = compose([SubgraphSource(name="clinic", url="", sdl=sdl)], include_tags=["public"])
    assert result.api_sdl == (
        """type Patient implements Payer {
  name: String
}

interface Payer {
  name: String
}

type Query {
  payer: Payer
}
"""
    )


@pytest.mark.parametrize("tags", [{"exclude_tags": ["staff"]}, {"exclude_tags": ["nothing"]}])
def test_a_variant_is_a_valid_supergraph(tags):
    result = _variant(**tags)
    assert parse_supergraph(result.supergraph_sdl) == result.supergraph
    assert validate_schema(build_schema(result.supergraph_sdl)) == []
    assert validate_schema(build_schema(result.api_sdl)) == []


def test_subgraphs_still_have_what_clients_do_not_see():
    text = _variant(exclude_tags=["staff"]).supergraph_sdl
    assert 'duplicates: [Duplicate!] @tag(name: "staff") @inaccessible' in text
    assert "inaccessible/v0.2" in text


def test_a_variant_without_queries_is_refused():
    result = _variant(include_tags=["unknown"])
    assert [error.code for error in result.errors] == ["NO_QUERIES"]
    assert result.api_sdl is None
