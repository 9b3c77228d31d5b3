"""A run whose operation may take several responses, as a stream of them."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing

from router.executor.execute import execute
from router.executor.incremental import execute_in_parts
from router.executor.run import Run
from router.executor.subscribe import subscribe
from router.gateway.response import Response
from router.gateway.response_stream import ResponseStream


def stream_of(run: Run, kind: str, expires: float | None) -> ResponseStream:
    """The responses to an operation of this kind.

    A subscription has one for each event, until its source ends or the asker's token does.
    """
    fetches = run.compiled.fetches
    # Without a fetch it is nothing that the asker may read, and the errors that say so are all.
    if kind == "subscription" and fetches and fetches[0].node.kind == "subscription":
        return ResponseStream(_responses(subscribe(run)), "subscription", expires)
    if run.compiled.parts is not None:
        return ResponseStream(_responses(execute_in_parts(run)), "incremental")
    return ResponseStream(_single(run))


async def _responses(bodies: AsyncGenerator[bytes, None]) -> AsyncGenerator[Response, None]:
    async with aclosing(bodies):
        async for body in bodies:
            yield Response(body)


async def _single(run: Run) -> AsyncGenerator[Response, None]:
    yield Response(await execute(run))
