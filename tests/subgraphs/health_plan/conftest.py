"""A health plan on a real socket, so that failures of the connection are real."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import httpx
import pytest
import uvicorn

from subgraphs.health_plan.app import create_app
from subgraphs.health_plan.settings import HealthPlanSettings
from subgraphs.kit.clock import FixedClock


@pytest.fixture
def clock() -> FixedClock:
    """The plan's clock; an analysis takes a day."""
    return FixedClock(datetime(2026, 11, 24, 15, 0, tzinfo=UTC))


@pytest.fixture
async def plan(clock: FixedClock) -> AsyncIterator[httpx.AsyncClient]:
    """The plan, to be asked."""
    settings = HealthPlanSettings(analysis_seconds=86_400, failure_delay_seconds=0.5)
    app = create_app(settings, now=clock.now)
    config = uvicorn.Config(app, port=0, log_level="error")
    server = uvicorn.Server(config)
    listener = config.bind_socket()
    listener.listen()  # from here on, whoever connects waits instead of failing
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    address = "http://{}:{}".format(*listener.getsockname())
    async with httpx.AsyncClient(base_url=address, timeout=5) as client:
        yield client
    server.should_exit = True
    await serving
