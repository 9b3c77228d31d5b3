"""One fetch: deadline, retries, and one request where several runs ask the same at once."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import aclosing
from dataclasses import dataclass

import orjson

from router.errors import FetchError, SubgraphBadAnswer
from router.executor.run import Headers
from router.executor.single_flight import SingleFlight
from router.executor.transport import StreamTransport, Transport

_RETRIABLE_STATUSES = frozenset({502, 503, 504})


@dataclass(frozen=True, slots=True)
class Service:
    """How a service is asked: by which transport, how long (seconds), how often again.

    Only queries are asked again, and only where no answer came or a proxy gave one in its place.
    """

    name: str
    transport: Transport
    timeout: float = 30.0
    retries: int = 1


Key = tuple[str, bytes, Headers]
"""What makes two fetches the same: the service, the body, and every header that is forwarded."""

Observe = Callable[[str, str], None]
"""Is told a service's name, and `answered` or the reason of a failure."""


class SubgraphFetcher:
    """Sends the requests of all runs. `observe` is told the service and outcome of each request."""

    def __init__(
        self,
        services: Mapping[str, Service],
        *,
        deduplicates: bool = True,
        observe: Observe | None = None,
    ) -> None:
        self.services = services
        self.deduplicates = deduplicates
        self.observe = observe
        self._flights: SingleFlight[Key, bytes] = SingleFlight()

    async def send(self, service: str, body: bytes, headers: Headers, *, is_query: bool) -> bytes:
        """The body of the service's answer, which is JSON in the form of a GraphQL response.

        A query that is in flight already, with the same text, variables and headers, is not sent
        again. Raises `FetchError`.
        """
        known = self._known(service)
        if not (is_query and self.deduplicates):
            return await self._insist(known, body, headers, known.retries if is_query else 0)
        return await self._flights.run(
            (service, body, headers), lambda: self._insist(known, body, headers, known.retries)
        )

    async def subscribe(
        self, service: str, body: bytes, headers: Headers
    ) -> AsyncGenerator[bytes, None]:
        """Every event of a subscription, as JSON in the form of a GraphQL response.

        Nothing is sent again: what came meanwhile would be lost unseen. Raises `FetchError`.
        """
        known = self._known(service)
        try:
            if not isinstance(known.transport, StreamTransport):
                raise FetchError("Its transport cannot subscribe.")
            async with aclosing(known.transport.stream(body, headers, known.timeout)) as events:
                async for event in events:
                    if self.observe is not None:
                        self.observe(known.name, "answered")
                    yield event
        except FetchError as error:
            if self.observe is not None:
                self.observe(known.name, error.reason)
            raise _told(known, error) from error

    def _known(self, service: str) -> Service:
        known = self.services.get(service)
        if known is None:
            raise FetchError(f"The router knows no address of the service '{service}'.")
        return known

    async def _insist(self, service: Service, body: bytes, headers: Headers, retries: int) -> bytes:
        deadline = time.monotonic() + service.timeout
        left = service.timeout
        retry = 0
        while True:
            try:
                status, answer = await service.transport.send(body, headers, left)
                if status != 200 and not _is_graphql_response(answer):
                    raise SubgraphBadAnswer(
                        f"HTTP status {status} without a GraphQL response.",
                        is_retriable=status in _RETRIABLE_STATUSES,
                    )
                if self.observe is not None:
                    self.observe(service.name, "answered")
                return answer
            except FetchError as error:
                if self.observe is not None:
                    self.observe(service.name, error.reason)
                pause = 0.02 * 2**retry * random.uniform(0.5, 1.5)
                left = deadline - time.monotonic() - pause
                if retry == retries or not error.is_retriable or left <= 0:
                    raise _told(service, error) from error
            retry += 1
            await asyncio.sleep(pause)


def _told(service: Service, error: FetchError) -> FetchError:
    return type(error)(f"The service '{service.name}' did not answer: {error}")


def _is_graphql_response(body: bytes) -> bool:
    """GraphQL over HTTP: a response in JSON counts whatever its status."""
    try:
        answer = orjson.loads(body)
    except ValueError:
        return False
    return isinstance(answer, dict) and ("data" in answer or "errors" in answer)
