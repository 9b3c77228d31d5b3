"""GraphQL over HTTP, over real sockets: media types, statuses, methods, bodies."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx
import orjson
import pytest

from router import Router
from tests.router.server.serving import OLD, post, served

NEW = "application/graphql-response+json"


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        ("", OLD),
        ("*/*", OLD),
        (OLD, OLD),
        (NEW, NEW),
        (f"{NEW}, {OLD};q=0.9", NEW),
        (f"{OLD};q=0.5, {NEW};q=0.8", NEW),
        ("application/*;q=0.1, text/html", OLD),
    ],
)
async def test_the_answer_is_in_the_media_type_that_is_accepted(
    accept: str, media_type: str, client: httpx.AsyncClient
) -> None:
    answer = await client.post("/graphql", **post(accept, query="{ users { id } }"))
    assert answer.status_code == 200
    assert answer.headers["content-type"] == f"{media_type}; charset=utf-8"
    assert answer.json() == {"data": {"users": [{"id": "1"}, {"id": "2"}]}}


@pytest.mark.parametrize(
    ("parameters", "old", "new"),
    [
        ({"query": "{"}, 200, 400),
        ({"query": "{ nobody }"}, 200, 400),
        ({"query": "query($id: ID!) { user(id: $id) { id } }"}, 200, 400),
        ({"query": "{ users { id } }", "operationName": "X"}, 200, 400),
        ({"query": "{ users { id } }", "variables": None, "extensions": {}}, 200, 200),
        ({"query": "{ users(first: 3) { role } }"}, 200, 200),
        ({"query": 1}, 400, 400),
        ({}, 400, 400),
        ({"query": "{ users { id } }", "variables": []}, 400, 400),
        ({"query": "{ users { id } }", "operationName": 1}, 400, 400),
        ({"query": "{ users { id } }", "extensions": "x"}, 400, 400),
    ],
)
async def test_statuses_follow_the_media_type(
    parameters: dict[str, Any], old: int, new: int, client: httpx.AsyncClient
) -> None:
    for accept, status in ((OLD, old), (NEW, new)):
        answer = await client.post("/graphql", **post(accept, **parameters))
        assert answer.status_code == status
        assert "data" in answer.json() or answer.json()["errors"]


async def test_requests_that_are_not_well_formed_are_refused(client: httpx.AsyncClient) -> None:
    async def status(method: str, **options: Any) -> int:
        answer = await client.request(method, "/graphql", **options)
        assert answer.json()["errors"]
        return answer.status_code

    body = orjson.dumps({"query": "{ users { id } }"})
    types = {"content-type": OLD}
    assert await status("POST", content=b"{", headers=types) == 400
    assert await status("POST", content=b"[]", headers=types) == 400
    assert await status("POST", content=body, headers={"content-type": "text/plain"}) == 415
    assert await status("POST", content=body) == 415
    assert await status("POST", content=body, headers={**types, "accept": "text/html"}) == 406
    latin = {"content-type": f"{OLD}; charset=latin-1"}
    assert await status("POST", content=body, headers=latin) == 415
    assert await status("PUT", content=body, headers=types) == 405
    assert await status("POST", content=b'"' + b"x" * 3000 + b'"', headers=types) == 413

    async def chunks(*sizes: int) -> AsyncIterator[bytes]:
        for size in sizes:
            yield b"x" * size

    for sizes in ((1000, 1000, 1000), (3000,)):
        assert await status("POST", content=chunks(*sizes), headers=types) == 413
    assert await status("GET", params={"query": "{ users { id } }", "variables": "{"}) == 400
    assert await status("GET") == 400


async def test_queries_can_be_asked_with_get_and_mutations_cannot(
    client: httpx.AsyncClient, world: Any
) -> None:
    query = "query($id: ID!) { user(id: $id) { name } }"
    answer = await client.get("/graphql", params={"query": query, "variables": '{"id": "1"}'})
    assert answer.json() == {"data": {"user": {"name": "Ana"}}}
    mutation = 'mutation { rename(id: "1", name: "X") { name } }'
    answer = await client.get("/graphql", params={"query": mutation})
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")
    assert world.names["1"] == "Ana"


async def test_a_fault_in_this_process_is_told_as_one(world: Any) -> None:
    def fault(_request: dict[str, Any], _headers: Any) -> Any:
        raise ZeroDivisionError("secret")

    router = Router(world.supergraph, transports={**world.transports, "users": fault})
    async with served(router.asgi()) as url, httpx.AsyncClient(base_url=url) as client:
        answer = await client.post("/graphql", **post(query="{ users { id } }"))
        assert answer.status_code == 500
        assert answer.json()["errors"][0]["extensions"]["code"] == "INTERNAL_SERVER_ERROR"
        assert "secret" not in answer.text
        answer = await client.post("/graphql", **post(query="{ posts { title } }"))
        assert answer.status_code == 200


async def test_a_body_may_come_in_pieces(client: httpx.AsyncClient) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        for piece in (b'{"query": "{ users', b'(first: 1) { id } }"}'):
            yield piece
            await asyncio.sleep(0.01)

    answer = await client.post("/graphql", content=pieces(), headers={"content-type": OLD})
    assert answer.json() == {"data": {"users": [{"id": "1"}]}}


async def test_lines_of_one_header_are_one_value(client: httpx.AsyncClient, world: Any) -> None:
    lines = [("accept", "text/html"), ("accept", NEW), ("content-type", OLD)]
    lines += [("authorization", "Bearer a"), ("authorization", "Bearer b")]
    body = orjson.dumps({"query": "{ users { id } }"})

    answer = await client.post("/graphql", content=body, headers=lines)

    assert answer.headers["content-type"].startswith(NEW)
    [(_, _, forwarded)] = world.requests
    assert forwarded == {"authorization": "Bearer a, Bearer b"}
