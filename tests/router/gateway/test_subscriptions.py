"""Subscriptions: a response for each event, from functions, from apps and over sockets."""

from __future__ import annotations

import asyncio
import gc
import socket
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
import strawberry
import uvicorn
from fastapi import FastAPI
from strawberry.fastapi import GraphQLRouter
from strawberry.subscriptions import GRAPHQL_SSE_PROTOCOL, MULTIPART_SUBSCRIPTION_PROTOCOL

from router import Router
from router.composition import SubgraphSource, compose
from router.errors import SubgraphUnreachable
from router.executor.asgi_transport import AsgiTransport
from router.executor.transport import HttpTransport, http_client
from router.gateway import GatewayOptions

FEDERATION = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.6", import: '
CLOCKS = (
    FEDERATION + '["@key", "@authenticated"])\n'
    """
    type Query { now: Int }
    type Subscription { ticks(last: Int = 3, fail: Int): Tick! secret: Int @authenticated }
    type Tick @key(fields: "id") { id: ID! at: Int by: String @authenticated }
    """
)
NOTES = FEDERATION + '["@key"])\ntype Tick @key(fields: "id") { id: ID! note: String! }'
QUERY = "subscription($n: Int) { tick: ticks(last: $n) { at said: note } }"


@strawberry.federation.type(keys=["id"])
class Tick:
    id: strawberry.ID
    at: int | None
    by: str | None = None


class Clock:
    """Which numbers the clock's app gave, and how often it was let go."""

    def __init__(self) -> None:
        self.given: list[int] = []
        self.closed = 0


def app_of(clock: Clock, protocol: str) -> FastAPI:
    """Strawberry on FastAPI, which serves subscriptions by the protocols that it is told."""

    @strawberry.type
    class Query:
        now: int | None = None

    @strawberry.type
    class Subscription:
        @strawberry.subscription
        async def ticks(self, last: int = 3, fail: int | None = None) -> AsyncIterator[Tick]:
            try:
                for number in range(1, last + 1):
                    if number == fail:
                        raise ValueError("the clock broke")
                    clock.given.append(number)
                    yield Tick(id=strawberry.ID(str(number)), at=number * 60)
                    await asyncio.sleep(0)
            finally:
                clock.closed += 1

        @strawberry.subscription
        async def secret(self) -> AsyncIterator[int | None]:
            while True:
                yield 42
                await asyncio.sleep(0.01)

    schema = strawberry.federation.Schema(
        query=Query, subscription=Subscription, federation_version="2.6"
    )
    app = FastAPI()
    graphql = GraphQLRouter[Any, Any](schema, subscription_protocols=[protocol])
    app.include_router(graphql, prefix="/graphql")
    return app


def notes(request: dict[str, Any], _headers: Any) -> Any:
    """The service of notes; it knows none of the second tick."""
    found = [
        None if each["id"] == "2" else {"said": f"note {each['id']}"}
        for each in request["variables"]["representations"]
    ]
    return {"data": {"_entities": found}}


def router_of(clocks: Any, **options: Any) -> Router:
    sources = {"clocks": CLOCKS, "notes": NOTES}
    result = compose(
        [SubgraphSource(name=n, url=f"http://127.0.0.1:1/{n}", sdl=s) for n, s in sources.items()]
    )
    assert result.supergraph_sdl is not None, result.errors
    return Router(
        result.supergraph_sdl,
        transports={"clocks": clocks, "notes": notes},
        options=GatewayOptions(**options),
    )


@asynccontextmanager
async def served(app: FastAPI) -> AsyncIterator[str]:
    """The app over a real socket; its URL."""
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    config = uvicorn.Config(
        app, log_level="error", lifespan="off", ws="none", timeout_graceful_shutdown=2
    )
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    for _ in range(1000):
        if server.started:
            break
        await asyncio.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/graphql"
    finally:
        server.should_exit = True
        await serving


@asynccontextmanager
async def clocks_by(way: str, clock: Clock) -> AsyncIterator[Any]:
    """The clock's app as a transport that reaches it in one of the ways there are."""
    way, protocol = way.split()
    app = app_of(clock, protocol)
    if way == "asgi":
        yield AsgiTransport(app)
        return
    async with served(app) as url:
        if way == "http":
            yield url
            return
        client = http_client()
        yield HttpTransport(url, client)
        await client.close()


WAYS = [
    f"asgi {GRAPHQL_SSE_PROTOCOL}",
    f"asgi {MULTIPART_SUBSCRIPTION_PROTOCOL}",
    f"http {GRAPHQL_SSE_PROTOCOL}",
    f"http {MULTIPART_SUBSCRIPTION_PROTOCOL}",
    f"client {GRAPHQL_SSE_PROTOCOL}",
]
TICKS = [
    {"data": {"tick": {"at": 60, "said": "note 1"}}},
    {"data": None},
    {"data": {"tick": {"at": 180, "said": "note 3"}}},
]


