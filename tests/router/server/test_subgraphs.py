"""Subgraphs over HTTP and in this process: gone, back, slow, asked again."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import orjson
import pytest

from router import Router
from router.gateway import GatewayOptions
from router.gateway.options import ServiceOptions
from tests.router.server.serving import served

QUERY = "{ users(first: 1) { name posts { title } } }"


ANSWER = {"users": [{"name": "Ana", "posts": [{"title": "First"}, {"title": "Second"}]}]}


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

    app.started = started
    return app


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
    module.app = app
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
