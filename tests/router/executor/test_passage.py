"""A long answer of a plan that is one fetch: passed through only where that changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson
import pytest
from graphql import build_schema, execute_sync, parse

from router.executor.passage import LEAST_BYTES
from router.query_plan.nodes import Fetch, SelectedField

SCHEMA = build_schema(
    """
    scalar Any
    enum Color { RED GREEN }
    interface Animal { name: String }
    type Dog implements Animal { name: String! age: Int }
    type Cat implements Animal { name: String lives: Float! }
    union Being = Dog | Cat
    type Row { id: ID! number: Int! ratio: Float flag: Boolean color: Color any: Any sure: Any! }
    type Query { rows: [Row!]! rowsOrNot: [Row] beings: [Being] animals: [Animal!] pad: String }
    """
)
PAD = "x" * LEAST_BYTES
ROW = {
    "id": "a",
    "number": 1,
    "ratio": 1.5,
    "flag": True,
    "color": "RED",
    "any": {"deep": [1, None]},
    "sure": 0,
}
DOG = {"__typename": "Dog", "name": "Rex", "age": 3}
CAT = {"__typename": "Cat", "name": None, "lives": 9.0}

ROWS = "{ pad rows { id number ratio flag color any } }"
BEINGS = "{ pad beings { __typename ... on Dog { name age } ... on Cat { lives } } }"


async def answered(
    query: str, data: dict[str, Any], plan_of: Callable[..., Any], subgraphs: Any
) -> tuple[dict[str, Any], bool]:
    """The answer to a query, and whether it was passed through."""
    fetch = Fetch(0, "one", "query", query, selections=(SelectedField("pad", "pad"),))
    graph = subgraphs(SCHEMA)
    plan = plan_of(SCHEMA, query, fetch)
    answer = await graph.run(plan, {"one": lambda _: {"data": data}})
    passage = graph.compile(plan, {}).passage
    return answer, passage.through(orjson.dumps({"data": data})) is not None


@pytest.mark.parametrize(
    ("query", "data", "is_passed"),
    [
        (ROWS, {"rows": [ROW, {**ROW, "ratio": None, "flag": None, "any": None}]}, True),
        (ROWS, {"rows": [{"__typename": "Row", "extra": 1, **ROW}]}, True),
        (ROWS, {"rows": [dict(reversed(ROW.items()))]}, True),
        (ROWS, {"rows": [{**ROW, "id": 5}]}, False),
        (ROWS, {"rows": [{**ROW, "id": None}]}, False),
        (ROWS, {"rows": [{**ROW, "number": 2**31}]}, False),
        (ROWS, {"rows": [{**ROW, "number": True}]}, False),
        (ROWS, {"rows": [{**ROW, "color": "BLUE"}]}, False),
        (ROWS, {"rows": [None]}, False),
        (ROWS, {"rows": None}, False),
        (ROWS, {}, False),
        ("{ pad rowsOrNot { id } }", {"rowsOrNot": [None, ROW]}, True),
        ("{ pad rows { key: id } }", {"rows": [ROW]}, False),
        ("{ pad rows { sure } }", {"rows": [ROW]}, False),
        ("{ pad rows { __typename id } }", {"rows": [{"__typename": "Row", "id": "a"}]}, True),
        ("{ pad rows { id __typename } }", {"rows": [{"__typename": "Row", "id": "a"}]}, True),
        (BEINGS, {"beings": [DOG, CAT, None]}, True),
        (BEINGS, {"beings": [{**DOG, "name": None}, CAT]}, False),
        (BEINGS, {"beings": [{"__typename": "Hidden"}]}, False),
        ("{ pad beings { ... on Dog { name } } }", {"beings": [DOG]}, False),
        ("{ pad beings { ... on Dog { name } __typename } }", {"beings": [DOG]}, False),
        ("{ pad animals { __typename name } }", {"animals": [DOG, CAT]}, True),
        ("{ pad animals { __typename name } }", {"animals": [{**DOG, "name": None}]}, False),
    ],
)
async def test_an_answer_is_passed_through_only_where_completion_would_change_nothing(
    query: str,
    data: dict[str, Any],
    is_passed: bool,
    plan_of: Callable[..., Any],
    subgraphs: Any,
) -> None:
    data = {"pad": PAD, **data}
    sources = {"key": "id"} if "key" in query else None
    expected = execute_sync(SCHEMA, parse(query), root_value=data).formatted

    def plan(schema: Any, text: str, fetch: Fetch) -> Any:
        return plan_of(schema, text, fetch, sources)

    answer, was_passed = await answered(query, data, plan, subgraphs)
    assert orjson.dumps(answer["data"]) == orjson.dumps(expected["data"])
    assert [error["path"] for error in answer.get("errors", [])] == [
        error["path"] for error in expected.get("errors", [])
    ]
    assert was_passed is is_passed


async def test_an_answer_with_errors_is_not_passed_through(
    plan_of: Callable[..., Any], subgraphs: Any
) -> None:
    fetch = Fetch(0, "one", "query", "{ pad }", selections=(SelectedField("pad", "pad"),))
    answer = await subgraphs(SCHEMA).run(
        plan_of(SCHEMA, "{ pad }", fetch),
        {"one": lambda _: {"data": {"pad": PAD}, "errors": [{"message": "But."}]}},
    )
    assert answer["data"] == {"pad": PAD}
    assert answer["errors"][0]["message"] == "But."
