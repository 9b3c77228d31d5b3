"""The server over real sockets: GraphQL over HTTP, pages, subgraphs over HTTP, reloads."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest
import uvicorn

from router import Router
from router.gateway import GatewayOptions
from router.gateway.options import ServiceOptions
from router.operation.limits import Limits
from router.server.app import RouterApp
from router.server.supergraph_source import SupergraphFile

NEW = "application/graphql-response+json"
OLD = "application/json"


@asynccontextmanager
async def served(app: Any, port: int = 0) -> AsyncIterator[str]:
    """The base URL of an app that a server runs meanwhile."""
    server = uvicorn.Server(
        uvicorn.Config(app, host="127.0.0.1", port=port, log_level="critical", lifespan="on")
    )
    task = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - uvicorn has no event for it
        await asyncio.sleep(0.005)
    try:
        [socket] = server.servers[0].sockets
        yield f"http://127.0.0.1:{socket.getsockname()[1]}"
    finally:
        server.should_exit = True
        await task


@pytest.fixture
async def client(world: Any) -> AsyncIterator[httpx.AsyncClient]:
    options = GatewayOptions(limits=Limits(body_bytes=2000))
    router = Router(world.supergraph, transports=world.transports, options=options)
    async with served(router.asgi()) as url, httpx.AsyncClient(base_url=url) as client:
        yield client


def post(accept: str = OLD, **parameters: Any) -> dict[str, Any]:
    return {"json": parameters, "headers": {"accept": accept}}


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

    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(4):
            yield b"x" * 1000

    assert await status("POST", content=chunks(), headers=types) == 413
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


async def test_pages_tell_of_life_readiness_and_numbers(client: httpx.AsyncClient) -> None:
    await client.post("/graphql", **post(query="{ users { id } }"))
    assert (await client.get("/health")).status_code == 200
    assert (await client.get("/ready")).status_code == 200
    metrics = (await client.get("/metrics")).text
    assert 'router_requests_total{status="200"} 1.0' in metrics
    assert 'router_fetches_total{outcome="answered",service="users"} 1.0' in metrics
    assert (await client.get("/nothing")).status_code == 404
    assert (await client.post("/health")).status_code == 405


async def test_the_playground_and_all_that_it_needs_come_from_here(
    client: httpx.AsyncClient,
) -> None:
    page = await client.get("/")
    assert page.headers["content-type"].startswith("text/html")
    assert "https://" not in page.text
    names = [part.split('"')[0] for part in page.text.split('"playground/')[1:]]
    assert len(names) == 6
    for name in names:
        file = await client.get(f"/playground/{name}")
        assert file.status_code == 200
        assert file.content
    assert (await client.get("/playground/../app.py")).status_code == 404


async def test_a_mounted_router_answers_below_its_prefix(world: Any) -> None:
    from fastapi import FastAPI

    router = Router(world.supergraph, transports=world.transports)
    app = FastAPI()
    app.mount("/api", router.asgi())
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        answer = await client.post("/api/graphql", **post(query="{ users(first: 1) { id } }"))
        assert answer.json() == {"data": {"users": [{"id": "1"}]}}


def subgraph(answer: Callable[[dict[str, Any], dict[str, str]], Any], **options: Any) -> Any:
    """An ASGI app that answers GraphQL; `options` say how it misbehaves."""
    started: list[str] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            await receive()
            started.append("up")
            await send({"type": "lifespan.startup.complete"})
            await receive()
            started.append("down")
            await send({"type": "lifespan.shutdown.complete"})
            return
        body, more = b"", True
        while more:
            message = await receive()
            body, more = body + message["body"], message.get("more_body")
        await asyncio.sleep(options.get("seconds", 0))
        headers = {name.decode(): value.decode() for name, value in scope["headers"]}
        answered = answer(orjson.loads(body), headers)
        content = options.get("content", orjson.dumps(answered))
        status = options["statuses"].pop(0) if options.get("statuses") else 200
        await send({"type": "http.response.start", "status": status, "headers": []})
        await send({"type": "http.response.body", "body": content})

    app.started = started  # type: ignore[attr-defined]
    return app


QUERY = "{ users(first: 1) { name posts { title } } }"
ANSWER = {"users": [{"name": "Ana", "posts": [{"title": "First"}, {"title": "Second"}]}]}


async def test_subgraphs_are_asked_over_http_and_may_go_and_come_back(world: Any) -> None:
    users = subgraph(world.service("users"))
    posts = subgraph(world.service("posts"))
    async with served(users) as users_url:
        async with served(posts) as posts_url:
            port = int(posts_url.rsplit(":", 1)[1])
            router = Router(
                world.supergraph,
                transports={"users": f"{users_url}/graphql", "posts": f"{posts_url}/graphql"},
            )
            response = await router.execute(QUERY, headers={"authorization": "Bearer x"})
            assert (response.data, response.errors) == (ANSWER, ())
            sent = world.requests[0][2]
            assert sent["authorization"] == "Bearer x"
            assert sent["content-type"] == "application/json"
        response = await router.execute("{ users(first: 1) { name score } posts { title } }")
        assert response.data["posts"] is None
        assert {error["extensions"]["reason"] for error in response.errors} == {"unreachable"}
        async with served(posts, port):
            response = await router.execute(QUERY)
            assert (response.data, response.errors) == (ANSWER, ())
        await router.close()


async def test_a_subgraph_that_is_slow_or_answers_nonsense_is_an_error_of_its_own(
    world: Any,
) -> None:
    for options, reason in (
        ({"seconds": 0.3}, "timeout"),
        ({"content": b"<html>"}, "bad_answer"),
        ({"content": b"[]"}, "bad_answer"),
        ({"content": b'{"data": {"posts": 1}, "errors": []}', "statuses": [200]}, None),
        ({"statuses": [500], "content": b"oops"}, "bad_answer"),
        ({"statuses": [400], "content": b'{"errors": [{"message": "No."}]}'}, None),
    ):
        async with served(subgraph(world.service("posts"), **options)) as url:
            router = Router(
                world.supergraph,
                transports={**world.transports, "posts": f"{url}/graphql"},
                options=GatewayOptions(services={"posts": ServiceOptions(timeout=0.1)}),
            )
            response = await router.execute("{ users(first: 1) { id } posts { title } }")
            assert response.data == {"users": [{"id": "1"}], "posts": None}, options
            [error] = response.errors
            assert error["path"] == ["posts"]
            assert error.get("extensions", {}).get("reason") == reason
            await router.close()


async def test_a_query_is_sent_again_after_a_proxys_error_and_a_mutation_never(
    world: Any,
) -> None:
    statuses = [503]
    app = subgraph(world.service("users"), statuses=statuses, content=b"")
    broken = subgraph(world.service("users"))

    async def once(scope: Any, receive: Any, send: Any) -> None:
        await (app if statuses else broken)(scope, receive, send)

    async with served(once) as url:
        router = Router(world.supergraph, transports={"users": f"{url}/graphql"})
        response = await router.execute("{ users(first: 1) { id } }")
        assert response.data == {"users": [{"id": "1"}]}
        statuses.append(503)
        world.requests.clear()
        response = await router.execute('mutation { rename(id: "1", name: "X") { name } }')
        assert response.data == {"rename": None}
        assert world.asked == ["users"]
        await router.close()


async def test_an_app_in_this_process_is_started_and_stopped_with_the_router(
    world: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    import sys
    import types

    app = subgraph(world.service("users"))
    module = types.ModuleType("in_process_subgraph")
    module.app = app  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "in_process_subgraph", module)
    router = Router(world.supergraph, transports={"users": "in_process_subgraph:app"})
    for _ in range(2):
        response = await router.execute(
            "{ users(first: 1) { id } }", headers={"authorization": "me"}
        )
        assert response.data == {"users": [{"id": "1"}]}
    assert world.requests[0][2]["authorization"] == "me"
    assert app.started == ["up"]
    await router.close()
    assert app.started == ["up", "down"]


async def test_a_changed_supergraph_file_is_served_and_a_broken_one_is_not(
    world: Any, tmp_path: Path
) -> None:
    path = tmp_path / "supergraph.graphql"
    path.write_text(world.supergraph)
    router = Router.from_file(path, transports=world.transports)
    file = SupergraphFile(path, router, 0.01)
    app = RouterApp(router, on_startup=file.start, on_shutdown=file.stop)

    async def answers(client: httpx.AsyncClient, query: str) -> bool:
        answer = await client.post("/graphql", **post(query=query))
        return "data" in answer.json()

    async with served(app) as url, httpx.AsyncClient(base_url=url) as client:
        assert await answers(client, "{ posts { title } }")
        path.write_text("nonsense")
        await asyncio.sleep(0.05)
        assert await answers(client, "{ posts { title } }")
        path.write_text(world.supergraph.replace("  title: String\n", "  heading: String\n"))
        async with asyncio.timeout(5):
            while await answers(client, "{ posts { title } }"):  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        assert await answers(client, "{ posts { heading } }")