@pytest.mark.parametrize("way", WAYS)
async def test_each_event_is_one_whole_response(way: str) -> None:
    clock = Clock()
    async with clocks_by(way, clock) as transport:
        router = router_of(transport)
        stream = await router.stream(QUERY, variables={"n": 3})
        responses = [response async for response in stream]
        await router.close()
    assert stream.kind == "subscription"
    assert [response.data for response in responses] == [tick["data"] for tick in TICKS]
    [error] = responses[1].errors
    assert (error["path"], "non-nullable" in error["message"]) == (["tick", "said"], True)
    assert not responses[0].errors
    assert not responses[2].errors
    assert (clock.given, clock.closed) == ([1, 2, 3], 1)


async def test_a_client_that_waits_for_an_event_may_give_up() -> None:
    async def silent(_request: Any, _headers: Any) -> AsyncIterator[Any]:
        try:
            await asyncio.sleep(60)
            yield {}
        finally:
            closed.append(True)

    closed: list[bool] = []
    stream = await router_of(lambda *request: silent(*request)).stream(QUERY)
    with pytest.raises(TimeoutError):
        async with stream, asyncio.timeout(0.05):
            await anext(stream)
    assert closed == [True]


async def test_a_stream_may_be_closed_while_another_waits_for_an_event() -> None:
    async def silent(_request: Any, _headers: Any) -> AsyncIterator[Any]:
        try:
            await asyncio.sleep(60)
            yield {}
        finally:
            closed.append(True)

    closed: list[bool] = []
    stream = await router_of(lambda *request: silent(*request)).stream(QUERY)

    async def read() -> list[Any]:
        return [response async for response in stream]

    reading = asyncio.create_task(read())
    await asyncio.sleep(0.01)
    await stream.aclose()
    assert closed == [True]
    assert await reading == []


async def test_a_source_that_fails_is_told_in_a_last_response() -> None:
    async def breaking(_request: Any, _headers: Any) -> AsyncIterator[Any]:
        yield {"data": {"tick": {"at": 1, "__typename": "Tick", "id": "1"}}}
        raise SubgraphUnreachable("The connection broke.")

    stream = await router_of(lambda *request: breaking(*request)).stream(QUERY)
    first, last = [response async for response in stream]
    assert first.data == {"tick": {"at": 1, "said": "note 1"}}
    assert last.data is None
    [error] = last.errors
    assert error["path"] == ["tick"]
    assert error["extensions"] == {
        "code": "SUBGRAPH_REQUEST_FAILED",
        "service": "clocks",
        "reason": "unreachable",
    }


@pytest.mark.parametrize("way", WAYS)
async def test_an_error_of_the_source_is_the_clients(way: str) -> None:
    clock = Clock()
    async with clocks_by(way, clock) as transport:
        router = router_of(transport)
        query = "subscription { ticks(fail: 2) { at } }"
        first, last = [response async for response in await router.stream(query)]
        await router.close()
    assert first.data == {"ticks": {"at": 60}}
    assert last.data is None
    assert "the clock broke" in last.errors[0]["message"]


async def test_a_source_that_refuses_ends_with_its_errors() -> None:
    def refuse(_request: Any, _headers: Any) -> Any:
        return {"errors": [{"message": "Not you."}]}

    [only] = [response async for response in await router_of(refuse).stream(QUERY)]
    assert (only.data, [error["message"] for error in only.errors]) == (None, ["Not you."])


async def test_a_transport_that_cannot_subscribe_says_so() -> None:
    class Asking:
        async def send(self, body: bytes, headers: Any, seconds: float) -> tuple[int, bytes]:
            raise AssertionError

    [only] = [response async for response in await router_of(Asking()).stream(QUERY)]
    assert "cannot subscribe" in only.errors[0]["message"]


async def test_what_waits_for_an_event_of_another_service_is_asked_again_for_each() -> None:
    asked: list[Any] = []

    async def ticking(request: Any, headers: Any) -> AsyncIterator[Any]:
        asked.append((request, headers))
        for _ in range(2):
            yield {"data": {"tick": {"at": 1, "__typename": "Tick", "id": "1"}}}

    router = router_of(lambda *request: ticking(*request))
    stream = await router.stream(QUERY, variables={"n": 2}, headers={"Authorization": "me"})
    assert [r.data async for r in stream] == [{"tick": {"at": 1, "said": "note 1"}}] * 2
    [(request, headers)] = asked
    assert request["query"].startswith("subscription($n: Int){tick:ticks(last: $n)")
    assert request["variables"] == {"n": 2}
    assert headers == {"authorization": "me"}


