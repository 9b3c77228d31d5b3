"""Failures in plans over several services: every null explained once, at the client's path."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from router.errors import SubgraphUnreachable
from tests.router.executor.reviews_graph import (
    SCHEMA,
    TWO_HOPS,
    authors,
    by_id,
    leaf,
    products,
    reviews_fetch,
    shipping_plan,
)


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
