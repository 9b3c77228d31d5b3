"""The query graph: each type as each subgraph sees it, and the moves between."""

from __future__ import annotations

import pytest

from router.query_graph import QueryGraph, build_query_graph
from router.query_graph.dot import to_dot
from router.query_graph.field_set import field_set_text, parse_field_set
from router.query_graph.walk import Standing, Walk
from router.supergraph.parse import parse_supergraph

SUPERGRAPH = """
schema
  @link(url: "https://specs.apollo.dev/link/v1.0")
  @link(url: "https://specs.apollo.dev/join/v0.3", for: EXECUTION) { query: Query }
directive @join__enumValue(graph: join__Graph!) repeatable on ENUM_VALUE
directive @join__field(
  graph: join__Graph, requires: join__FieldSet, provides: join__FieldSet, type: String,
  external: Boolean, override: String, usedOverridden: Boolean, overrideLabel: String
) repeatable on FIELD_DEFINITION | INPUT_FIELD_DEFINITION
directive @join__graph(name: String!, url: String!) on ENUM_VALUE
directive @join__implements(
  graph: join__Graph!, interface: String!
) repeatable on OBJECT | INTERFACE
directive @join__type(
  graph: join__Graph!, key: join__FieldSet, extension: Boolean! = false,
  resolvable: Boolean! = true, isInterfaceObject: Boolean! = false
) repeatable on OBJECT | INTERFACE | UNION | ENUM | INPUT_OBJECT | SCALAR
directive @join__unionMember(graph: join__Graph!, member: String!) repeatable on UNION
directive @link(
  url: String, as: String, for: link__Purpose, import: [link__Import]
) repeatable on SCHEMA
scalar join__FieldSet
scalar link__Import
enum link__Purpose { SECURITY EXECUTION }
enum join__Graph {
  DESK @join__graph(name: "desk", url: "http://desk")
  REGISTRY @join__graph(name: "registry", url: "http://registry")
  ARCHIVE @join__graph(name: "archive", url: "http://archive")
}
type Query @join__type(graph: DESK) @join__type(graph: REGISTRY) @join__type(graph: ARCHIVE) {
  visit: Visit @join__field(graph: DESK)
  papers: [Paper!]! @join__field(graph: REGISTRY)
}
type Visit
  @join__type(graph: DESK, key: "number")
  @join__type(graph: REGISTRY, key: "number")
  @join__type(graph: REGISTRY, key: "code")
  @join__type(graph: ARCHIVE, key: "code")
  @join__type(graph: ARCHIVE, key: "number", resolvable: false) {
  number: ID!
  code: ID! @join__field(graph: REGISTRY) @join__field(graph: ARCHIVE)
  shelf: String! @join__field(graph: ARCHIVE)
  seen: Int!
    @join__field(graph: REGISTRY)
    @join__field(graph: ARCHIVE, override: "registry", overrideLabel: "percent(5)")
  label: String!
    @join__field(graph: ARCHIVE, requires: "hint")
    @join__field(graph: DESK, external: true)
  hint: String! @join__field(graph: DESK) @join__field(graph: ARCHIVE, external: true)
}
interface Paper
  @join__type(graph: REGISTRY, key: "id")
  @join__type(graph: ARCHIVE, key: "id", isInterfaceObject: true) {
  id: ID!
  pages: Int! @join__field(graph: ARCHIVE)
}
type Scan implements Paper
  @join__implements(graph: REGISTRY, interface: "Paper")
  @join__type(graph: REGISTRY, key: "id") {
  id: ID!
  pages: Int! @join__field
}
"""


@pytest.fixture(scope="module")
def graph() -> QueryGraph:
    return build_query_graph(parse_supergraph(SUPERGRAPH))


def standing(graph: QueryGraph, subgraph: str, name: str) -> Standing:
    return Standing(graph.types[subgraph][name])


def test_views_of_an_object_include_interface_objects(graph: QueryGraph) -> None:
    seen = [(view.graph, view.name) for view in graph.views["Scan"]]

    assert seen == [("REGISTRY", "Scan"), ("ARCHIVE", "Paper")]
    assert graph.opaque == {"Paper"}


def test_a_key_that_takes_a_hop_is_reached(graph: QueryGraph) -> None:
    walk = Walk(graph)
    reached = walk.reach("Visit", frozenset({standing(graph, "DESK", "Visit")}))

    assert {one.view.graph for one in reached} == {"DESK", "REGISTRY", "ARCHIVE"}


def test_a_key_that_is_not_resolvable_leads_nowhere(graph: QueryGraph) -> None:
    archive = graph.types["ARCHIVE"]["Visit"]

    assert [(field_set_text(key.fields), key.resolvable) for key in archive.keys] == [
        ("code", True),
        ("number", False),
    ]


def test_an_external_field_is_not_resolved_and_a_required_one_makes_it_so(
    graph: QueryGraph,
) -> None:
    walk = Walk(graph)
    start = frozenset({standing(graph, "DESK", "Visit")})

    assert walk.field_here(standing(graph, "DESK", "Visit"), "label") is None
    assert {one.view.graph for one in walk.resolvers("Visit", "label", start)} == {"ARCHIVE"}


def test_a_label_moves_a_field(graph: QueryGraph) -> None:
    start = frozenset({standing(graph, "REGISTRY", "Visit")})

    def resolvers(labels: frozenset[str]) -> set[str]:
        return {one.view.graph for one in Walk(graph, labels).resolvers("Visit", "seen", start)}

    assert resolvers(frozenset()) == {"REGISTRY"}
    assert resolvers(frozenset({"percent(5)"})) == {"ARCHIVE"}


def test_an_interface_object_stands_for_every_type(graph: QueryGraph) -> None:
    walk = Walk(graph)
    paper = standing(graph, "ARCHIVE", "Paper")

    assert walk.narrow(paper, "Scan") == paper
    assert walk.concrete(frozenset({paper})) == {"Paper": frozenset({paper})}
    assert walk.narrow(standing(graph, "REGISTRY", "Paper"), "Scan") == standing(
        graph, "REGISTRY", "Scan"
    )


def test_field_sets_keep_arguments_and_types(graph: QueryGraph) -> None:
    parsed = parse_field_set(
        "a(x: 1) { __typename ... on Paper { id } }",
        lambda name: graph.possible_types[name],
    )

    assert field_set_text(parsed) == "a(x: 1) { ... on Scan { id } }"


def test_dot_draws_fields_and_keys(graph: QueryGraph) -> None:
    drawn = to_dot(graph)

    assert '"DESK.Query" -> "DESK.Visit" [label="visit"];' in drawn
    assert '"DESK.Visit" -> "REGISTRY.Visit" [label="number", style=dashed];' in drawn
    assert 'ARCHIVE.Visit" [label="number"' not in drawn
