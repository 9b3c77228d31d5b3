"""Plans over several services: whom each entity fetch asks for, once, and who shares the answer."""

from __future__ import annotations

from typing import Any

from graphql import build_schema

from router.query_plan.nodes import (
    Fetch,
    Sequence,
)
from tests.router.executor.reviews_graph import (
    REVIEWS,
    SCHEMA,
    TWO_HOPS,
    authors,
    by_id,
    entity,
    leaf,
    products,
    reviews_fetch,
    shipping_plan,
    user,
    users_fetch,
)


async def test_each_entity_is_asked_for_once_and_laid_everywhere(
    plan_of: Any, subgraphs: Any
) -> None:
    plan = plan_of(SCHEMA, "{ reviews { author { name } id } }", TWO_HOPS)
    graph = subgraphs(SCHEMA)
    answer = await graph.run(
        plan,
        {
            "reviews": authors("a", "b", None, "a"),
            "users": by_id(a={"name": "Ana"}, b={"name": "Bia"}),
        },
    )
    assert answer == {
        "data": {
            "reviews": [
                {"author": {"name": "Ana"}, "id": "0"},
                {"author": {"name": "Bia"}, "id": "1"},
                {"author": None, "id": "2"},
                {"author": {"name": "Ana"}, "id": "3"},
            ]
        }
    }
    assert graph.requests[1][1]["variables"] == {
        "representations": [{"__typename": "User", "id": "a"}, {"__typename": "User", "id": "b"}]
    }


async def test_nothing_to_ask_for_is_no_request(plan_of: Any, subgraphs: Any) -> None:
    plan = plan_of(SCHEMA, "{ reviews { author { name } } }", TWO_HOPS)
    graph = subgraphs(SCHEMA)
    answer = await graph.run(plan, {"reviews": authors(None), "users": by_id()})
    assert answer == {"data": {"reviews": [{"author": None}]}}
    assert [name for name, _ in graph.requests] == ["reviews"]


async def test_an_unknown_entity_leaves_its_fields_null(plan_of: Any, subgraphs: Any) -> None:
    plan = plan_of(SCHEMA, "{ reviews { author { id name } } }", TWO_HOPS)
    answer = await subgraphs(SCHEMA).run(plan, {"reviews": authors("x"), "users": by_id()})
    assert answer == {"data": {"reviews": [{"author": {"id": "x", "name": None}}]}}


async def test_an_unknown_entity_nulls_what_may_not_be_null(plan_of: Any, subgraphs: Any) -> None:
    plan = plan_of(SCHEMA, "{ reviews { author { email } } }", TWO_HOPS)
    answer = await subgraphs(SCHEMA).run(plan, {"reviews": authors("x", "x"), "users": by_id()})
    assert answer == {
        "data": {"reviews": [{"author": None}, {"author": None}]},
        "errors": [
            {
                "message": "Cannot return null for non-nullable field User.email.",
                "path": ["reviews", number, "author", "email"],
            }
            for number in range(2)
        ],
    }


async def test_a_null_entity_sends_no_representation_onwards_but_a_null_field_does(
    plan_of: Any, subgraphs: Any
) -> None:
    graph = subgraphs(SCHEMA)
    answer = await graph.run(
        shipping_plan(plan_of),
        {
            "reviews": products("1", "2"),
            "catalog": by_id(**{"2": {"price": None, "weight": 1.5}}),
            "shipping": by_id(**{"2": {"shipping": 3}}),
        },
    )
    assert answer == {
        "data": {"reviews": [{"product": {"shipping": None}}, {"product": {"shipping": 3}}]}
    }
    assert graph.requests[2][1]["variables"]["representations"] == [
        {"__typename": "Product", "id": "2", "price": None, "weight": 1.5}
    ]


async def test_representations_that_differ_in_type_alone_are_two(
    plan_of: Any, subgraphs: Any
) -> None:
    graph = subgraphs(SCHEMA)
    values = [1, True, 1.0, "1"]

    def catalog(_request: dict[str, Any]) -> Any:
        return {"data": {"_entities": [{"price": value, "weight": 0} for value in values]}}

    await graph.run(
        shipping_plan(plan_of),
        {
            "reviews": products("1", "2", "3", "4"),
            "catalog": catalog,
            "shipping": lambda _: {"data": {"_entities": [None] * 4}},
        },
    )
    sent = graph.requests[2][1]["variables"]["representations"]
    assert [(type(each["price"]), each["price"]) for each in sent] == [
        (type(value), value) for value in values
    ]


async def test_equal_objects_are_shared_and_each_alias_reads_them_its_own_way(
    plan_of: Any, subgraphs: Any
) -> None:
    query = "{ reviews { one: author { name } two: author { id } } }"
    answer = await subgraphs(SCHEMA).run(
        plan_of(SCHEMA, query, TWO_HOPS),
        {"reviews": authors("a", "a"), "users": by_id(a={"name": "Ana"})},
    )
    assert answer == {"data": {"reviews": [{"one": {"name": "Ana"}, "two": {"id": "a"}}] * 2}}


async def test_equal_objects_below_several_entities_are_one_for_all_who_have_them(
    plan_of: Any, subgraphs: Any
) -> None:
    schema = build_schema(
        """
        type Query { reviews: [Review!] }
        type Review { author: User }
        type User { id: ID! name: String boss: User }
        """
    )
    node = Sequence(
        (
            reviews_fetch(user("author")),
            users_fetch(user("boss")),
            Fetch(
                2,
                "names",
                "query",
                "…",
                entries=(entity("User", (*REVIEWS, "author", "boss"), leaf("name")),),
                depends_on=(1,),
            ),
        )
    )
    plan = plan_of(schema, "{ reviews { author { boss { name } } } }", node)
    boss = {"boss": {"__typename": "User", "id": "z"}}
    graph = subgraphs(schema)
    answer = await graph.run(
        plan,
        {
            # The first authors differ by what else is known of them, so they are not one object.
            "reviews": lambda _: {
                "data": {
                    "reviews": [
                        {"author": {"__typename": "User", "id": each, "more": {"n": number}}}
                        for number, each in enumerate("abbb")
                    ]
                }
            },
            "users": by_id(a=boss, b=boss),
            "names": by_id(z={"name": "Zoe"}),
        },
    )
    assert answer == {"data": {"reviews": [{"author": {"boss": {"name": "Zoe"}}}] * 4}}
    assert len(graph.requests[2][1]["variables"]["representations"]) == 1
