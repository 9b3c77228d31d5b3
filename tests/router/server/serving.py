"""Serves an app over a real socket for as long as a test asks it; how GraphQL is asked there."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import uvicorn

OLD = "application/json"


@asynccontextmanager
async def served(app: Any, port: int = 0) -> AsyncIterator[str]:
    """The base URL of an app that a server runs meanwhile."""
    server = uvicorn.Server(
        uvicorn.Config(app, host="127.0.0.1", port=port, log_level="critical", lifespan="on")
    )
    task = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - uvicorn has no event for it
        await asyncio.sleep(0.005)
    try:
        [socket] = server.servers[0].sockets
        yield f"http://127.0.0.1:{socket.getsockname()[1]}"
    finally:
        server.should_exit = True
        await task


def post(accept: str = OLD, **parameters: Any) -> dict[str, Any]:
    """The arguments of a client's `post` for an operation."""
    return {"json": parameters, "headers": {"accept": accept}}
