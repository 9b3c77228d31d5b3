"""A thread beside the event loop, for work that takes long: a new operation, a new supergraph.

It is one thread: the planner remembers what it learns of a graph, and must not be asked twice at
once. Requests whose operations are known do not wait for it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Value = TypeVar("Value")


class Worker:
    """Runs one function after the other, in a thread that begins with the first of them."""

    def __init__(self) -> None:
        self._executor: ThreadPoolExecutor | None = None

    async def run(self, function: Callable[[], Value]) -> Value:
        """What the function returns or raises."""
        if self._executor is None:
            self._executor = ThreadPoolExecutor(1, thread_name_prefix="router-worker")
        return await asyncio.get_running_loop().run_in_executor(self._executor, function)

    def close(self) -> None:
        """Let the thread end."""
        if self._executor is not None:
            self._executor.shutdown(wait=False)
            self._executor = None
