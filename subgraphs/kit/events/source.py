"""Where a consumer's events come from: another service's feed."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import httpx
import orjson

from subgraphs.kit.events.event import Event


class SourceUnavailable(Exception):
    """The feed did not answer, or answered nothing that can be used; ask again later."""


@dataclass(frozen=True, slots=True)
class FeedPage:
    """Events in order, and the last position that the service has given."""

    events: Sequence[Event]
    head: int


class EventSource(Protocol):
    """The seam where another transport (a broker, say) takes the place of HTTP."""

    async def page(self, after: int, limit: int, wait: float) -> FeedPage:
        """The events after a position. Raises ``SourceUnavailable``."""
        ...


class HttpEventSource:
    """A feed over HTTP; ``client`` carries the service's token (``ServiceAuth``)."""

    def __init__(self, client: httpx.AsyncClient, url: str) -> None:
        self._client = client
        self._url = f"{url.rstrip('/')}/events"

    async def page(self, after: int, limit: int, wait: float) -> FeedPage:
        """The events after a position. Raises ``SourceUnavailable``."""
        parameters: dict[str, float] = {"after": after, "limit": limit, "wait": wait}
        timeout = httpx.Timeout(5, read=wait + 5)
        try:
            answer = await self._client.get(self._url, params=parameters, timeout=timeout)
        except httpx.HTTPError as error:
            raise SourceUnavailable(type(error).__name__) from error
        if answer.status_code != 200:
            raise SourceUnavailable(f"HTTP {answer.status_code}")
        return _read(answer.content)


def _read(content: bytes) -> FeedPage:
    try:
        body = orjson.loads(content)
        return FeedPage([Event.from_record(record) for record in body["events"]], body["head"])
    except (KeyError, TypeError, ValueError) as error:
        raise SourceUnavailable(f"not a feed: {type(error).__name__}") from error
