"""Several responses to one operation: events of a subscription, parts of an answer."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator
from types import TracebackType
from typing import Literal, Self

from router.errors import RequestError
from router.gateway.response import Response

StreamKind = Literal["single", "incremental", "subscription"]

EXPIRED = RequestError.of("The token has expired.", "UNAUTHENTICATED", status=401)
RELOADED = RequestError.of(
    "The graph has changed. Subscribe again.", "SUBSCRIPTION_SCHEMA_RELOAD", status=503
)
CLOSED = RequestError.of("The router is closing.", "SUBSCRIPTION_CLOSED", status=503)


class ResponseStream:
    """An asynchronous iterator of responses. Whoever leaves it before its end closes it.

    `kind` tells what comes: one response; the initial result and then incremental ones (`hasNext`
    says whether there are more); or one response for each event. What ends it from outside (`end`,
    or `expires`, a time as of `time.time`) is told in a last response.
    """

    def __init__(
        self,
        responses: AsyncGenerator[Response, None],
        kind: StreamKind = "single",
        expires: float | None = None,
    ) -> None:
        self.kind = kind
        self._responses = responses
        self._loop = asyncio.get_running_loop()
        self._deadline = None if expires is None else self._loop.time() + expires - time.time()
        self._reason = EXPIRED
        self._waiting: asyncio.Timeout | None = None
        self._has_waited = asyncio.Event()
        self._is_closed = False

    @classmethod
    def of(cls, response: Response) -> Self:
        """A stream of one response."""
        return cls(_once(response))

    def end(self, reason: RequestError) -> None:
        """End the stream now, whether or not a response is being waited for."""
        self._reason = reason
        self._deadline = self._loop.time()
        self._interrupt()

    def __aiter__(self) -> Self:
        """The stream itself."""
        return self

    async def __anext__(self) -> Response:
        """The next response."""
        if self._is_closed:
            raise StopAsyncIteration
        waiting = asyncio.timeout_at(self._deadline)
        self._has_waited.clear()
        try:
            async with waiting:
                self._waiting = waiting
                return await anext(self._responses)
        except StopAsyncIteration:
            self._is_closed = True
            raise
        except TimeoutError:
            if not waiting.expired():
                raise
            await self._responses.aclose()
            if self._is_closed:
                raise StopAsyncIteration from None
            self._is_closed = True
            return Response.refused(self._reason)
        finally:
            self._waiting = None
            self._has_waited.set()

    async def aclose(self) -> None:
        """Let go of the subgraph. Who waits for a response is told that there is none."""
        self._is_closed = True
        if self._waiting is None:
            await self._responses.aclose()
        else:
            self._interrupt()
            await self._has_waited.wait()

    def _interrupt(self) -> None:
        if self._waiting is not None and not self._waiting.expired():
            self._waiting.reschedule(self._loop.time())

    async def __aenter__(self) -> Self:
        """The stream, which is closed in the end."""
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Close."""
        await self.aclose()


async def _once(response: Response) -> AsyncGenerator[Response, None]:
    yield response
