"""The whole network in one process, on real sockets: what the scenarios play on.

Each service is the real app on its own SQLite file (or PostgreSQL database) behind uvicorn, and can
be stopped and started again at its address. Questions go through the router.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import uvicorn

from router import Router

SUPERGRAPH = Path(__file__).parents[2] / "schema" / "supergraph.graphql"
DOMAINS = ("patients", "appointments", "records", "billing")
NAMES = (*DOMAINS, "health_plan")
ROUTER_SECRET = "the-router-of-the-scenarios"
"""By it the services know the router, whichever it is."""

App = Callable[..., Any]


class Service:
    """One service: its address stays the same, however often it is stopped."""

    def __init__(self, name: str, make_app: Callable[[], App]) -> None:
        self.name = name
        self._make_app = make_app
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]
        self._server: uvicorn.Server | None = None
        self._serving: asyncio.Task[None] | None = None

    @property
    def address(self) -> str:
        """Where it answers."""
        path = "" if self.name == "health_plan" else "/graphql"
        return f"http://127.0.0.1:{self.port}{path}"

    async def start(self) -> None:
        """Start it, and wait until it answers."""
        config = uvicorn.Config(
            self._make_app(),
            host="127.0.0.1",
            port=self.port,
            log_config=None,
            lifespan="on",
            timeout_graceful_shutdown=1,
        )
        self._server = uvicorn.Server(config)
        self._serving = asyncio.create_task(self._server._serve(None))
        while not self._server.started:
            if self._serving.done():
                self._serving.result()
                raise RuntimeError(f"{self.name} ended while it started")
            await asyncio.sleep(0.01)

    async def stop(self) -> None:
        """Stop it; those who ask it find nobody."""
        if self._server is None or self._serving is None:
            return
        self._server.should_exit = True
        await self._serving
        self._server = None


@dataclass
class Clinic:
    """The services, and the router before them."""

    services: dict[str, Service]
    router: Router

    async def ask(self, query: str, **variables: Any) -> dict[str, Any]:
        """Ask through the router; the whole response."""
        response = await self.router.execute(query, variables=variables)
        answer: dict[str, Any] = {"data": response.data}
        if response.errors:
            answer["errors"] = list(response.errors)
        return answer

    async def get(self, query: str, **variables: Any) -> Any:
        """Ask through the router what must be answered without an error; its data."""
        answer = await self.ask(query, **variables)
        assert "errors" not in answer, answer["errors"]
        return answer["data"]

    async def stop(self, name: str) -> None:
        """Stop one service."""
        await self.services[name].stop()

    async def start(self, name: str) -> None:
        """Start a stopped service again."""
        await self.services[name].start()
