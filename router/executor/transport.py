"""The seam where the network begins: one method, and what stands behind it.

`Http1Transport` (see `http1_transport`) asks over plain HTTP, `HttpTransport` over TLS,
`AsgiTransport` (see `asgi_transport`) an app in this process, `CallableTransport` a function.
"""

from __future__ import annotations

import asyncio
import inspect
import time
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import Any, Protocol

import orjson
from pyreqwest.client import Client, ClientBuilder
from pyreqwest.exceptions import (
    ConnectError,
    RequestError,
    RequestTimeoutError,
)
from pyreqwest.http import Url

from router.errors import SubgraphTimeout, SubgraphUnreachable
from router.executor.run import Headers

_BROKE = "The connection broke."


class Transport(Protocol):
    """How a subgraph is reached."""

    async def send(self, body: bytes, headers: Headers, seconds: float) -> tuple[int, bytes]:
        """POST a GraphQL request (JSON), and give the answer's HTTP status and body.

        Raises `SubgraphUnreachable` and `SubgraphTimeout`, when no answer came in time.
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


Answering = Callable[[dict[str, Any], Mapping[str, str]], Awaitable[Any] | Any]
"""A function from a GraphQL request and its headers to a GraphQL response, both as JSON values."""


class CallableTransport:
    """A subgraph that is a function in this process, for tests and scripts."""

    def __init__(self, answer: Answering) -> None:
        self._answer = answer

    async def send(self, body: bytes, headers: Headers, seconds: float) -> tuple[int, bytes]:
        """See `Transport`."""
        answer = self._answer(orjson.loads(body), dict(headers))
        if inspect.isawaitable(answer):
            try:
                async with asyncio.timeout(seconds):
                    answer = await answer
            except TimeoutError as error:
                raise SubgraphTimeout(f"No answer came within {seconds:g} s.") from error
        return 200, orjson.dumps(answer)
