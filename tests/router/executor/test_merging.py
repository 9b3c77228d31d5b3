"""Where the answers of several services are laid: by position, type, level and context."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from graphql import build_schema

from router.query_plan.nodes import (
    Condition,
    ContextVariable,
    Fetch,
    Parallel,
    Position,
    RepresentationField,
    SelectedField,
    Sequence,
    TypeStep,
)
from tests.router.executor.reviews_graph import (
    REVIEWS,
    SCHEMA,
    authors,
    by_id,
    entity,
    leaf,
    reviews_fetch,
    user,
    users_fetch,
)


async def test_type_conditions_on_the_way_let_only_their_types_through(
    plan_of: Any, subgraphs: Any
) -> None:
    feed = Fetch(
        0,
        "feed",
        "query",
        "{ feed }",
        selections=(
            SelectedField(
                "feed", "feed", selections=(leaf("__typename"), leaf("id"), user("author"))
            ),
        ),
    )
    position: Position = ("feed", "@", TypeStep(frozenset({"Book"})), "author")
    node = Sequence((feed, users_fetch(leaf("name"), position=position)))
    plan = plan_of(SCHEMA, "{ feed { __typename ... on Book { author { name } } } }", node)
    items = [
        {"__typename": "Book", "id": "1", "author": {"__typename": "User", "id": "a"}},
        {"__typename": "Film", "id": "2", "author": {"__typename": "User", "id": "b"}},
    ]
    graph = subgraphs(SCHEMA)
    answer = await graph.run(
        plan, {"feed": lambda _: {"data": {"feed": items}}, "users": by_id(a={"name": "Ana"})}
    )
    assert answer == {
        "data": {
            "feed": [{"__typename": "Book", "author": {"name": "Ana"}}, {"__typename": "Film"}]
        }
    }
    assert len(graph.requests[1][1]["variables"]["representations"]) == 1


async def test_two_services_that_give_one_object_are_merged_by_position(
    plan_of: Any, subgraphs: Any
) -> None:
    def part(number: int, service: str, *fields: SelectedField) -> Fetch:
        return Fetch(
            number,
            service,
            "query",
            "{ reviews }",
            selections=(SelectedField("reviews", "reviews", selections=fields),),
        )

    node = Sequence(
        (
            Parallel((part(0, "a", leaf("id"), user("author")), part(1, "b", leaf("body")))),
            Fetch(
                2,
                "users",
                "query",
                "…",
                entries=(entity("User", (*REVIEWS, "author"), leaf("name")),),
                depends_on=(0,),
            ),
        )
    )
    plan = plan_of(SCHEMA, "{ reviews { id body author { name } } }", node)
    answer = await subgraphs(SCHEMA).run(
        plan,
        {
            "a": authors("a", "a"),
            "b": lambda _: {"data": {"reviews": [{"body": "one"}, {"body": "two"}]}},
            "users": by_id(a={"name": "Ana"}),
        },
    )
    assert answer == {
        "data": {
            "reviews": [
                {"id": "0", "body": "one", "author": {"name": "Ana"}},
                {"id": "1", "body": "two", "author": {"name": "Ana"}},
            ]
        }
    }


async def test_fields_from_two_levels_of_entities(plan_of: Any, subgraphs: Any) -> None:
    nested = SelectedField("reviews", "reviews", selections=(leaf("id"), user("product")))
    node = Sequence(
        (
            reviews_fetch(leaf("id"), user("author")),
            users_fetch(nested),
            Fetch(
                2,
                "catalog",
                "query",
                "…",
                entries=(
                    entity(
                        "Product", (*REVIEWS, "author", "reviews", "@", "product"), leaf("price")
                    ),
                ),
                depends_on=(1,),
            ),
        )
    )
    plan = plan_of(SCHEMA, "{ reviews { author { reviews { product { price } } } } }", node)
    written = [{"id": str(n), "product": {"__typename": "Product", "id": "p"}} for n in range(2)]
    graph = subgraphs(SCHEMA)
    answer = await graph.run(
        plan,
        {
            "reviews": authors("a", "a", "b"),
            "users": by_id(a={"reviews": written}, b={"reviews": written[:1]}),
            "catalog": by_id(p={"price": 7}),
        },
    )
    of = [{"product": {"price": 7}}]
    assert answer == {
        "data": {
            "reviews": [
                {"author": {"reviews": of * 2}},
                {"author": {"reviews": of * 2}},
                {"author": {"reviews": of}},
            ]
        }
    }
    assert len(graph.requests[2][1]["variables"]["representations"]) == 1


async def test_root_fields_below_the_root_are_laid_at_every_object_there(
    plan_of: Any, subgraphs: Any
) -> None:
    schema = build_schema(
        """
        type Query { a: Int  payloads: [Payload] }
        type Payload { query: Query }
        """
    )
    payloads = Fetch(
        0,
        "payloads",
        "query",
        "{ payloads }",
        selections=(
            SelectedField(
                "payloads",
                "payloads",
                selections=(SelectedField("query", "query", selections=(leaf("__typename"),)),),
            ),
        ),
    )
    below = Fetch(
        1,
        "roots",
        "query",
        "{ a }",
        selections=(leaf("a"),),
        depends_on=(0,),
        positions=(("payloads", "@", "query"),),
    )
    plan = plan_of(schema, "{ payloads { query { a } } }", Sequence((payloads, below)))
    graph = subgraphs(schema)
    of = {"__typename": "Query"}
    services = {
        "payloads": lambda _: {"data": {"payloads": [{"query": dict(of)}, {"query": None}]}},
        "roots": lambda _: {"data": {"a": 1}},
    }
    assert await graph.run(plan, services) == {
        "data": {"payloads": [{"query": {"a": 1}}, {"query": None}]}
    }
    services["roots"] = lambda _: {"errors": [{"message": "Broken.", "path": ["a"]}], "data": None}
    failed = await graph.run(plan, services)
    assert failed["data"] == {"payloads": [{"query": {"a": None}}, {"query": None}]}
    assert [each["path"] for each in failed["errors"]] == [["payloads", 0, "query", "a"]]
    services["payloads"] = lambda _: {"data": {"payloads": []}}
    graph.requests.clear()
    assert await graph.run(plan, services) == {"data": {"payloads": []}}
    assert [name for name, _ in graph.requests] == ["payloads"]


async def test_a_context_is_read_from_each_objects_own_ancestor(
    plan_of: Any, subgraphs: Any
) -> None:
    product = SelectedField("product", "product", selections=(leaf("__typename"), leaf("id")))
    shipping = replace(
        entity("Product", (*REVIEWS, "product"), leaf("shipping")), variable="representations"
    )
    node = Sequence(
        (
            reviews_fetch(leaf("body"), product),
            Fetch(
                1,
                "shipping",
                "query",
                "…",
                entries=(shipping,),
                contexts=(ContextVariable("zone", 1, (RepresentationField("body", "body"),)),),
                depends_on=(0,),
            ),
        )
    )
    reviews = [
        {"body": zone, "product": {"__typename": "Product", "id": each}}
        for zone, each in (("north", "1"), ("south", "1"), ("north", "2"), ("north", "1"))
    ]

    def answer(request: dict[str, Any]) -> Any:
        length = len(request["variables"]["zone"] + "—")
        return {
            "data": {
                "_entities": [
                    {"shipping": 100 * length + int(each["id"])}
                    if request["variables"]["zone"] == "north"
                    else {"shipping": -int(each["id"])}
                    for each in request["variables"]["representations"]
                ]
            }
        }

    plan = plan_of(SCHEMA, "{ reviews { product { shipping } } }", node)
    graph = subgraphs(SCHEMA)
    given = await graph.run(
        plan, {"reviews": lambda _: {"data": {"reviews": reviews}}, "shipping": answer}
    )
    assert [each["product"]["shipping"] for each in given["data"]["reviews"]] == [
        601,
        -1,
        602,
        601,
    ]
    sent = sorted(
        (request["variables"]["zone"], len(request["variables"]["representations"]))
        for name, request in graph.requests
        if name == "shipping"
    )
    assert sent == [("north", 2), ("south", 1)]


async def test_objects_that_come_empty_replace_nothing(plan_of: Any, subgraphs: Any) -> None:
    body = SelectedField("body", "body", conditions=(Condition("x", True),))
    empty = Fetch(
        1,
        "b",
        "query",
        "{ reviews }",
        selections=(SelectedField("reviews", "reviews", selections=(body,)),),
        depends_on=(0,),
    )
    query = "query($x: Boolean!) { reviews { id body @include(if: $x) } }"
    plan = plan_of(SCHEMA, query, Sequence((reviews_fetch(leaf("id")), empty)))
    answer = await subgraphs(SCHEMA).run(
        plan,
        {"reviews": authors("a"), "b": lambda _: {"data": {"reviews": [{}]}}},
        {"x": False},
    )
    assert answer == {"data": {"reviews": [{"id": "0"}]}}
