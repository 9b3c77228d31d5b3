"""A health plan on a real socket, so that failures of the connection are real."""

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest
import uvicorn

from subgraphs.health_plan.app import create_app
from subgraphs.health_plan.settings import HealthPlanSettings


@pytest.fixture
async def plan() -> AsyncIterator[httpx.AsyncClient]:
    settings = HealthPlanSettings(analysis_seconds=0.2, failure_delay_seconds=0.5)
    config = uvicorn.Config(create_app(settings), port=0, log_level="error")
    server = uvicorn.Server(config)
    listener = config.bind_socket()
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    address = "http://{}:{}".format(*listener.getsockname())
    async with httpx.AsyncClient(base_url=address, timeout=5) as client:
        yield client
    server.should_exit = True
    await serving
