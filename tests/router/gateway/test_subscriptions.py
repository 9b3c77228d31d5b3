"""Subscriptions: one whole response for each event of a source, however it comes."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
import strawberry
import uvicorn
from fastapi import FastAPI
from strawberry.fastapi import GraphQLRouter
from strawberry.subscriptions import GRAPHQL_SSE_PROTOCOL, MULTIPART_SUBSCRIPTION_PROTOCOL

from router.executor.asgi_transport import AsgiTransport
from router.executor.transport import HttpTransport, http_client
from tests.router.gateway.clocks import QUERY, notes, router_of


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
