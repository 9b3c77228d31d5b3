"""`@defer`: the first part, then the others, and all of them merged are the whole."""

from __future__ import annotations

import asyncio
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from router import Router
from tests.router.gateway.parts import Json, merged, parts, router_of


def unordered(value: Any) -> Any:
    """Data whose order of keys does not count."""
    return orjson.loads(orjson.dumps(value, option=orjson.OPT_SORT_KEYS))


async def whole(router: Router, query: str, **variables: Any) -> Json:
    response = await router.execute(query, variables=variables)
    return {"data": response.data, "errors": list(response.errors)}


async def test_the_first_part_comes_first_and_each_object_has_its_own_entry(world: Any) -> None:
    query = '{ users { name ... @defer(label: "theirs") { posts { title } } } }'
    first, second = await parts(router_of(world), query)
    assert first == {"data": {"users": [{"name": "Ana"}, {"name": "Bia"}]}, "hasNext": True}
    assert second == {
        "incremental": [
            {
                "data": {"posts": [{"title": "First"}, {"title": "Second"}]},
                "path": ["users", 0],
                "label": "theirs",
            },
            {"data": {"posts": [{"title": "Third"}]}, "path": ["users", 1], "label": "theirs"},
        ],
        "hasNext": False,
    }


async def test_a_part_does_not_wait_for_another(world: Any) -> None:
    released = asyncio.Event()

    async def slow(request: Json, headers: Any) -> Any:
        await released.wait()
        return world.service("posts")(request, headers)

    query = """{
      users { id ... @defer { name ... @defer(label: "slow") { posts { title } } } }
    }"""
    stream = await router_of(world, posts=slow).stream(query)
    first, second = await anext(stream), await anext(stream)
    assert orjson.loads(first.body)["data"] == {"users": [{"id": "1"}, {"id": "2"}]}
    entries = orjson.loads(second.body)["incremental"]
    assert [entry["data"] for entry in entries] == [{"name": "Ana"}, {"name": "Bia"}]
    released.set()
    [last] = [orjson.loads(each.body) async for each in stream]
    assert [entry["path"] for entry in last["incremental"]] == [["users", 0], ["users", 1]]
    assert not last["hasNext"]


async def test_a_client_that_leaves_ends_the_fetches(world: Any) -> None:
    cancelled = []

    async def slow(_request: Json, _headers: Any) -> Any:
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            cancelled.append(True)
            raise

    before = asyncio.all_tasks()
    query = "{ users { id ... @defer { posts { title } } } }"
    async with await router_of(world, posts=slow).stream(query) as stream:
        await anext(stream)
        await asyncio.sleep(0.01)
    assert cancelled == [True]
    assert asyncio.all_tasks() == before


async def test_where_nothing_is_deferred_there_is_one_response(world: Any) -> None:
    router = router_of(world)
    query = "query($later: Boolean!) { users { id ... @defer(if: $later) { name } } }"
    [only] = await parts(router, query, later=False)
    assert only == {"data": {"users": [{"id": "1", "name": "Ana"}, {"id": "2", "name": "Bia"}]}}
    assert len(await parts(router, query, later=True)) == 2
    assert (
        "hasNext" not in (await parts(router, "{ users { id ... @defer(if: false) { name } } }"))[0]
    )


async def test_a_single_response_has_all_at_once(world: Any) -> None:
    query = "{ users { id ... @defer { name } } }"
    assert await whole(router_of(world), query) == {
        "data": {"users": [{"id": "1", "name": "Ana"}, {"id": "2", "name": "Bia"}]},
        "errors": [],
    }


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        # What is there already is not sent again; what is deferred twice comes with the first.
        ("{ user(id: 1) { name ... @defer { name id } } }", [{"id": "1"}]),
        # An object of which a part is deferred comes in two parts.
        ("{ user(id: 1) { id } ... @defer { user(id: 1) { name } } }", [{"user": {"name": "Ana"}}]),
        # An alias, a fragment, a list in a list of objects.
        ("{ u: user(id: 1) { id ...F @defer } } fragment F on User { n: name }", [{"n": "Ana"}]),
        ("{ posts { author { id ... @defer { name } } } }",
         [{"name": "Ana"}, {"name": "Ana"}, {"name": "Bia"}]),
        # All of it.
        ("{ ... @defer { user(id: 2) { name } } }", [{"user": {"name": "Bia"}}]),
        ("{ ... @defer { __typename } user(id: 2) { name } }", [{"__typename": "Query"}]),
        # Nobody is there to add to.
        ("{ user(id: 7) { id ... @defer { name } } }", []),
        ("mutation { rename(id: 1, name: \"X\") { id ... @defer { name } } }", [{"name": "X"}]),
    ],
)  # fmt: skip
async def test_what_is_in_a_part(query: str, expected: list[Json], world: Any) -> None:
    results = await parts(router_of(world), query)
    entries = [entry for result in results[1:] for entry in result.get("incremental", ())]
    assert [entry["data"] for entry in entries] == expected
    assert all("errors" not in entry for entry in entries)


async def test_two_entries_of_one_request_may_lay_one_list(world: Any) -> None:
    # What the second part lacks of `posts` comes with the first fetch, beside what that one asks.
    query = """query($no: Boolean! = false) { users(first: 3) {
        posts { author { role posts { author { n: name } } } }
        posts { author { ... @defer { posts { author { n: name } } } } }
        ... @defer { posts @skip(if: $no) { author { name } } } } }"""
    router = router_of(world)
    expected = await whole(router, query)
    assert expected["data"]["users"][0]["posts"][0]["author"]["posts"]
    assert unordered(merged(await parts(router, query))["data"]) == unordered(expected["data"])


LEAVES = st.sampled_from(["id", "name", "n: name", "role"])


CONDITIONS = st.sampled_from(["", "@include(if: $yes)", "@skip(if: $no)", "@skip(if: $yes)"])


DEFER = st.sampled_from(["@defer", "@defer(if: $yes)", "@defer(if: $no)"])


def users(depth: int) -> st.SearchStrategy[str]:
    """What is selected on a user, some of it deferred, some of that again."""
    if not depth:
        return LEAVES
    inner = users(depth - 1)
    posts = st.builds("posts {} {{ title author {{ {} }} }}".format, CONDITIONS, inner)
    deferred = st.builds("... {} {{ {} }}".format, DEFER, inner)
    return st.lists(st.one_of(LEAVES, posts, deferred), min_size=1, max_size=3).map(" ".join)


HEAD = "query($yes: Boolean! = true, $no: Boolean! = false) "


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(fields=users(3), others=users(3), seed=st.integers(0, 3))
async def test_parts_merged_are_the_whole(fields: str, others: str, seed: int, world: Any) -> None:
    async def slow(request: Json, headers: Any) -> Any:
        await asyncio.sleep(0.001 * ((seed * len(request["query"])) % 3))
        return world.service("posts")(request, headers)

    router = router_of(world, posts=slow)
    use = "ok: __typename @include(if: $yes) ok: __typename @skip(if: $no)"
    query = f"{HEAD} {{ {use} users(first: 3) {{ {fields} }} "
    query += f"... @defer {{ user(id: 1) {{ {others} }} }} user(id: 1) {{ name }} }}"
    expected = await whole(router, query)
    found = merged(await parts(router, query))
    assert unordered(found["data"]) == unordered(expected["data"])
    assert {tuple(e["path"]) for e in found["errors"]} == {
        tuple(e["path"]) for e in expected["errors"]
    }
