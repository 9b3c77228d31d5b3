"""Plain HTTP to a subgraph, against servers that answer in every way, over real sockets."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
import uvloop

from router.errors import FetchError, RouterError, SubgraphTimeout, SubgraphUnreachable
from router.executor.http1_transport import Http1Transport

PLAIN = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}"


class Server:
    """Answers each request with the next of `answers`, and counts connections and requests."""

    def __init__(self, *answers: bytes | None) -> None:
        self.answers = list(answers)
        self.connections = 0
        self.requests: list[bytes] = []
        self.closed = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
                self.requests.append(head + await reader.readexactly(length))
                answer = self.answers.pop(0) if self.answers else PLAIN
                if answer is None:
                    return
                writer.write(answer)
                if b"connection: close" in answer:
                    return
        except asyncio.IncompleteReadError:
            return
        finally:
            self.closed += 1
            writer.close()


@asynccontextmanager
async def serving(*answers: bytes | None) -> AsyncIterator[tuple[Server, Http1Transport]]:
    server = Server(*answers)
    listening = await asyncio.start_server(server.serve, "127.0.0.1", 0)
    port = listening.sockets[0].getsockname()[1]
    transport = Http1Transport(f"http://127.0.0.1:{port}/graphql?a=b")
    async with listening:
        yield server, transport
        await transport.close()
        await asyncio.sleep(0.01)


async def ask(transport: Http1Transport, seconds: float = 2) -> tuple[int, bytes]:
    return await transport.send(b'{"query":"{a}"}', (("authorization", "é"),), seconds)


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (PLAIN, (200, b"{}")),
        (b"HTTP/1.1 204 No Content\r\n\r\n", (204, b"")),
        (
            b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\n{\r\n1\r\n}\r\n0\r\n\r\n",
            (200, b"{}"),
        ),
        (b"HTTP/1.1 503 Busy\r\ncontent-length: 4\r\n\r\nbusy", (503, b"busy")),
        (b"HTTP/1.1 100 Continue\r\n\r\n" + PLAIN, (200, b"{}")),
        (b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n{}", (200, b"{}")),
        (b"HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 2\r\n\r\n{}", (200, b"{}")),
    ],
)
async def test_answers_are_read_in_every_form(answer: bytes, expected: tuple[int, bytes]) -> None:
    async with serving(answer) as (server, transport):
        assert await ask(transport) == expected
        assert await ask(transport) == (200, b"{}")
    [head, body] = server.requests[0].split(b"\r\n\r\n")
    assert head.startswith(b"POST /graphql?a=b HTTP/1.1\r\nhost: 127.0.0.1:")
    assert b"\r\nauthorization: \xe9\r\n" in head
    assert body == b'{"query":"{a}"}'


async def test_a_connection_is_used_again_and_one_more_is_opened_where_it_is_busy() -> None:
    async with serving() as (server, transport):
        for _ in range(3):
            await ask(transport)
        assert server.connections == 1
        await asyncio.gather(*(ask(transport) for _ in range(3)))
        assert server.connections == 3


@pytest.mark.parametrize(
    "answer",
    [
        None,
        b"nonsense\r\n\r\n",
        b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\nconnection: close\r\n\r\n",
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nnonsense\r\n",
    ],
)
async def test_an_answer_that_breaks_off_is_an_error_and_nothing_is_sent_twice(
    answer: bytes | None,
) -> None:
    async with serving(answer) as (server, transport):
        with pytest.raises(SubgraphUnreachable):
            await ask(transport)
        assert len(server.requests) == 1
        assert await ask(transport) == (200, b"{}")


async def test_a_connection_that_the_server_closed_meanwhile_is_not_used() -> None:
    async with serving(PLAIN + b"") as (server, transport):
        await ask(transport)
        server.answers.append(b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n{}")
        await ask(transport)
        await asyncio.sleep(0.01)
        assert await ask(transport) == (200, b"{}")
        assert (server.connections, len(server.requests)) == (2, 3)


@pytest.mark.parametrize("more", [PLAIN, PLAIN[:-2], PLAIN[:20]])
async def test_what_nobody_asked_for_ends_the_connection(more: bytes) -> None:
    async with serving(PLAIN + more) as (server, transport):
        assert await ask(transport) == (200, b"{}")
        await asyncio.sleep(0.01)
        assert await ask(transport) == (200, b"{}")
        assert server.connections == 2


async def test_a_deadline_ends_the_wait_and_the_connection() -> None:
    async with serving(b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{}") as (server, transport):
        with pytest.raises(SubgraphTimeout):
            await ask(transport, 0.05)
        await asyncio.sleep(0.01)
        assert server.closed == 1


async def test_a_request_that_is_cancelled_takes_its_connection_along() -> None:
    async with serving(b"HTTP/1.1 200 OK\r\n") as (server, transport):
        task = asyncio.create_task(ask(transport))
        await asyncio.sleep(0.02)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await asyncio.sleep(0.01)
        assert server.closed == 1
        assert await ask(transport) == (200, b"{}")


async def test_nothing_listening_is_told_as_unreachable() -> None:
    with pytest.raises(SubgraphUnreachable) as caught:
        await ask(Http1Transport("http://127.0.0.1:1/"))
    assert caught.value.is_retriable


async def test_a_header_cannot_smuggle_another() -> None:
    async with serving() as (server, transport):
        with pytest.raises(FetchError):
            await transport.send(b"{}", (("a", "b\r\nc: d"),), 1)
        assert not server.requests
        await ask(transport)
        with pytest.raises(FetchError):
            await transport.send(b"{}", (("a", "b\r\nc: d"),), 1)
        await ask(transport)
        assert server.connections == 1


@pytest.mark.parametrize(
    "url", ["https://x/", "http:///x", "http://me:secret@x/", "http://x:port/", "http://x/é"]
)
def test_other_urls_are_refused(url: str) -> None:
    with pytest.raises(RouterError):
        Http1Transport(url)


def test_all_is_the_same_on_uvloop() -> None:
    async def scenario() -> None:
        answers = (PLAIN, None, b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n{}", PLAIN)
        async with serving(*answers, b"HTTP/1.1 200 OK\r\n") as (server, transport):
            assert await ask(transport) == (200, b"{}")
            with pytest.raises(SubgraphUnreachable):
                await ask(transport)
            assert await ask(transport) == (200, b"{}")
            assert await ask(transport) == (200, b"{}")
            with pytest.raises(SubgraphTimeout):
                await ask(transport, 0.05)
            assert server.connections == 3
        with pytest.raises(SubgraphUnreachable):
            await ask(Http1Transport("http://127.0.0.1:1/"))

    uvloop.run(scenario())
