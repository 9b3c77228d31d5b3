"""Mutations: root fields run one after the other, in the order in which they are first asked."""

from __future__ import annotations

from typing import Any

import pytest


async def test_mutations_in_series_across_subgraphs(graph: Any) -> None:
    log: list[str] = []

    def add(name: str) -> Any:
        def resolve(_row: Any, value: int) -> Any:
            log.append(f"{name}{value}")
            return {"id": "1", "total": len(log), "name": "n"}

        return resolve

    item = """type Query { ITEM: Item @shareable } type Item @key(fields: "id") { id: ID! FIELD }"""
    g = graph(
        a=(
            item.replace("ITEM", "item").replace("FIELD", "total: Int @shareable")
            + "type Mutation { addA(value: Int!): Item twice(value: Int!): Item @shareable }",
            {
                "Query": [{"item": None}],
                "Mutation": [{"addA": add("a"), "twice": add("t")}],
                "Item": [],
            },
        ),
        b=(
            item.replace("ITEM", "item").replace("FIELD", "total: Int @shareable name: String")
            + "type Mutation { addB(value: Int!): Item twice(value: Int!): Item @shareable }",
            {
                "Query": [{"item": None}],
                "Mutation": [{"addB": add("b"), "twice": add("t")}],
                "Item": [{"id": "1", "name": "n"}],
            },
        ),
    )
    data = await g.ask(
        """mutation { one: addA(value: 1) { total name } two: addB(value: 2) { total }
        three: addA(value: 3) { total } four: twice(value: 4) { total name } }"""
    )
    assert data == {
        "one": {"total": 1, "name": "n"},
        "two": {"total": 2},
        "three": {"total": 3},
        "four": {"total": 4, "name": "n"},
    }
    assert log == ["a1", "b2", "a3", "t4"]


@pytest.mark.parametrize(
    ("x", "y", "order"),
    [
        (True, True, ["a1", "b2", "b3"]),
        (True, False, ["a1", "b2", "b3"]),
        (False, True, ["b2", "a1", "b3"]),
        (False, False, ["b2", "b3", "a1"]),
    ],
)
async def test_a_field_asked_twice_runs_once_where_it_is_first_asked(
    graph: Any, x: bool, y: bool, order: list[str]
) -> None:
    log: list[str] = []

    def add(name: str) -> Any:
        def resolve(_row: Any, value: int) -> Any:
            log.append(f"{name}{value}")
            return {"total": len(log), "value": value}

        return resolve

    result = "type Result @shareable { total: Int value: Int }"
    g = graph(
        a=(
            f"type Query {{ a: Int }} type Mutation {{ addA(value: Int!): Result }} {result}",
            {"Query": [{"a": 1}], "Mutation": [{"addA": add("a")}]},
        ),
        b=(
            f"type Query {{ b: Int }} type Mutation {{ addB(value: Int!): Result }} {result}",
            {"Query": [{"b": 1}], "Mutation": [{"addB": add("b")}]},
        ),
    )
    data = await g.ask(
        """mutation($x: Boolean!, $y: Boolean!) {
        one: addA(value: 1) @include(if: $x) { value }
        two: addB(value: 2) { total }
        one: addA(value: 1) @include(if: $y) { total }
        three: addB(value: 3) { total }
        one: addA(value: 1) { __typename } }""",
        x=x,
        y=y,
    )
    assert log == order
    expected: dict[str, Any] = {
        "one": {"__typename": "Result"},
        "two": {"total": order.index("b2") + 1},
        "three": {"total": order.index("b3") + 1},
    }
    if x:
        expected["one"]["value"] = 1
    if y:
        expected["one"]["total"] = order.index("a1") + 1
    assert data == expected
    names = {"a1": "one", "b2": "two", "b3": "three"}
    assert list(data) == [names[each] for each in order]
