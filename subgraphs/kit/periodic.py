"""Work that an app does by itself, again and again, as long as it lives."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

import structlog

logger = structlog.get_logger()


@asynccontextmanager
async def every(
    seconds: float, work: Callable[[], Awaitable[None]], *, name: str
) -> AsyncIterator[None]:
    """Do the work every so many seconds, as long as the context lasts; with none of them, never.

    Work that fails is logged under its name, and tried again when its time comes.
    """
    if not seconds:
        yield
        return
    task = asyncio.create_task(_for_ever(seconds, work, name))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def attempt(work: Callable[[], Awaitable[object]], name: str) -> None:
    """Do something once; a fault is logged, and holds nothing else up."""
    try:
        await work()
    except Exception as error:  # the database is away, say: the next time may go better
        logger.warning("work failed", work=name, error_type=type(error).__qualname__)


async def _for_ever(seconds: float, work: Callable[[], Awaitable[None]], name: str) -> None:
    while True:
        await asyncio.sleep(seconds)
        await attempt(work, name)
