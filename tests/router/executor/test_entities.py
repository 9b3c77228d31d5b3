"""Plans over several services: representations, sharing, failures and their paths."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from graphql import build_schema

from router.errors import SubgraphUnreachable
from router.query_plan.nodes import (
    Condition,
    ConditionNode,
    ContextVariable,
    Defer,
    DeferredPart,
    EntityEntry,
    Fetch,
    Parallel,
    Position,
    Representation,
    RepresentationField,
    SelectedField,
    Sequence,
    TypeStep,
)

SCHEMA = build_schema(
    """
    type Query { reviews: [Review!]  me: User  feed: [Item!]! }
    type Mutation { first: Int  second: Int! }
    interface Item { id: ID! }
    type Book implements Item { id: ID! title: String author: User }
    type Film implements Item { id: ID! title: String }
    type Review { id: ID! body: String author: User product: Product }
    type User { id: ID! name: String email: String! reviews: [Review!] }
    type Product { id: ID! price: Int weight: Float shipping: Int }
    """
)

REVIEWS: Position = ("reviews", "@")


def leaf(name: str, response_name: str | None = None) -> SelectedField:
    return SelectedField(name, response_name or name)


def entity(
    type_name: str,
    position: Position,
    *fields: SelectedField,
    keys: tuple[str, ...] = ("id",),
) -> EntityEntry:
    representation = Representation(
        frozenset({type_name}), None, tuple(RepresentationField(key, key) for key in keys)
    )
    return EntityEntry(
        "_entities", "representations", (position,), (representation,), tuple(fields)
    )


def reviews_fetch(*fields: SelectedField) -> Fetch:
    return Fetch(
        0,
        "reviews",
        "query",
        "{ reviews }",
        selections=(SelectedField("reviews", "reviews", selections=fields),),
    )


def user(name: str) -> SelectedField:
    return SelectedField(name, name, selections=(leaf("__typename"), leaf("id")))


def users_fetch(*fields: SelectedField, position: Position = (*REVIEWS, "author")) -> Fetch:
    return Fetch(
        1,
        "users",
        "query",
        "query($representations: [_Any!]!) { _entities }",
        entries=(entity("User", position, *fields),),
        depends_on=(0,),
    )


def authors(*ids: str | None) -> Callable[[dict[str, Any]], Any]:
    reviews = [
        {"id": str(number), "author": None if each is None else {"__typename": "User", "id": each}}
        for number, each in enumerate(ids)
    ]
    return lambda _request: {"data": {"reviews": reviews}}


def by_id(**users: dict[str, Any] | None) -> Callable[[dict[str, Any]], Any]:
    def answer(request: dict[str, Any]) -> Any:
        representations = request["variables"]["representations"]
        return {"data": {"_entities": [users.get(each["id"]) for each in representations]}}

    return answer


TWO_HOPS = Sequence(
    (reviews_fetch(leaf("id"), user("author")), users_fetch(leaf("name"), leaf("email")))
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


async def test_a_failed_service_is_an_error_at_each_field_that_it_would_have_filled(
    plan_of: Any, subgraphs: Any
) -> None:
    def down(_request: dict[str, Any]) -> Any:
        raise SubgraphUnreachable("No connection could be made.")

    plan = plan_of(SCHEMA, "{ reviews { id writer: author { id n: name } } }", TWO_HOPS)
    answer = await subgraphs(SCHEMA).run(plan, {"reviews": authors(None, "a", "b"), "users": down})
    assert answer["data"] == {
        "reviews": [
            {"id": "0", "writer": None},
            {"id": "1", "writer": {"id": "a", "n": None}},
            {"id": "2", "writer": {"id": "b", "n": None}},
        ]
    }
    assert answer["errors"] == [
        {
            "message": "The service 'users' did not answer: No connection could be made.",
            "path": ["reviews", 1, "writer", "n"],
            "extensions": {
                "code": "SUBGRAPH_REQUEST_FAILED",
                "service": "users",
                "reason": "unreachable",
            },
        }
    ]


async def test_a_failed_service_explains_every_null_that_bubbles_for_it(
    plan_of: Any, subgraphs: Any
) -> None:
    plan = plan_of(SCHEMA, "{ reviews { author { email } } }", TWO_HOPS)
    answer = await subgraphs(SCHEMA).run(
        plan, {"reviews": authors("a", "b"), "users": lambda _: {"unexpected": True}}
    )
    assert answer["data"] == {"reviews": [{"author": None}, {"author": None}]}
    assert [each["path"] for each in answer["errors"]] == [["reviews", 0, "author", "email"]]


async def test_a_root_that_fails_is_null_with_an_error_there(plan_of: Any, subgraphs: Any) -> None:
    plan = plan_of(SCHEMA, "{ all: reviews { id } }", reviews_fetch(leaf("id")))
    answer = await subgraphs(SCHEMA).run(plan, {"reviews": lambda _: "nonsense"})
    assert answer["data"] == {"all": None}
    assert [each["path"] for each in answer["errors"]] == [["all"]]


async def test_an_error_of_a_subgraph_stands_at_the_clients_path_of_each_place(
    plan_of: Any, subgraphs: Any
) -> None:
    def answer_users(request: dict[str, Any]) -> Any:
        return {
            "data": {"_entities": [{"name": "Ana"}, {"name": None}]},
            "errors": [
                {
                    "message": "No name.",
                    "path": ["_entities", 1, "name"],
                    "locations": [{"line": 1, "column": 1}],
                    "extensions": {"code": "NO_NAME", "more": 1},
                }
            ],
        }

    plan = plan_of(SCHEMA, "{ reviews { author { n: name, m: name } } }", TWO_HOPS)
    answer = await subgraphs(SCHEMA).run(
        plan, {"reviews": authors("a", "b", "b"), "users": answer_users}
    )
    assert answer["data"]["reviews"][2] == {"author": {"n": None, "m": None}}
    assert [each["path"] for each in answer["errors"]] == [
        ["reviews", number, "author", alias] for number in (1, 2) for alias in ("n", "m")
    ]
    assert answer["errors"][0]["message"] == "No name."
    assert answer["errors"][0]["extensions"] == {
        "code": "NO_NAME",
        "more": 1,
        "service": "users",
    }
    assert "locations" not in answer["errors"][0]


async def test_an_error_that_a_subgraph_bubbled_is_not_told_twice(
    plan_of: Any, subgraphs: Any
) -> None:
    def answer_users(_request: dict[str, Any]) -> Any:
        return {
            "data": {"_entities": [None]},
            "errors": [{"message": "Email is broken.", "path": ["_entities", 0, "email"]}],
        }

    plan = plan_of(SCHEMA, "{ reviews { author { email } } }", TWO_HOPS)
    answer = await subgraphs(SCHEMA).run(plan, {"reviews": authors("a"), "users": answer_users})
    assert answer["data"] == {"reviews": [{"author": None}]}
    assert [(each["message"], each["path"]) for each in answer["errors"]] == [
        ("Email is broken.", ["reviews", 0, "author", "email"])
    ]


async def test_errors_without_data_and_path_are_for_all_that_was_asked(
    plan_of: Any, subgraphs: Any
) -> None:
    plan = plan_of(SCHEMA, "{ reviews { author { name } } }", TWO_HOPS)
    answer = await subgraphs(SCHEMA).run(
        plan,
        {"reviews": authors("a"), "users": lambda _: {"errors": [{"message": "Not for you."}]}},
    )
    assert answer["data"] == {"reviews": [{"author": {"name": None}}]}
    assert answer["errors"] == [
        {
            "message": "Not for you.",
            "path": ["reviews", 0, "author", "name"],
            "extensions": {"code": "DOWNSTREAM_SERVICE_ERROR", "service": "users"},
        }
    ]


def shipping_plan(plan_of: Any) -> Any:
    product = (*REVIEWS, "product")
    node = Sequence(
        (
            reviews_fetch(leaf("id"), user("product")),
            Fetch(
                1,
                "catalog",
                "query",
                "…",
                entries=(entity("Product", product, leaf("price"), leaf("weight")),),
                depends_on=(0,),
            ),
            Fetch(
                2,
                "shipping",
                "query",
                "…",
                entries=(
                    entity("Product", product, leaf("shipping"), keys=("id", "price", "weight")),
                ),
                depends_on=(0, 1),
            ),
        )
    )
    return plan_of(SCHEMA, "{ reviews { product { shipping } } }", node)


def products(*ids: str) -> Callable[[dict[str, Any]], Any]:
    reviews = [{"id": each, "product": {"__typename": "Product", "id": each}} for each in ids]
    return lambda _request: {"data": {"reviews": reviews}}


async def test_what_waits_for_a_failed_fetch_does_not_run_and_tells_its_error(
    plan_of: Any, subgraphs: Any
) -> None:
    graph = subgraphs(SCHEMA)
    answer = await graph.run(
        shipping_plan(plan_of),
        {"reviews": products("1"), "catalog": lambda _: None, "shipping": by_id()},
    )
    assert answer["data"] == {"reviews": [{"product": {"shipping": None}}]}
    assert [(each["path"], each["extensions"]["service"]) for each in answer["errors"]] == [
        (["reviews", 0, "product", "shipping"], "catalog")
    ]
    assert [name for name, _ in graph.requests] == ["reviews", "catalog"]


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


async def test_a_fetch_starts_the_moment_what_it_waits_for_is_there(
    plan_of: Any, subgraphs: Any
) -> None:
    users_asked = asyncio.Event()

    async def slow(_request: dict[str, Any]) -> Any:
        await users_asked.wait()
        return {"data": {"me": {"id": "me"}}}

    def answer_users(_request: dict[str, Any]) -> Any:
        users_asked.set()
        return {"data": {"_entities": [{"name": "Ana"}]}}

    slow_fetch = Fetch(
        2,
        "slow",
        "query",
        "{ me }",
        selections=(SelectedField("me", "me", selections=(leaf("id"),)),),
    )
    first, second = TWO_HOPS.nodes
    node = Sequence((Parallel((first, slow_fetch)), second))
    plan = plan_of(SCHEMA, "{ me { id } reviews { author { name } } }", node)
    async with asyncio.timeout(5):
        answer = await subgraphs(SCHEMA).run(
            plan, {"reviews": authors("a"), "slow": slow, "users": answer_users}
        )
    assert answer["data"]["me"] == {"id": "me"}


@pytest.mark.parametrize("is_asked", [True, False])
async def test_conditions_are_decided_for_each_request(
    is_asked: bool, plan_of: Any, subgraphs: Any
) -> None:
    first, second = TWO_HOPS.nodes
    node = Sequence((first, ConditionNode("x", second, None)))
    query = "query($x: Boolean!) { reviews { author { name @include(if: $x) id } } }"
    graph = subgraphs(SCHEMA)
    answer = await graph.run(
        plan_of(SCHEMA, query, node),
        {"reviews": authors("a"), "users": by_id(a={"name": "Ana"})},
        {"x": is_asked},
    )
    author = {"name": "Ana", "id": "a"} if is_asked else {"id": "a"}
    assert answer == {"data": {"reviews": [{"author": author}]}}
    assert len(graph.requests) == 1 + is_asked


def test_keys_stand_where_their_first_included_field_stands(plan_of: Any, subgraphs: Any) -> None:
    query = "query($x: Boolean!) { me { id @include(if: $x) name id } }"
    plan = plan_of(SCHEMA, query)
    assert plan.output[0].selections[0].conditions == (Condition("x", True),)
    tree = {"me": {"id": "1", "name": "Ana"}}
    graph = subgraphs(SCHEMA)
    assert list(graph.respond(plan, tree, {"x": True})["data"]["me"]) == ["id", "name"]
    assert list(graph.respond(plan, tree, {"x": False})["data"]["me"]) == ["name", "id"]


async def test_mutations_run_one_after_another_and_go_on_after_a_failure(
    plan_of: Any, subgraphs: Any
) -> None:
    running: list[str] = []

    def service(name: str) -> Callable[[dict[str, Any]], Any]:
        async def answer(_request: dict[str, Any]) -> Any:
            assert not running
            running.append(name)
            await asyncio.sleep(0.01)
            running.remove(name)
            return {"data": {name: 1}} if name == "second" else None

        return answer

    def fetch(number: int, name: str) -> Fetch:
        return Fetch(number, name, "mutation", f"mutation {{ {name} }}", selections=(leaf(name),))

    plan = plan_of(
        SCHEMA, "mutation { second first }", Sequence((fetch(0, "first"), fetch(1, "second")))
    )
    graph = subgraphs(SCHEMA)
    answer = await graph.run(plan, {name: service(name) for name in ("first", "second")})
    assert answer["data"] == {"second": 1, "first": None}
    assert [name for name, _ in graph.requests] == ["first", "second"]
    assert [each["path"] for each in answer["errors"]] == [["first"]]


async def test_equal_objects_are_shared_and_each_alias_reads_them_its_own_way(
    plan_of: Any, subgraphs: Any
) -> None:
    query = "{ reviews { one: author { name } two: author { id } } }"
    answer = await subgraphs(SCHEMA).run(
        plan_of(SCHEMA, query, TWO_HOPS),
        {"reviews": authors("a", "a"), "users": by_id(a={"name": "Ana"})},
    )
    assert answer == {"data": {"reviews": [{"one": {"name": "Ana"}, "two": {"id": "a"}}] * 2}}


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


@pytest.mark.parametrize(("name", "author"), [("name", {"id": "a", "name": None}), ("email", None)])
async def test_a_field_that_nobody_can_answer_is_null_with_an_error(
    name: str, author: Any, plan_of: Any, subgraphs: Any
) -> None:
    plan = plan_of(SCHEMA, f"{{ reviews {{ author {{ id {name} }} }} }}", TWO_HOPS.nodes[0])
    [reviews] = plan.output
    [written] = reviews.selections
    key, unreachable = written.selections
    fields = (key, replace(unreachable, is_unreachable=True))
    written = replace(written, selections=fields)
    plan = replace(plan, output=(replace(reviews, selections=(written,)),))
    answer = await subgraphs(SCHEMA).run(plan, {"reviews": authors("a", None)})
    assert answer == {
        "data": {"reviews": [{"author": author}, {"author": None}]},
        "errors": [
            {
                "message": f"No service can answer User.{name} here.",
                "path": ["reviews", 0, "author", name],
            }
        ],
    }


async def test_a_single_response_has_the_deferred_parts_at_once(
    plan_of: Any, subgraphs: Any
) -> None:
    first, second = TWO_HOPS.nodes
    node = Defer(first, (DeferredPart(None, ("reviews", "@", "author"), (0,), second, ()),))
    plan = plan_of(SCHEMA, "{ reviews { author { id name } } }", node)
    answer = await subgraphs(SCHEMA).run(
        plan, {"reviews": authors("a"), "users": by_id(a={"name": "Ana"})}
    )
    assert answer == {"data": {"reviews": [{"author": {"id": "a", "name": "Ana"}}]}}


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
