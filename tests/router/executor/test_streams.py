"""Transports that subscribe: they hold few events, let go at once, and tell what went wrong."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import pytest
import uvloop

from router.errors import FetchError, SubgraphTimeout, SubgraphUnreachable
from router.executor.asgi_transport import AsgiTransport
from router.executor.fetch import Service, SubgraphFetcher
from router.executor.http1_transport import Http1Transport
from router.executor.transport import HttpTransport, StreamTransport, http_client

EVENT = b"event: next\ndata: " + b"x" * 1000 + b"\n\n"
HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n"


class Source:
    """A subgraph that sends events as fast as they are taken, or what it is told to send."""

    def __init__(self, *answer: bytes, seconds: float = 0) -> None:
        self.answer = answer
        self.seconds = seconds
        self.sent = 0
        self.is_left = asyncio.Event()
        self.request = b""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Over a socket."""
        self.request = await reader.readuntil(b"{}")
        await asyncio.sleep(self.seconds)
        try:
            for each in self.answer:
                writer.write(each)
            while not self.answer:
                writer.write((b"" if self.sent else HEAD) + EVENT)
                self.sent += 1
                await writer.drain()
            if self.answer[-1] == b"":
                await reader.read()
        except ConnectionError:
            pass
        finally:
            self.is_left.set()
            writer.close()

    async def finish(self) -> None:
        """Wait until it was left by whoever asked."""
        async with asyncio.timeout(5):
            await self.is_left.wait()
        await asyncio.sleep(0.01)

    async def app(self, scope: Any, receive: Any, send: Any) -> None:
        """As an ASGI app."""
        if scope["type"] == "lifespan":
            raise RuntimeError("no lifespan here")
        await receive()
        headers = [(b"content-type", b"text/event-stream")]
        try:
            await asyncio.sleep(self.seconds)
            await send({"type": "http.response.start", "status": 200, "headers": headers})
            while True:
                await send({"type": "http.response.body", "body": EVENT, "more_body": True})
                self.sent += 1
        finally:
            self.is_left.set()


@asynccontextmanager
async def over_socket(source: Source) -> AsyncIterator[StreamTransport]:
    listening = await asyncio.start_server(source.serve, "127.0.0.1", 0)
    async with listening:
        yield Http1Transport(f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}/")
        await source.finish()


@asynccontextmanager
async def over_client(source: Source) -> AsyncIterator[StreamTransport]:
    listening = await asyncio.start_server(source.serve, "127.0.0.1", 0)
    client = http_client()
    async with listening:
        url = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}/"
        yield HttpTransport(url, client)
        await source.finish()
    await client.close()


@asynccontextmanager
async def in_process(source: Source) -> AsyncIterator[StreamTransport]:
    yield AsgiTransport(source.app)


Way = Callable[[Source], AbstractAsyncContextManager[StreamTransport]]
WAYS = [over_socket, over_client, in_process]


async def leave_early(way: Way) -> None:
    source = Source()
    async with way(source) as transport:
        before = asyncio.all_tasks()
        stream = transport.stream(b"{}", (), 5)
        for _ in range(3):
            assert len(await anext(stream)) == 1000
        sent = -1
        while sent != source.sent:  # until it goes no further
            sent = source.sent
            await asyncio.sleep(0.2)
        # What sockets hold is a few megabytes; what could be sent meanwhile is far more.
        assert sent < (10 if way is in_process else 20_000)
        async for _ in stream:
            if source.sent > sent + 10:
                break
        await stream.aclose()
        async with asyncio.timeout(5):
            await source.is_left.wait()
        await asyncio.sleep(0.01)
        assert len(asyncio.all_tasks()) <= len(before)


@pytest.mark.parametrize("way", WAYS)
async def test_a_source_waits_for_its_reader_and_is_let_go_with_it(way: Way) -> None:
    await leave_early(way)


def test_all_is_the_same_on_uvloop() -> None:
    for way in WAYS:
        uvloop.run(leave_early(way))


@pytest.mark.parametrize("way", WAYS)
async def test_an_answer_must_begin_in_time(way: Way) -> None:
    source = Source(seconds=0.3)
    async with way(source) as transport:
        with pytest.raises(SubgraphTimeout):
            await anext(transport.stream(b"{}", (), 0.05))