@pytest.mark.parametrize(
    ("query", "variables", "code"),
    [
        ("subscription { nothing }", None, "GRAPHQL_VALIDATION_FAILED"),
        ("subscription { a: ticks { at } b: ticks { at } }", None, "GRAPHQL_VALIDATION_FAILED"),
        (QUERY, {"n": "x"}, "BAD_USER_INPUT"),
    ],
)
async def test_a_wrong_subscription_is_refused(query: str, variables: Any, code: str) -> None:
    stream = await router_of(notes).stream(query, variables=variables)
    [only] = [response async for response in stream]
    assert stream.kind == "single"
    assert only.refusal is not None
    assert only.errors[0]["extensions"]["code"] == code


async def test_a_query_is_a_stream_of_one_response() -> None:
    router = router_of(lambda *_: {"data": {"now": 1}})
    stream = await router.stream("{ now }")
    assert ([r.data async for r in stream], stream.kind) == ([{"now": 1}], "single")


async def test_a_single_response_cannot_answer_a_subscription() -> None:
    router = router_of(notes)
    response = await router.execute(QUERY)
    assert response.errors[0]["extensions"]["code"] == "SUBSCRIPTION_NOT_SUPPORTED"


async def test_what_the_asker_may_not_read_is_not_subscribed_to(issuer: Any) -> None:
    async def secrets(_request: Any, _headers: Any) -> AsyncIterator[Any]:
        yield {"data": {"secret": 42}}

    router = router_of(lambda *request: secrets(*request), authentication=issuer.options())
    query = "subscription { secret }"
    [only] = [response async for response in await router.stream(query)]
    assert only.data == {"secret": None}
    assert only.errors[0]["extensions"]["code"] == "UNAUTHORIZED_FIELD_OR_TYPE"
    stream = await router.stream(query, headers=issuer.bearer())
    assert [response.data async for response in stream] == [{"secret": 42}]


async def test_what_the_asker_may_not_read_is_an_error_of_each_event(issuer: Any) -> None:
    async def ticking(request: Any, _headers: Any) -> AsyncIterator[Any]:
        assert "by" not in request["query"]
        for at in range(2):
            yield {"data": {"ticks": {"at": at}}}

    router = router_of(lambda *request: ticking(*request), authentication=issuer.options())
    responses = [r async for r in await router.stream("subscription { ticks { at by } }")]
    assert [r.data for r in responses] == [{"ticks": {"at": at, "by": None}} for at in range(2)]
    assert [[e["path"] for e in r.errors] for r in responses] == [[["ticks", "by"]]] * 2


async def endless(_request: Any, _headers: Any) -> AsyncIterator[Any]:
    number = 0
    while True:
        yield {"data": {"secret": number}}
        number += 1
        await asyncio.sleep(0.02)


async def test_a_subscription_ends_with_the_askers_token(issuer: Any) -> None:
    router = router_of(lambda *request: endless(*request), authentication=issuer.options())
    headers = issuer.bearer(exp=int(time.time()) + 2)
    responses = [r async for r in await router.stream("subscription { secret }", headers=headers)]
    assert responses[0].data == {"secret": 0}
    assert responses[-1].errors[0]["extensions"]["code"] == "UNAUTHENTICATED"


@pytest.mark.parametrize("how", ["reload", "close"])
async def test_a_subscription_ends_with_its_supergraph(how: str) -> None:
    router = router_of(lambda *request: endless(*request))
    query = "subscription { secret }"
    waiting = await router.stream(query)
    idle = await router.stream(query)
    assert (await anext(waiting)).data == (await anext(idle)).data == {"secret": 0}

    async def rest() -> list[Any]:
        return [response async for response in waiting]

    reading = asyncio.create_task(rest())
    await asyncio.sleep(0)
    if how == "reload":
        result = compose(
            [SubgraphSource(name="a", url="http://127.0.0.1:1/", sdl="type Query { a: Int }")]
        )
        await router.reload(result.supergraph_sdl or "")
    else:
        await router.close()
    code = "SUBSCRIPTION_SCHEMA_RELOAD" if how == "reload" else "SUBSCRIPTION_CLOSED"
    for last in ((await reading)[-1], await anext(idle)):
        assert last.errors[0]["extensions"]["code"] == code
    for stream in (waiting, idle):
        assert [each async for each in stream] == []


async def test_a_stream_that_is_forgotten_leaves_nothing_behind() -> None:
    router = router_of(lambda *request: endless(*request))
    before = asyncio.all_tasks()
    stream = await router.stream("subscription { secret }")
    await anext(stream)
    del stream
    gc.collect()
    await asyncio.sleep(0.05)
    assert asyncio.all_tasks() == before
    assert not list(router._graph.subscriptions)
