"""The events of a subscription, read from the body of an HTTP answer as it comes.

Two forms are read, and the answer's content type tells which one a subgraph speaks: "GraphQL over
Server-Sent Events", distinct connections mode
(https://github.com/enisdenjo/graphql-sse/blob/master/PROTOCOL.md), and Apollo's "Multipart HTTP
protocol for GraphQL subscriptions" (`subscriptionSpec=1.0`). Any other answer is a single GraphQL
response: a subgraph that refuses to subscribe.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from email.message import Message
from typing import Protocol

import msgspec

from router.errors import SubgraphBadAnswer, SubgraphUnreachable

# Some servers read the first media range alone where it is multipart.
ACCEPT = (
    "multipart/mixed;boundary=graphql;subscriptionSpec=1.0, text/event-stream, "
    "application/graphql-response+json;q=0.9, application/json;q=0.8"
)
MOST_BYTES = 16 * 2**20
"""The longest event that is taken."""


class Decoder(Protocol):
    """Cuts a body into GraphQL responses. `is_complete` once the subgraph said that it ends."""

    is_complete: bool

    def feed(self, chunk: bytes) -> list[bytes]:
        """The responses that a chunk completes. Raises `SubgraphBadAnswer`."""
        ...


async def responses(
    status: int, content_type: str, chunks: AsyncGenerator[bytes, None]
) -> AsyncGenerator[bytes, None]:
    """Every GraphQL response (JSON) in the body of an answer, which is closed with it.

    Raises `SubgraphBadAnswer` for what is none, and `SubgraphUnreachable` where the body breaks
    off.
    """
    decoder = _decoder_of(content_type) if status == 200 else None
    async with aclosing(chunks):
        if decoder is None:
            yield await _only_response(status, chunks)
            return
        async for chunk in chunks:
            for response in decoder.feed(chunk):
                yield response
            if decoder.is_complete:
                return
    raise SubgraphUnreachable("The stream of events broke off.")


async def _only_response(status: int, chunks: AsyncIterator[bytes]) -> bytes:
    body = bytearray()
    async for chunk in chunks:
        body += _bounded(len(body), chunk)
    try:
        answer = msgspec.json.decode(body, type=dict[str, msgspec.Raw])
    except msgspec.DecodeError:
        answer = {}
    if "data" not in answer and "errors" not in answer:
        raise SubgraphBadAnswer(f"HTTP status {status} without a GraphQL response.")
    return bytes(body)


def _bounded(held: int, chunk: bytes) -> bytes:
    if held + len(chunk) > MOST_BYTES:
        raise SubgraphBadAnswer(f"An event is longer than {MOST_BYTES} bytes.")
    return chunk


def _decoder_of(content_type: str) -> Decoder | None:
    header = Message()
    header["content-type"] = content_type
    match header.get_content_type():
        case "text/event-stream":
            return ServerSentEvents()
        case "multipart/mixed":
            boundary = header.get_param("boundary")
            return Multipart(boundary if isinstance(boundary, str) else "-")
    return None


class ServerSentEvents:
    """Server-sent events (HTML standard, "Interpreting an event stream"): `next`, `complete`."""

    def __init__(self) -> None:
        self.is_complete = False
        self._buffer = b""
        self._event = b""
        self._data: list[bytes] = []
        self._size = 0

    def feed(self, chunk: bytes) -> list[bytes]:
        """See `Decoder`."""
        self._buffer += _bounded(len(self._buffer) + self._size, chunk)
        found: list[bytes] = []
        # A carriage return at the end may be half of a line's end.
        end = max(self._buffer.rfind(b"\n"), self._buffer.rfind(b"\r", 0, -1)) + 1
        lines, self._buffer = self._buffer[:end], self._buffer[end:]
        for line in lines.splitlines():
            if self.is_complete:
                break
            if line:
                self._field(line)
            elif (response := self._dispatch()) is not None:
                found.append(response)
        return found

    def _field(self, line: bytes) -> None:
        name, _, value = line.partition(b":")
        value = value.removeprefix(b" ")
        if name == b"event":
            self._event = value
        elif name == b"data":
            self._data.append(value)
            self._size += len(value)

    def _dispatch(self) -> bytes | None:
        event, data = self._event, b"\n".join(self._data)
        self._event, self._data, self._size = b"", [], 0
        if event == b"complete":
            self.is_complete = True
        return data if event in (b"next", b"message", b"") and data else None


class _Part(msgspec.Struct):
    payload: msgspec.Raw = msgspec.Raw(b"null")
    errors: msgspec.Raw = msgspec.Raw(b"null")


class Multipart:
    """The parts of `multipart/mixed` (RFC 2046): `{"payload": …}`, or `{}` to keep alive.

    `{"payload": null, "errors": […]}` is the last word of a server that cannot go on.
    """

    def __init__(self, boundary: str) -> None:
        self.is_complete = False
        self._delimiter = b"\r\n--" + boundary.encode("latin-1", "replace")
        # The first delimiter may begin the body.
        self._buffer = b"\r\n"
        self._has_begun = False

    def feed(self, chunk: bytes) -> list[bytes]:
        """See `Decoder`."""
        self._buffer += _bounded(len(self._buffer), chunk)
        *parts, self._buffer = self._buffer.split(self._delimiter)
        found: list[bytes] = []
        for part in parts:
            if not self.is_complete:
                found += self._read(part)
            self._has_begun = True
        if self._has_begun and self._buffer.startswith(b"--"):
            self.is_complete = True
        return found

    def _read(self, part: bytes) -> list[bytes]:
        # What stands before the first delimiter is no part, but some servers leave that one out.
        head, _, body = part.partition(b"\r\n\r\n")
        if not body or not (self._has_begun or b"content-type:" in head.lower()):
            return []
        try:
            read = msgspec.json.decode(body, type=_Part)
        except msgspec.DecodeError as error:
            raise SubgraphBadAnswer("A part of the stream is no JSON object.") from error
        payload, errors = bytes(read.payload), bytes(read.errors)
        if errors != b"null":
            self.is_complete = True
            return [b'{"errors":%b}' % errors]
        return [payload] if payload != b"null" else []
