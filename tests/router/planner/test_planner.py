"""The planner at its edges: its budget, its size, what nobody can answer, and its public forms."""

from __future__ import annotations

import pytest
from graphql import GraphQLError

from router.composition import SubgraphSource, compose
from router.planner import Planner
from router.planner.proof import prove
from router.query_plan.nodes import Fetch, Output, OutputField, Subscription
from router.supergraph.parse import parse_supergraph

LINK = (
    'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", '
    'import: ["@key", "@shareable", "@external", "@requires"])\n'
)


def supergraph_of(**subgraphs: str) -> str:
    sources = [
        SubgraphSource(name=n, url=f"http://{n}", sdl=LINK + s) for n, s in subgraphs.items()
    ]
    result = compose(sources)
    assert not result.errors
    assert result.supergraph_sdl is not None
    return result.supergraph_sdl


def planner_of(**subgraphs: str) -> Planner:
    return Planner(supergraph_of(**subgraphs))


def requests(planner: Planner, query: str) -> int:
    operation = planner.normalize(query)
    plan = planner.plan_operation(operation)
    assert prove(plan, operation, planner.graph.supergraph) == []
    return str(plan).count("Fetch(service")


def entity(fields: str) -> str:
    """A subgraph that shares some fields of one entity."""
    shared = " ".join(f"{name}: Int @shareable" for name in fields)
    return f'type Thing @key(fields: "id") {{ id: ID! {shared} }}'


ROOT = 'type Query { thing: Thing } type Thing @key(fields: "id") { id: ID! }'


def test_the_smallest_set_of_subgraphs_is_found() -> None:
    planner = planner_of(
        root=ROOT, ab=entity("ab"), bc=entity("bc"), cd=entity("cd"), da=entity("da")
    )

    assert requests(planner, "{ thing { a b c d } }") == 3


def test_a_search_without_budget_still_plans_and_says_so() -> None:
    # Who takes first what answers the most needs three subgraphs where two would do.
    sdl = supergraph_of(
        root=ROOT,
        most=entity("abcd"),
        left=entity("abe"),
        right=entity("cdf"),
        e=entity("e"),
        f=entity("f"),
    )
    query = "{ thing { a b c d e f } }"
    planner = Planner(sdl, budget=0)
    operation = planner.normalize(query)
    plan = planner.plan_operation(operation)

    assert plan.budget_spent
    assert str(plan).startswith("# The search ended with its budget")
    assert plan.to_dict()["budgetSpent"] is True
    assert prove(plan, operation, planner.graph.supergraph) == []
    assert requests(planner, query) == 4
    assert requests(Planner(sdl), query) == 3
    assert not Planner(sdl).plan(query).budget_spent


@pytest.mark.unproved("the proof looks at each of 60 types below each of 60 types")
def test_an_interface_with_many_types_stays_one_selection_at_every_depth() -> None:
    types = " ".join(
        f'type T{n} implements Node @key(fields: "id") {{ id: ID! next: Node own{n}: Int }}'
        for n in range(60)
    )
    others = " ".join(f'type T{n} @key(fields: "id") {{ id: ID! more: Int }}' for n in range(60))
    planner = planner_of(
        a=f"type Query {{ node: Node }} interface Node {{ id: ID! next: Node }} {types}", b=others
    )
    deep = "{ node { id " + "next { id " * 8 + "}" * 8 + " } }"
    assert "... on" not in str(planner.plan(deep))

    fragments = " ".join(f"... on T{n} {{ own{n} more }}" for n in range(60))
    forked = f"{{ node {{ {fragments} next {{ {fragments} next {{ {fragments} }} }} }} }}"
    plan = planner.plan(forked)
    assert str(plan).count("Fetch(service") == 2
    assert len(str(plan)) < 100_000


