"""One HTTP/1.1 connection on which an answer is read while it comes (see `http1_transport`)."""

from __future__ import annotations

import asyncio
import socket
from collections import deque
from collections.abc import AsyncGenerator
from typing import cast

import httptools

from router.errors import FetchError, SubgraphTimeout, SubgraphUnreachable

_MOST_BUFFERED = 256 * 1024
"""With so many bytes unread, the subgraph is left to wait."""


class StreamConnection(asyncio.Protocol):
    """A connection for a single request, whose answer may never end."""

    def __init__(self, _owner: object) -> None:
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.Transport
        self._parser = httptools.HttpResponseParser(self)
        self._head: asyncio.Future[tuple[int, str]] = self._loop.create_future()
        self._content_type = ""
        self._chunks: deque[bytes] = deque()
        self._buffered = 0
        self._is_paused = False
        self._more = asyncio.Event()
        self._ended: FetchError | bool = False

    async def ask(self, request: bytes, seconds: float) -> tuple[int, str]:
        """Send a request and wait until its answer begins: the status and the content type."""
        self._transport.write(request)
        try:
            async with asyncio.timeout(seconds):
                return await self._head
        except TimeoutError as error:
            raise SubgraphTimeout(f"No answer came within {seconds:g} s.") from error

    async def read(self) -> AsyncGenerator[bytes, None]:
        """The chunks of the body until it ends. Raises `SubgraphUnreachable`."""
        while True:
            while self._chunks:
                chunk = self._chunks.popleft()
                self._buffered -= len(chunk)
                if self._is_paused and not self._ended and not self._buffered:
                    self._is_paused = False
                    self._transport.resume_reading()
                yield chunk
            if isinstance(self._ended, FetchError):
                raise self._ended
            if self._ended:
                return
            self._more.clear()
            await self._more.wait()

    def close(self) -> None:
        """Close at once."""
        self._transport.abort()

    # What the event loop calls.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        # Nothing else would ever tell that a silent subgraph is gone.
        known: socket.socket | None = transport.get_extra_info("socket")
        if known is not None:
            known.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)

    def data_received(self, data: bytes) -> None:
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError:
            self._end(SubgraphUnreachable("The answer is no HTTP."))
            self.close()

    def connection_lost(self, exc: Exception | None) -> None:
        if exc is None and self._head.done() and not self._parser.should_keep_alive():
            # An answer without a length ends with its connection.
            self._end(True)
        else:
            self._end(SubgraphUnreachable("The connection broke."))

    # What the parser calls.

    def on_header(self, name: bytes, value: bytes) -> None:
        if name.lower() == b"content-type":
            self._content_type = value.decode("latin-1")

    def on_headers_complete(self) -> None:
        status = self._parser.get_status_code()
        if status >= 200 and not self._head.done():
            self._head.set_result((status, self._content_type))

    def on_body(self, body: bytes) -> None:
        self._chunks.append(body)
        self._buffered += len(body)
        self._more.set()
        if self._buffered > _MOST_BUFFERED and not self._is_paused:
            self._is_paused = True
            self._transport.pause_reading()

    def on_message_complete(self) -> None:
        if self._head.done():
            self._end(True)

    def _end(self, how: FetchError | bool) -> None:
        self._ended = self._ended or how
        self._more.set()
        if not self._head.done():
            error = how if isinstance(how, FetchError) else SubgraphUnreachable("No answer came.")
            self._head.set_exception(error)
