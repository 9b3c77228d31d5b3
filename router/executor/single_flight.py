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
        self._in_flight: dict[Key, asyncio.Future[Value]] = {}

    async def run(self, key: Key, fly: Callable[[], Awaitable[Value]]) -> Value:
        """The outcome of `fly`, or of the flight for the same key that is under way."""
        while (other := self._in_flight.get(key)) is not None:
            try:
                return await asyncio.shield(other)
            except asyncio.CancelledError:
                # If who began it was cancelled and not we, we fly ourselves.
                if not other.cancelled():
                    raise
        outcome = self._in_flight[key] = asyncio.get_running_loop().create_future()
        try:
            value = await fly()
        except Exception as error:
            outcome.set_exception(error)
            outcome.exception()  # whether anyone else waits for it or not
            raise
        except BaseException:
            outcome.cancel()
            raise
        else:
            outcome.set_result(value)
            return value
        finally:
            del self._in_flight[key]
