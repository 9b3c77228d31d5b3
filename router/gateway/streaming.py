"""Operations that are answered with several responses, as streams of them."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing

from router.executor.execute import execute
from router.executor.run import Run
from router.executor.subscribe import subscribe
from router.gateway.response import Response
from router.gateway.response_stream import ResponseStream


def subscription(run: Run, expires: float | None) -> ResponseStream:
    """A response for each event, until the source ends or the asker's token does."""
    fetches = run.compiled.fetches
    if fetches and fetches[0].node.kind == "subscription":
        return ResponseStream(_responses(subscribe(run)), "subscription", expires)
    # The asker may not read it, or nobody answers it: the errors that say so are all there is.
    return ResponseStream(_single(run))


async def _responses(bodies: AsyncGenerator[bytes, None]) -> AsyncGenerator[Response, None]:
    async with aclosing(bodies):
        async for body in bodies:
            yield Response(body)


async def _single(run: Run) -> AsyncGenerator[Response, None]:
    yield Response(await execute(run))
