"""A client of a router over two services, on a real socket."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from router import Router
from router.gateway import GatewayOptions
from router.operation.limits import Limits
from tests.router.server.serving import served


@pytest.fixture
async def client(world: Any) -> AsyncIterator[httpx.AsyncClient]:
    options = GatewayOptions(limits=Limits(body_bytes=2000))
    router = Router(world.supergraph, transports=world.transports, options=options)
    async with served(router.asgi()) as url, httpx.AsyncClient(base_url=url) as client:
        yield client