@pytest.mark.unproved("a field is unreachable on purpose")
def test_what_nobody_can_answer_is_marked_and_the_rest_is_fetched() -> None:
    sdl = supergraph_of(
        a='type Query { box: Box } type Box @key(fields: "id") { id: ID! }',
        b='type Box @key(fields: "id") { id: ID! lid: Int }',
    )
    unreachable = sdl.replace(
        '@join__type(graph: B, key: "id")', '@join__type(graph: B, key: "id", resolvable: false)'
    )
    assert unreachable != sdl
    plan = Planner(unreachable).plan("{ box { id lid } }")

    def fields(output: tuple[Output, ...]) -> dict[str, bool]:
        found = {}
        for one in output:
            if isinstance(one, OutputField):
                found[one.response_name] = one.is_unreachable
            found |= fields(one.selections)
        return found

    assert fields(plan.output) == {"box": False, "id": False, "lid": True}
    assert str(plan).count("Fetch(service") == 1


def test_a_subscription_is_one_fetch_and_the_rest_for_each_event() -> None:
    planner = planner_of(
        a="type Query { ping: Int } type Subscription { ticks: Tick! } "
        'type Tick @key(fields: "id") { id: ID! at: Int! }',
        b='type Tick @key(fields: "id") { id: ID! note: String! }',
    )
    alone = planner.plan("subscription { ticks { at } }").node
    assert isinstance(alone, Subscription)
    assert (alone.primary.kind, alone.rest) == ("subscription", None)

    node = planner.plan("subscription { ticks { at note } }").node
    assert isinstance(node, Subscription)
    assert isinstance(node.rest, Fetch)
    assert (node.rest.kind, node.rest.depends_on) == ("query", (node.primary.id,))


def test_a_plan_of_nothing_but_the_type_needs_no_fetch() -> None:
    planner = planner_of(a="type Query { ping: Int }")
    plan = planner.plan("{ __typename __schema { queryType { name } } }")

    assert plan.node is None
    assert plan.to_dict() == {"kind": "QueryPlan"}
    assert str(plan) == "QueryPlan {\n}"


def test_fetches_are_named_after_the_operation_and_declare_what_they_use() -> None:
    planner = planner_of(
        a='type Query { t(n: Int): T } type T @key(fields: "id") { id: ID! }',
        b='type T @key(fields: "id") { id: ID! x(n: Int): Int y: Int }',
    )
    plan = planner.plan(
        "query Q($a: Int = 3, $representations: Int, $unused: Int) "
        "{ t(n: $a) { x(n: $representations) } }"
    )
    nodes = plan.to_dict()["node"]["nodes"]

    assert nodes[0]["operation"] == "query Q__a__0($a: Int = 3){t(n: $a){__typename id}}"
    assert nodes[0]["variableUsages"] == ["a"]
    assert nodes[1]["node"]["operation"] == (
        "query Q__b__1($_representations:[_Any!]!,$representations: Int)"
        "{_entities(representations:$_representations){...on T{x(n: $representations)}}}"
    )


def test_one_plan_does_not_change_another() -> None:
    planner = planner_of(
        a='type Query { t: T } type T @key(fields: "id") { id: ID! }',
        b='type T @key(fields: "id") { id: ID! x: Int y: Int }',
    )
    first = str(planner.plan("{ t { x } }"))
    planner.plan("{ t { y other: x } }")

    assert str(planner.plan("{ t { x } }")) == first


def test_a_parsed_supergraph_gives_the_same_plans() -> None:
    sdl = supergraph_of(a="type Query { ping: Int }")

    assert Planner.of(parse_supergraph(sdl)).plan("{ ping }") == Planner(sdl).plan("{ ping }")


def test_an_operation_that_is_none_is_refused() -> None:
    with pytest.raises(GraphQLError, match="Syntax Error"):
        planner_of(a="type Query { ping: Int }").plan("{")


def test_an_object_of_which_conditions_leave_nothing_is_an_object_yet() -> None:
    planner = planner_of(
        a='type Query { me: A } type A @key(fields: "id") { id: ID! }',
        b='type A @key(fields: "id") { id: ID! friend: A } ',
        c='type A @key(fields: "id") { id: ID! name: String }',
    )
    operation = planner.normalize(
        "query($y: Boolean!) { me { friend @skip(if: $y) {"
        " ... @defer { friend { name } } friend { id @include(if: $y) } } } }"
    )
    plan = planner.plan_operation(operation)
    assert prove(plan, operation, planner.graph.supergraph) == []
    assert "friend_1" not in str(plan)
