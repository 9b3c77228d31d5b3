"""A subscription's plan executed: for each event of its first fetch, one response.

GraphQL specification, "Subscription", MapSourceToResponseEvent(): one event after the other. The
next one is read when the response to the last was taken, so a client that is slow makes its
subgraph wait, and nothing runs that nobody waits for.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing

from router.errors import FetchError
from router.executor.execute import execute_event, fail, respond
from router.executor.run import Run


async def subscribe(run: Run) -> AsyncGenerator[bytes, None]:
    """The client's response (JSON) to each event; the last tells the error where the source failed.

    Closing it closes the source.
    """
    source = run.compiled.fetches[0]
    body = source.body(run.variables, {})
    try:
        events = run.fetcher.subscribe(source.node.service, body, run.headers)
        async with aclosing(events):
            async for event in events:
                yield await execute_event(run.anew(), event)
    except FetchError as error:
        fail(run, 0, error)
        yield respond(run)
