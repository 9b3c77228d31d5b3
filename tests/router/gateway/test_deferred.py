"""`@defer`: the first part at once, the others when they are there; together, the whole."""

from __future__ import annotations

import asyncio
import copy
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from router import Router
from router.composition import SubgraphSource, compose
from router.errors import SubgraphUnreachable
from router.gateway import GatewayOptions

Json = dict[str, Any]


def lay(known: Any, value: Any) -> Any:
    """What a client does with the data of a part."""
    if isinstance(known, dict) and isinstance(value, dict):
        return {**known, **{name: lay(known.get(name), each) for name, each in value.items()}}
    if isinstance(known, list) and isinstance(value, list):
        return [lay(old, new) for old, new in zip(known, value, strict=True)]
    return value


def lay_at(data: Any, path: list[Any], value: Any) -> Any:
    if not path:
        return lay(data, value)
    assert data[path[0]] is not None, "a part adds to an object that the client has"
    data = copy.copy(data)
    data[path[0]] = lay_at(data[path[0]], path[1:], value)
    return data


def merged(results: list[Json]) -> Json:
    """The answer that results make together."""
    first, *later = results
    data, errors = first["data"], list(first.get("errors", ()))
    for entry in (each for result in later for each in result.get("incremental", ())):
        errors += entry.get("errors", ())
        if entry["data"] is not None:
            data = lay_at(data, entry["path"], entry["data"])
    return {"data": data, "errors": errors}


async def parts(router: Router, query: str, **variables: Any) -> list[Json]:
    """All results of an operation; of each but the last it is said that there are more."""
    stream = await router.stream(query, variables=variables)
    results = [orjson.loads(response.body) async for response in stream]
    if stream.kind == "single":
        return [*results]
    assert [result["hasNext"] for result in results] == [True] * (len(results) - 1) + [False]
    return results


def unordered(value: Any) -> Any:
    """Data whose order of keys does not count."""
    return orjson.loads(orjson.dumps(value, option=orjson.OPT_SORT_KEYS))


async def whole(router: Router, query: str, **variables: Any) -> Json:
    response = await router.execute(query, variables=variables)
    return {"data": response.data, "errors": list(response.errors)}


def router_of(world: Any, **transports: Any) -> Router:
    return Router(world.supergraph, transports={**world.transports, **transports})


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


async def test_a_service_that_fails_is_told_in_the_parts_that_it_would_have_filled(
    world: Any,
) -> None:
    def down(_request: Json, _headers: Any) -> Any:
        raise SubgraphUnreachable("No connection could be made.")

    query = "{ users { id ... @defer { posts { title } } ... @defer { name } } }"
    first, *later = await parts(router_of(world, posts=down), query)
    assert "errors" not in first
    entries = [entry for result in later for entry in result["incremental"]]
    # `posts` refuses null, which goes up to the part, and stays there.
    failed = [entry for entry in entries if entry["data"] is None]
    assert [entry["path"] for entry in failed] == [["users", 0], ["users", 1]]
    assert [error["path"] for error in failed[0]["errors"]] == [["users", 0, "posts"]]
    assert failed[0]["errors"][0]["extensions"]["service"] == "posts"
    assert [entry["data"] for entry in entries if entry["data"]] == [
        {"name": "Ana"},
        {"name": "Bia"},
    ]


SPEAKERS = """
type Query { talks: [Talk!] talk: Talk }
type Talk { title: String! speaker: Speaker }
type Speaker @key(fields: "id") { id: ID! name: String! }
"""
RATINGS = """
type Speaker @key(fields: "id") { id: ID! rating: Int! email: String! @authenticated }
"""
LINK = (
    'extend schema @link(url: "https://specs.apollo.dev/federation/v2.6",'
    ' import: ["@key", "@authenticated"])\n'
)


def talks(title: str | None, rating: int | None, **options: Any) -> Router:
    """A router over talks of which one may have no title, and speakers who may have no rating."""
    speaker = {"__typename": "Speaker", "id": "1", "name": "Ana"}
    talk = {"title": title, "speaker": speaker}

    def first(_request: Json, _headers: Any) -> Any:
        return {"data": {"talk": talk, "talks": [{**talk, "title": "T"}, talk]}}

    def second(_request: Json, _headers: Any) -> Any:
        error = {"message": "unrated", "path": ["_entities", 0, "rating"]}
        entity = {"data": {"_entities": [{"rating": rating, "email": "a@b"}]}}
        return entity if rating else {**entity, "errors": [error]}

    result = compose(
        [
            SubgraphSource(name="first", url="http://127.0.0.1:1/", sdl=LINK + SPEAKERS),
            SubgraphSource(name="second", url="http://127.0.0.1:1/", sdl=LINK + RATINGS),
        ]
    )
    assert result.supergraph_sdl is not None, result.errors
    transports = {"first": first, "second": second}
    return Router(result.supergraph_sdl, transports=transports, options=GatewayOptions(**options))


async def test_a_null_goes_up_to_where_its_part_begins() -> None:
    query = "{ talk { title speaker { name ... @defer { rating } } } }"
    first, second = await parts(talks("T", None), query)
    assert first["data"] == {"talk": {"title": "T", "speaker": {"name": "Ana"}}}
    [entry] = second["incremental"]
    assert (entry["data"], entry["path"]) == (None, ["talk", "speaker"])
    assert [(e["message"], e["path"]) for e in entry["errors"]] == [
        ("unrated", ["talk", "speaker", "rating"])
    ]


async def test_what_a_null_took_away_is_not_added_to() -> None:
    query = "{ talks { speaker { name ... @defer { rating } } ... @defer { title } } }"
    later = (await parts(talks("T", 5), query))[1:]
    entries = [entry for result in later for entry in result.get("incremental", ())]
    assert len(entries) == 4
    query = "{ talk { title speaker { name ... @defer { rating } } } }"
    results = await parts(talks(None, 5), query)
    assert results[0]["data"] == {"talk": None}
    assert merged(results)["data"] == {"talk": None}
    assert [error["path"] for error in results[0]["errors"]] == [["talk", "title"]]


async def test_an_error_of_a_field_that_is_deferred_comes_with_its_part() -> None:
    # Talks have no key: their fields come with the first fetch, whatever is deferred.
    query = "{ talk { speaker { id } ... @defer { title } } }"
    first, second = await parts(talks(None, 5), query)
    assert first == {"data": {"talk": {"speaker": {"id": "1"}}}, "hasNext": True}
    [entry] = second["incremental"]
    assert [error["path"] for error in entry["errors"]] == [["talk", "title"]]


async def test_what_the_asker_may_not_read_is_an_error_of_its_part(issuer: Any) -> None:
    router = talks("T", 5, authentication=issuer.options())
    query = "{ talk { title ... @defer { speaker { name email } } } }"
    first, second = await parts(router, query)
    assert first == {"data": {"talk": {"title": "T"}}, "hasNext": True}
    [entry] = second["incremental"]
    assert entry["data"] == {"speaker": None}
    assert [error["path"] for error in entry["errors"]] == [["talk", "speaker", "email"]]


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
