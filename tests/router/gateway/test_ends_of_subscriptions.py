"""How subscriptions end: by the client, the source, the token, a reload."""

from __future__ import annotations

import asyncio
import gc
import time
from collections.abc import AsyncIterator
from typing import Any

import pytest

from router.composition import SubgraphSource, compose
from router.errors import SubgraphUnreachable
from tests.router.gateway.clocks import QUERY, router_of


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


async def test_a_source_that_refuses_ends_with_its_errors() -> None:
    def refuse(_request: Any, _headers: Any) -> Any:
        return {"errors": [{"message": "Not you."}]}

    [only] = [response async for response in await router_of(refuse).stream(QUERY)]
    assert (only.data, [error["message"] for error in only.errors]) == (None, ["Not you."])


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
