"""One flight for all who ask for the same at once."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class SingleFlight(Generic[Key, Value]):
    """Whoever asks while the same is under way gets the same outcome, be it an error."""

    def __init__(self) -> None:
        # Who waits for each flight; nobody does for most, so these cost a list and no future.
        self._waiting: dict[Key, list[asyncio.Future[Value]]] = {}

    async def run(self, key: Key, fly: Callable[[], Awaitable[Value]]) -> Value:
        """The outcome of `fly`, or of the flight for the same key that is under way."""
        while (others := self._waiting.get(key)) is not None:
            own: asyncio.Future[Value] = asyncio.get_running_loop().create_future()
            others.append(own)
            try:
                return await own
            except _Abandoned:
                continue  # who flew was cancelled, and not we: fly ourselves
        waiting = self._waiting[key] = []
        try:
            value = await fly()
        except Exception as error:
            _settle(waiting, error)
            raise
        except BaseException:
            _settle(waiting, _Abandoned())
            raise
        else:
            for outcome in waiting:
                if not outcome.done():
                    outcome.set_result(value)
            return value
        finally:
            del self._waiting[key]


class _Abandoned(Exception):
    """The flight was cancelled."""


def _settle(waiting: list[asyncio.Future[Value]], error: Exception) -> None:
    for outcome in waiting:
        if not outcome.done():
            outcome.set_exception(error)
