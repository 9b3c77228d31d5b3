"""A subgraph at a plain `http://` URL: HTTP/1.1 on asyncio, parsed by llhttp.

The general client costs more than all the rest of a small request (see the decision record), so
this one does the little that a router asks of HTTP/1.1: POST, wait, keep the connection. It never
sends anything twice: a connection that breaks is an error, which `fetch` may answer by asking
again, for queries alone.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from typing import TypeVar, cast
from urllib.parse import urlsplit

import httptools

from router.errors import RouterError, SubgraphTimeout, SubgraphUnreachable
from router.executor.event_stream import ACCEPT, responses
from router.executor.http1_stream import StreamConnection
from router.executor.run import Headers

_ACCEPT = "application/graphql-response+json, application/json;q=0.9"
_MOST_IDLE_SECONDS = 4.0
"""Servers close idle connections after 5 seconds or more; ours goes first, so that no request is
written into a connection that is being closed."""

Kind = TypeVar("Kind", bound=asyncio.Protocol)


class Http1Transport:
    """See `router.executor.transport.Transport`. Connections are kept, the last used goes first."""

    def __init__(self, url: str) -> None:
        try:
            parts = urlsplit(url)
            port = parts.port or 80
        except ValueError as error:
            raise RouterError(f"'{url}' is no URL: {error}.") from error
        if parts.scheme != "http" or not parts.hostname or parts.username or not url.isascii():
            raise RouterError(
                f"'{url}' is no http:// URL in ASCII with a host, and without a user."
            )
        self.url = url
        self._host = parts.hostname
        self._port = port
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        begin = (
            f"POST {target} HTTP/1.1\r\n"
            f"host: {parts.netloc}\r\n"
            "user-agent: sgm-router\r\n"
            "content-type: application/json\r\n"
        )
        self._head = f"{begin}accept: {_ACCEPT}\r\n".encode("ascii")
        self._stream_head = f"{begin}accept: {ACCEPT}\r\n".encode("ascii")
        self._idle: list[_Connection] = []

    async def send(self, body: bytes, headers: Headers, seconds: float) -> tuple[int, bytes]:
        """See `Transport`."""
        request = _request(self._head, headers, body)
        connection = self._kept()
        if connection is None:
            started = time.monotonic()
            connection = await self._connect(_Connection, seconds)
            seconds -= time.monotonic() - started
        return await connection.ask(request, seconds)

    async def stream(
        self, body: bytes, headers: Headers, seconds: float
    ) -> AsyncGenerator[bytes, None]:
        """See `StreamTransport`. The connection is one of its own, which ends with the stream."""
        request = _request(self._stream_head, headers, body)
        started = time.monotonic()
        connection = await self._connect(StreamConnection, seconds)
        try:
            left = seconds - (time.monotonic() - started)
            status, content_type = await connection.ask(request, left)
            async with aclosing(responses(status, content_type, connection.read())) as events:
                async for event in events:
                    yield event
        finally:
            connection.close()

    async def close(self) -> None:
        """Close the connections that nobody uses."""
        while self._idle:
            self._idle.pop().close()

    def keep(self, connection: _Connection) -> None:
        """Take back a connection that may be used again."""
        self._idle.append(connection)

    def forget(self, connection: _Connection) -> None:
        """A connection was lost."""
        if connection in self._idle:
            self._idle.remove(connection)

    def _kept(self) -> _Connection | None:
        if self._idle and time.monotonic() - self._idle[-1].idle_since > _MOST_IDLE_SECONDS:
            # The one used last is too old, and so are all.
            for connection in self._idle:
                connection.close()
            self._idle.clear()
        return self._idle.pop() if self._idle else None

    async def _connect(self, kind: Callable[[Http1Transport], Kind], seconds: float) -> Kind:
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(seconds):
                _, connection = await loop.create_connection(
                    lambda: kind(self), self._host, self._port
                )
        except TimeoutError as error:
            raise SubgraphTimeout(f"No connection within {seconds:g} s.") from error
        except OSError as error:
            raise SubgraphUnreachable("No connection could be made.", is_retriable=True) from error
        return connection


class _Connection(asyncio.Protocol):
    """One connection: one request at a time."""

    def __init__(self, owner: Http1Transport) -> None:
        self.idle_since = 0.0
        self._owner = owner
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.Transport
        self._parser = httptools.HttpResponseParser(self)
        self._answer: asyncio.Future[tuple[int, bytes]] | None = None
        self._chunks: list[bytes] = []

    async def ask(self, request: bytes, seconds: float) -> tuple[int, bytes]:
        """Send a request and wait for its answer: the status and the body."""
        answer: asyncio.Future[tuple[int, bytes]] = self._loop.create_future()
        self._answer = answer
        timer = self._loop.call_later(seconds, self._time_out, seconds)
        try:
            self._transport.write(request)
            return await answer
        finally:
            timer.cancel()
            if self._answer is answer:
                # Cancelled: what comes now is for nobody, and the connection is of no use.
                self._answer = None
                self.close()

    def close(self) -> None:
        """Close at once."""
        self._transport.abort()

    # What the event loop calls.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's is not derived from it

    def data_received(self, data: bytes) -> None:
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError:
            self._fail(SubgraphUnreachable("The answer is no HTTP."))

    def connection_lost(self, exc: Exception | None) -> None:
        self._owner.forget(self)
        if self._chunks and exc is None and not self._parser.should_keep_alive():
            # An answer without a length ends with its connection.
            self._complete()
        else:
            self._fail(SubgraphUnreachable("The connection broke.", is_retriable=True))

    def eof_received(self) -> None:
        self._owner.forget(self)  # at once: the loop tells of the loss one turn later

    # What the parser calls.

    def on_message_begin(self) -> None:
        if self._answer is None:
            # Nobody asked: it must not become the answer to whoever asks next.
            self._owner.forget(self)
            self.close()

    def on_body(self, body: bytes) -> None:
        self._chunks.append(body)

    def on_message_complete(self) -> None:
        if self._parser.get_status_code() < 200:
            return  # informational: the answer is yet to come
        if self._complete() and self._parser.should_keep_alive():
            self.idle_since = time.monotonic()
            self._owner.keep(self)
        else:
            self.close()

    def _complete(self) -> bool:
        """Hand over the answer; False where nobody waits for one."""
        answer, self._answer = self._answer, None
        chunks, self._chunks = self._chunks, []
        if answer is None or answer.done():
            return False
        body = chunks[0] if len(chunks) == 1 else b"".join(chunks)
        answer.set_result((self._parser.get_status_code(), body))
        return True

    def _fail(self, error: SubgraphUnreachable | SubgraphTimeout) -> None:
        answer, self._answer = self._answer, None
        self.close()
        if answer is not None and not answer.done():
            answer.set_exception(error)

    def _time_out(self, seconds: float) -> None:
        self._fail(SubgraphTimeout(f"No answer came within {seconds:g} s."))


def _request(head: bytes, headers: Headers, body: bytes) -> bytes:
    lines = _lines(headers) if headers else b""
    return b"%b%bcontent-length: %d\r\n\r\n%b" % (head, lines, len(body), body)


def _lines(headers: Headers) -> bytes:
    lines = "".join([f"{name}: {value}\r\n" for name, value in headers])
    if lines.count("\r") != len(headers) or lines.count("\n") != len(headers):
        raise SubgraphUnreachable("A header to forward has a line break in it.")
    return lines.encode("latin-1", "replace")
