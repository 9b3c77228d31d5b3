"""Reading another service's feed for as long as the app lives."""

import asyncio
import random
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

import httpx
import structlog

from subgraphs.kit.auth.keys import UnusableKeys
from subgraphs.kit.auth.service_auth import ServiceAuth
from subgraphs.kit.auth.settings import IdentitySettings
from subgraphs.kit.clock import Clock
from subgraphs.kit.database import Database
from subgraphs.kit.events.consumer import Consumer, Delivery
from subgraphs.kit.events.source import EventSource, HttpEventSource, SourceUnavailable

logger = structlog.get_logger()

_PAGE = 100
_FIRST_PAUSE_SECONDS = 0.2
_LONGEST_PAUSE_SECONDS = 30.0


@dataclass(slots=True)
class Subscription:
    """One source, read by one consumer."""

    name: str
    source: EventSource
    consumer: Consumer
    database: Database
    clock: Clock
    head: int = 0
    """The last position that the source told."""
    failures: int = 0
    """How often it failed since it last went well."""

    async def run(self, wait: float) -> None:
        """Read for ever; where the source or our database is down, pause ever longer.

        While there is nothing new, the source holds its answer back for ``wait`` seconds.
        """
        while True:
            try:
                await self.step(wait)
            except Exception as error:
                self._failed(error)
                await asyncio.sleep(self._pause())
            else:
                self._succeeded()

    async def step(self, wait: float = 0) -> int:
        """Read and handle one page, and try what is parked; how many events came.

        Raises ``SourceUnavailable`` and what the database raises.
        """
        async with self.database.read() as session:
            after = await self.consumer.inbox.position(session, self.name)
        page = await self.source.page(after, _PAGE, wait)
        self.head = page.head
        if page.events:
            delivery = Delivery(self.name, after, page.events)
            await self.consumer.receive(self.database, delivery, self.clock)
        await self.consumer.retry(self.database, self.name, self.clock)
        return len(page.events)

    def _failed(self, error: Exception) -> None:
        self.failures += 1
        if self.failures == 1:
            reason = str(error) if isinstance(error, SourceUnavailable | UnusableKeys) else None
            logger.warning(
                "events do not come",
                source=self.name,
                error_type=type(error).__qualname__,
                reason=reason,
            )

    def _succeeded(self) -> None:
        if self.failures:
            logger.info("events come again", source=self.name, failures=self.failures)
            self.failures = 0

    def _pause(self) -> float:
        longest = min(_FIRST_PAUSE_SECONDS * 2 ** min(self.failures, 10), _LONGEST_PAUSE_SECONDS)
        return random.uniform(longest / 2, longest)


@dataclass(frozen=True, slots=True)
class Reader:
    """The service that reads: its name, who it is to the others, and which feeds it reads."""

    service: str
    identity: IdentitySettings
    sources: Mapping[str, str]
    """The addresses of services by name, like ``http://127.0.0.1:5001``."""
    wait_seconds: float
    """How long a feed may hold its answer back. One that is told to stop first waits for it."""


@asynccontextmanager
async def subscribed(
    reader: Reader, consumer: Consumer | None, database: Database, clock: Clock
) -> AsyncIterator[Sequence[Subscription]]:
    """Read the feeds in the background, as long as the context lasts."""
    if consumer is None or not reader.sources:
        yield []
        return
    auth = ServiceAuth(reader.service, reader.identity)
    async with httpx.AsyncClient(auth=auth) as client:
        subscriptions = [
            Subscription(name, HttpEventSource(client, url), consumer, database, clock)
            for name, url in reader.sources.items()
        ]
        tasks = [
            asyncio.create_task(subscription.run(reader.wait_seconds))
            for subscription in subscriptions
        ]
        try:
            yield subscriptions
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
