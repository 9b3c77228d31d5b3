"""When the fetches of a plan run, and which: waiting, conditions, mutations in series, parts."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from router.query_plan.nodes import (
    Condition,
    ConditionNode,
    Defer,
    DeferredPart,
    Fetch,
    Parallel,
    SelectedField,
    Sequence,
)
from tests.router.executor.reviews_graph import SCHEMA, TWO_HOPS, authors, by_id, leaf


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