@pytest.mark.parametrize("way", WAYS)
async def test_who_waits_may_give_up(way: Way) -> None:
    source = Source(HEAD, EVENT, b"")
    async with way(source) as transport:
        stream = transport.stream(b"{}", (), 5)
        await anext(stream)
        if way is not in_process:
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.05):
                    await anext(stream)
        await stream.aclose()
        async with asyncio.timeout(5):
            await source.is_left.wait()


CHUNKED = HEAD[:-2] + b"transfer-encoding: chunked\r\n\r\n"
END = b"event: complete\n\n"


@pytest.mark.parametrize(
    ("answer", "events"),
    [
        ((HEAD, EVENT, EVENT, END), 2),
        ((CHUNKED, b"%x\r\n%b\r\n" % (len(EVENT), EVENT), b"12\r\n" + END + b"\n\r\n", b""), 1),
        ((b"HTTP/1.1 100 Continue\r\n\r\n", HEAD, EVENT, END), 1),
        ((b"HTTP/1.1 400 No\r\ncontent-length: 13\r\n\r\n", b'{"errors":[]}'), 1),
    ],
)
@pytest.mark.parametrize("way", WAYS[:2])
async def test_streams_are_read_in_every_form(
    way: Way, answer: tuple[bytes, ...], events: int
) -> None:
    source = Source(*answer)
    async with way(source) as transport:
        found = [each async for each in transport.stream(b"{}", (("authorization", "é"),), 5)]
    assert len(found) == events
    head = source.request.lower()
    assert b"accept: multipart/mixed" in head
    assert b"\r\nauthorization: \xe9\r\n" in head or b"authorization: \xc3\xa9" in head


@pytest.mark.parametrize(
    "answer",
    [
        (b"nonsense\r\n\r\n",),
        (b"HTTP/1.1 200 OK\r\n",),
        (HEAD, EVENT),
        (CHUNKED, b"%x\r\n%b\r\n" % (len(EVENT), EVENT)),
        (CHUNKED, b"%x\r\n%b\r\n" % (len(EVENT), EVENT), b"nonsense\r\n\r\n"),
    ],
)
@pytest.mark.parametrize("way", WAYS[:2])
async def test_a_stream_that_breaks_off_is_an_error(way: Way, answer: tuple[bytes, ...]) -> None:
    async with way(Source(*answer)) as transport:
        with pytest.raises(SubgraphUnreachable):
            [each async for each in transport.stream(b"{}", (), 5)]


async def test_nothing_listening_is_told_as_unreachable() -> None:
    client = http_client()
    for transport in (
        Http1Transport("http://127.0.0.1:1/"),
        HttpTransport("http://127.0.0.1:1/", client),
    ):
        with pytest.raises(SubgraphUnreachable):
            await anext(transport.stream(b"{}", (), 5))
    await client.close()


async def test_an_app_that_fails_or_gives_nothing_is_unreachable() -> None:
    async def fail(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        raise ValueError("secret")

    async def nothing(scope: Any, receive: Any, send: Any) -> None:
        return

    async def early(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            raise ValueError("secret")

    for app in (nothing, early):
        with pytest.raises(SubgraphUnreachable) as caught:
            await anext(AsgiTransport(app).stream(b"{}", (), 5))
        assert "secret" not in str(caught.value)
    with pytest.raises(FetchError):
        await anext(AsgiTransport(fail).stream(b"{}", (), 5))


async def test_each_event_and_a_failure_are_observed() -> None:
    source = Source(HEAD, EVENT, EVENT)
    seen: list[tuple[str, str]] = []
    async with over_socket(source) as transport:
        fetcher = SubgraphFetcher(
            {"one": Service("one", transport)},
            observe=lambda *what: seen.append(what),
        )
        with pytest.raises(SubgraphUnreachable, match="The service 'one' did not answer"):
            [each async for each in fetcher.subscribe("one", b"{}", ())]
    assert seen == [("one", "answered"), ("one", "answered"), ("one", "unreachable")]
    with pytest.raises(FetchError, match="no address"):
        await anext(fetcher.subscribe("nobody", b"{}", ()))
