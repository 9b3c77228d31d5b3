"""One fetch: deadline, retries, and one request where several runs ask the same at once."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import orjson

from router.errors import FetchError, SubgraphBadAnswer
from router.executor.run import Headers
from router.executor.transport import Transport

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
        self._in_flight: dict[tuple[str, bytes, Headers], asyncio.Future[bytes]] = {}

    async def send(self, service: str, body: bytes, headers: Headers, *, is_query: bool) -> bytes:
        """The body of the service's answer, which is JSON in the form of a GraphQL response.

        A query that is in flight already, with the same text, variables and headers, is not sent
        again. Raises `FetchError`.
        """
        known = self.services.get(service)
        if known is None:
            raise FetchError(f"The router knows no address of the service '{service}'.")
        if not is_query:
            return await self._attempt(known, body, headers, known.timeout)
        if not self.deduplicates:
            return await self._insist(known, body, headers)
        return await self._once(known, body, headers)

    async def _once(self, service: Service, body: bytes, headers: Headers) -> bytes:
        key = (service.name, body, headers)
        while (in_flight := self._in_flight.get(key)) is not None:
            try:
                return await asyncio.shield(in_flight)
            except asyncio.CancelledError:
                # Who sent it was cancelled, not we: send it ourselves.
                if not in_flight.cancelled():
                    raise
        answer = self._in_flight[key] = asyncio.get_running_loop().create_future()
        try:
            body = await self._insist(service, body, headers)
        except FetchError as error:
            answer.set_exception(error)
            answer.exception()  # whether anyone else waits for it or not
            raise
        except BaseException:
            answer.cancel()
            raise
        else:
            answer.set_result(body)
            return body
        finally:
            del self._in_flight[key]

    async def _insist(self, service: Service, body: bytes, headers: Headers) -> bytes:
        if not service.retries:
            return await self._attempt(service, body, headers, service.timeout)
        clock = asyncio.get_running_loop().time
        deadline = clock() + service.timeout
        left = service.timeout
        for retry in range(service.retries):
            try:
                return await self._attempt(service, body, headers, left)
            except FetchError as error:
                pause = 0.02 * 2**retry * random.uniform(0.5, 1.5)
                left = deadline - clock() - pause
                if not error.is_retriable or left <= 0:
                    raise
            await asyncio.sleep(pause)
        return await self._attempt(service, body, headers, left)

    async def _attempt(
        self, service: Service, body: bytes, headers: Headers, seconds: float
    ) -> bytes:
        try:
            status, answer = await service.transport.send(body, headers, seconds)
            if status != 200 and not _is_graphql_response(answer):
                raise SubgraphBadAnswer(
                    f"HTTP status {status} without a GraphQL response.",
                    is_retriable=status in _RETRIABLE_STATUSES,
                )
        except FetchError as error:
            if self.observe is not None:
                self.observe(service.name, error.reason)
            raise type(error)(
                f"The service '{service.name}' did not answer: {error}",
                is_retriable=error.is_retriable,
            ) from error
        if self.observe is not None:
            self.observe(service.name, "answered")
        return answer


def _is_graphql_response(body: bytes) -> bool:
    """GraphQL over HTTP: a response in JSON counts whatever its status."""
    try:
        answer = orjson.loads(body)
    except ValueError:
        return False
    return isinstance(answer, dict) and ("data" in answer or "errors" in answer)
