"""What was made for requests and is kept for others: made in the worker, once for all who wait."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

from router.executor.single_flight import SingleFlight
from router.gateway.lru_cache import LruCache
from router.gateway.worker import Worker

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class Made(LruCache[Key, Value], Generic[Key, Value]):
    """A cache of values that take long to make. It is touched by the event loop's thread alone."""

    def __init__(self, size: int, worker: Worker) -> None:
        super().__init__(size)
        self._worker = worker
        self._flights: SingleFlight[Key, Value] = SingleFlight()

    async def make(self, key: Key, function: Callable[[], Value]) -> Value:
        """The value, which the function makes where there is none. Raises what that raises."""
        value = self.get(key)
        if value is None:
            value = await self._flights.run(key, lambda: self._worker.run(function))
            self.put(key, value)
        return value

    def make_now(self, key: Key, function: Callable[[], Value]) -> Value:
        """As `make`, in this thread, for who has no event loop."""
        value = self.get(key)
        return self.put(key, function()) if value is None else value
