"""Errors and nulls of what is deferred belong to its part."""

from __future__ import annotations

from typing import Any

from router import Router
from router.composition import SubgraphSource, compose
from router.errors import SubgraphUnreachable
from router.gateway import GatewayOptions
from tests.router.gateway.parts import Json, merged, parts, router_of


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
