"""The seam where the network begins: one method to ask, one to subscribe, and who has them.

`Http1Transport` (see `http1_transport`) asks over plain HTTP, `HttpTransport` over TLS,
`AsgiTransport` (see `asgi_transport`) an app in this process, `CallableTransport` a function.
"""

from __future__ import annotations

import asyncio
import inspect
import time
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, aclosing
from datetime import timedelta
from typing import Any, Protocol, runtime_checkable

from pyreqwest.client import Client, ClientBuilder
from pyreqwest.exceptions import (
    ConnectError,
    RequestError,
    RequestTimeoutError,
)
from pyreqwest.http import Url
from pyreqwest.response import ResponseBodyReader

from router.errors import SubgraphTimeout, SubgraphUnreachable
from router.executor.event_stream import ACCEPT, responses
from router.executor.exact_json import dumps, loads
from router.executor.run import Headers

_BROKE = "The connection broke."


class Transport(Protocol):
    """How a subgraph is reached."""

    async def send(self, body: bytes, headers: Headers, seconds: float) -> tuple[int, bytes]:
        """POST a GraphQL request (JSON), and give the answer's HTTP status and body.

        Raises `SubgraphUnreachable` and `SubgraphTimeout`, when no answer came in time.
        """
        ...


@runtime_checkable
class StreamTransport(Protocol):
    """How a subgraph is subscribed to, by a transport that can."""

    def stream(self, body: bytes, headers: Headers, seconds: float) -> AsyncGenerator[bytes, None]:
        """POST a subscription, and give each GraphQL response (JSON) that the subgraph sends.

        It reads no further ahead than a bounded buffer, and lets go of the subgraph when it is
        closed. `seconds` are for the answer to begin. Raises `FetchError`, also where the answer
        breaks off.
        """
        ...


def http_client() -> Client:
    """A pool of connections, for every subgraph that is reached over TLS."""
    return (
        ClientBuilder()
        .default_headers(
            {
                "accept": "application/graphql-response+json, application/json;q=0.9",
                "content-type": "application/json",
            }
        )
        .user_agent("sgm-router")
        .connect_timeout(timedelta(seconds=5))
        .follow_redirects(False)
        .referer(False)
        .no_proxy()
        .http2(True)
        .build()
    )


class HttpTransport:
    """A subgraph at a URL, by a general client: TLS, HTTP/2 where it is offered, compression."""

    def __init__(self, url: str, client: Client) -> None:
        self.url = url
        self._url = Url(url)
        self._client = client
        self._timeout = (0.0, timedelta())

    async def send(self, body: bytes, headers: Headers, seconds: float) -> tuple[int, bytes]:
        """See `Transport`."""
        if self._timeout[0] != seconds:
            self._timeout = (seconds, timedelta(seconds=seconds))
        request = self._client.post(self._url).timeout(self._timeout[1]).body_bytes(body)
        if headers:
            request = request.headers(headers)
        started = time.monotonic()
        try:
            response = await request.build().send()
            return response.status, bytes(await response.bytes())
        except RequestError as error:
            # The client may call a deadline that passed a failure to connect.
            if isinstance(error, RequestTimeoutError) or time.monotonic() - started >= seconds:
                raise SubgraphTimeout(f"No answer came within {seconds:g} s.") from error
            what = "No connection could be made." if isinstance(error, ConnectError) else _BROKE
            raise SubgraphUnreachable(what, is_retriable=True) from error

    async def stream(
        self, body: bytes, headers: Headers, seconds: float
    ) -> AsyncGenerator[bytes, None]:
        """See `StreamTransport`."""
        request = self._client.post(self._url).body_bytes(body).header("accept", ACCEPT)
        # Or the client would wait for the first 64 KB.
        request = request.streamed_read_buffer_limit(0)
        if headers:
            request = request.headers(headers)
        try:
            async with AsyncExitStack() as stack:
                try:
                    async with asyncio.timeout(seconds):
                        answer = await stack.enter_async_context(request.build_streamed())
                except TimeoutError as error:
                    raise SubgraphTimeout(f"No answer came within {seconds:g} s.") from error
                content_type = answer.get_header("content-type") or ""
                events = responses(answer.status, content_type, _chunks(answer.body_reader))
                async with aclosing(events):
                    async for event in events:
                        yield event
        except RequestError as error:
            what = "No connection could be made." if isinstance(error, ConnectError) else _BROKE
            raise SubgraphUnreachable(what) from error


async def _chunks(reader: ResponseBodyReader) -> AsyncGenerator[bytes, None]:
    while (chunk := await reader.read_chunk()) is not None:
        yield bytes(chunk)


Answering = Callable[[dict[str, Any], Mapping[str, str]], Awaitable[Any] | AsyncIterator[Any] | Any]
"""A function from a GraphQL request and its headers to a GraphQL response, both as JSON values;
from a subscription to an asynchronous iterator of them."""


class CallableTransport:
    """A subgraph that is a function in this process, for tests and scripts."""

    def __init__(self, answer: Answering) -> None:
        self._answer = answer

    async def send(self, body: bytes, headers: Headers, seconds: float) -> tuple[int, bytes]:
        """See `Transport`."""
        return 200, dumps(await self._answered(body, headers, seconds))

    async def stream(
        self, body: bytes, headers: Headers, seconds: float
    ) -> AsyncGenerator[bytes, None]:
        """See `StreamTransport`. What is no asynchronous iterator is an only response."""
        answer = await self._answered(body, headers, seconds)
        if not isinstance(answer, AsyncIterator):
            yield dumps(answer)
            return
        try:
            async for each in answer:
                yield dumps(each)
        finally:
            if isinstance(answer, AsyncGenerator):
                await answer.aclose()

    async def _answered(self, body: bytes, headers: Headers, seconds: float) -> Any:
        answer = self._answer(loads(body), dict(headers))
        if not inspect.isawaitable(answer):
            return answer
        try:
            async with asyncio.timeout(seconds):
                return await answer
        except TimeoutError as error:
            raise SubgraphTimeout(f"No answer came within {seconds:g} s.") from error
