"""What clients see of a supergraph."""

from pathlib import Path

from graphql import GraphQLObjectType, validate_schema

from router.supergraph.api_schema import build_api_schema, render_api_schema
from router.supergraph.parse import parse_supergraph

MODERN = (Path(__file__).parent / "modern.graphql").read_text(encoding="utf-8")

HIDING = """
schema
  @link(url: "https://specs.apollo.dev/link/v1.0")
  @link(url: "https://specs.apollo.dev/join/v0.3", for: EXECUTION)
  @link(url: "https://specs.apollo.dev/inaccessible/v0.2", import: [{name: "@inaccessible", as: "@hidden"}])
{ query: Root }
enum join__Graph { A @join__graph(name: "a", url: "") }
directive @upper(by: Int @hidden, locale: String) on FIELD
type Root @join__type(graph: A) { shown(in: In, secret: Int @hidden): Level  gone: Gone @hidden  any: Any }
type Gone @join__type(graph: A) @hidden { a: Int }
type Kept implements Seen & Unseen @join__type(graph: A) { a: Int }
interface Seen @join__type(graph: A) { a: Int }
interface Unseen @join__type(graph: A) @hidden { a: Int }
union Any @join__type(graph: A) = Gone | Kept
enum Level @join__type(graph: A) { LOW HIGH @hidden }
input In @join__type(graph: A) { a: Int b: Int @hidden }
"""  # noqa: E501 - one type a line


def test_machinery_is_not_shown():
    assert render_api_schema(parse_supergraph(MODERN)) == (
        '''union Any = Thing

scalar Day
  @specifiedBy(url: "https://day.example")

input Filter {
  level: Level = LOW
}

enum Level {
  LOW
  """upper"""
  HIGH
}

interface Node {
  id: ID!
  score: Int
}

type Query {
  node(id: ID! = "1"): Node
}

type Thing implements Node {
  id: ID!
  name: String
  score: Int @deprecated
  local: Int
}
'''
    )


def test_what_is_inaccessible_is_not_shown_under_whatever_name_it_was_linked():
    assert render_api_schema(parse_supergraph(HIDING)) == (
        """schema {
  query: Root
}

directive @upper(locale: String) on FIELD

union Any = Kept

input In {
  a: Int
}

type Kept implements Seen {
  a: Int
}

enum Level {
  LOW
}

type Root {
  shown(in: In): Level
  any: Any
}

interface Seen {
  a: Int
}
"""
    )


def test_the_api_schema_is_one_to_validate_operations_against():
    schema = build_api_schema(parse_supergraph(HIDING))
    assert validate_schema(schema) == []
    assert isinstance(schema.query_type, GraphQLObjectType)
    assert set(schema.query_type.fields) == {"shown", "any"}
