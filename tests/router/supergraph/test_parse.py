"""Reading supergraph SDL of every join version."""

import re
from pathlib import Path

import pytest

from router.errors import SupergraphError
from router.supergraph.model import (
    ContextArgument,
    EnumType,
    InterfaceType,
    JoinField,
    JoinImplements,
    JoinType,
    JoinUnionMember,
    ObjectType,
    Subgraph,
    UnionType,
)
from router.supergraph.parse import parse_supergraph
from router.supergraph.render import render_supergraph
from router.supergraph.type_reference import type_reference

HERE = Path(__file__).parent
MODERN = (HERE / "modern.graphql").read_text(encoding="utf-8")


def test_subgraphs_and_roots_are_read():
    supergraph = parse_supergraph(MODERN)
    assert supergraph.subgraphs == {
        "A": Subgraph("A", "a", "http://a.example"),
        "B": Subgraph("B", "b", ""),
    }
    assert (supergraph.query, supergraph.mutation) == ("Query", None)
    assert supergraph.description == "The clinic."


def test_machinery_is_left_out_and_composed_directives_stay():
    supergraph = parse_supergraph(MODERN)
    assert set(supergraph.types) == {
        "Query", "Node", "Thing", "Any", "Level", "Filter", "Day",
    }  # fmt: skip
    assert [node.name.value for node in supergraph.directive_definitions] == ["audited"]
    assert len(supergraph.links) == 4


def test_joins_of_an_object_are_read():
    thing = parse_supergraph(MODERN).types["Thing"]
    assert isinstance(thing, ObjectType)
    assert thing.interfaces == ("Node",)
    assert thing.implements == (JoinImplements("A", "Node"),)
    assert thing.joins == (JoinType("A", "id", extension=True, resolvable=False),)
    assert thing.fields["id"].joins == ()
    assert thing.fields["name"].joins == (
        JoinField("A", external=True),
        JoinField(
            "B",
            type=type_reference("String!"),
            override="a",
            override_label="percent(5)",
            used_overridden=True,
        ),
    )
    assert thing.fields["score"].joins == (JoinField(),)
    assert [node.name.value for node in thing.fields["score"].directives] == ["deprecated"]
    assert thing.fields["local"].joins == (
        JoinField(
            "B",
            requires="name",
            context_arguments=(ContextArgument("a__c", "x", type_reference("[Int!]"), "{ id }"),),
        ),
    )


def test_joins_of_other_kinds_are_read():
    types = parse_supergraph(MODERN).types
    node, union, level = types["Node"], types["Any"], types["Level"]
    assert isinstance(node, InterfaceType)
    assert node.joins[1] == JoinType("B", "id", is_interface_object=True)
    assert isinstance(union, UnionType)
    assert union.member_joins == (JoinUnionMember("A", "Thing"),)
    assert isinstance(level, EnumType)
    assert level.values["HIGH"].graphs == ("A", "B")
    assert level.values["HIGH"].description == "upper"


def test_it_renders_back_to_the_same_supergraph():
    supergraph = parse_supergraph(MODERN)
    text = render_supergraph(supergraph)
    assert parse_supergraph(text) == supergraph
    assert render_supergraph(parse_supergraph(text)) == text


JOIN_0_1 = (HERE / "join_0_1.graphql").read_text(encoding="utf-8")


def test_federation_1_says_in_joins_what_it_left_to_be_understood():
    supergraph = parse_supergraph(JOIN_0_1)
    user, review = supergraph.types["User"], supergraph.types["Review"]
    assert isinstance(user, ObjectType)
    assert isinstance(review, ObjectType)
    assert user.fields["id"].joins == (JoinField("A"), JoinField("B"))
    assert user.fields["name"].joins == (JoinField("A"), JoinField("B", external=True))
    assert user.fields["reviews"].joins == (JoinField("B", requires="name"),)
    assert review.implements == (JoinImplements("B", "Dated"),)
    assert supergraph.types["Date"].joins == (JoinType("A"), JoinType("B"))
    assert parse_supergraph(render_supergraph(supergraph)) == supergraph


@pytest.mark.parametrize(
    ("sdl", "complaint"),
    [
        ("type Query {", "not GraphQL"),
        ("type Query { a: Int }", "no schema definition"),
        ("schema { query: Query } type Query { a: Int }", "does not link"),
        (
            'schema @link(url: "https://specs.apollo.dev/join/v0.9") { query: Query }',
            "reads v0.1 to v0.5",
        ),
        (
            'schema @link(url: "https://specs.apollo.dev/join/v0.3") { query: Query }',
            "no enum `join__Graph`",
        ),
        (
            'schema @link(url: "https://specs.apollo.dev/join/v0.3")'
            ' @link(url: "https://x.example/guard/v1.0", for: SECURITY) { query: Query }',
            "for SECURITY",
        ),
        (
            'schema @link(url: "https://specs.apollo.dev/join/v0.3") { mutation: M }',
            "no query root",
        ),
        ('schema @link(url: "nonsense") { query: Query }', "not a feature URL"),
        (
            'schema @link(url: "https://specs.apollo.dev/join/v0.3") { query: Query }'
            ' enum join__Graph { A @join__graph(name: "a", url: "") }'
            " type Query @join__type { a: Int }",
            "lacks its argument `graph`",
        ),
        ("{" * 5000, "not GraphQL|too deeply"),
    ],
)
def test_what_is_no_supergraph_is_refused_with_the_reason(sdl, complaint):
    with pytest.raises(SupergraphError, match=complaint):
        parse_supergraph(sdl)


@pytest.mark.parametrize(
    ("there", "instead", "problem"),
    [
        ("posts: [Post!]!", "posts: [Poste!]!", "no type 'Poste', named by User.posts"),
        ("filter: PostFilter", "filter: Filter", "no type 'Filter', named by Query.posts"),
        ("tags: [String!]", "tags: [Tag!]", "no type 'Tag', named by PostFilter.tags"),
        ("query: Query", "query: Root", "no type 'Root' for its root"),
        ("type(graph: POSTS, key", "type(graph: POST, key", "no subgraph POST, named by User"),
        ("field(graph: POSTS)", "field(graph: POST)", "no subgraph POST, named by "),
    ],
)
def test_names_of_what_is_not_there_are_told(there: str, instead: str, problem: str) -> None:
    sdl = (Path(__file__).parents[1] / "users_and_posts.graphql").read_text("utf-8")
    assert there in sdl
    with pytest.raises(SupergraphError, match=re.escape(problem)):
        parse_supergraph(sdl.replace(there, instead))
