"""The whole network in one process, on real sockets: what the scenarios play on.

Each service is the real app on its own SQLite file (or PostgreSQL database) behind uvicorn, and can
be stopped and started again at its address. Questions go through the router.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import uvicorn

from router import Router
from subgraphs.appointments.app import AppointmentsSettings
from subgraphs.appointments.app import create as create_appointments
from subgraphs.billing.app import BillingSettings
from subgraphs.billing.app import create as create_billing
from subgraphs.billing.client.plan_call import Patience
from subgraphs.health_plan.app import create_app as create_health_plan
from subgraphs.health_plan.settings import HealthPlanSettings
from subgraphs.kit.app import create_app
from subgraphs.kit.clock import FixedClock
from subgraphs.kit.settings import ServiceSettings
from subgraphs.patients.app import domain as patients_domain
from subgraphs.records.app import RecordsSettings
from subgraphs.records.app import create as create_records
from subgraphs.stack.services import SERVICES
from subgraphs.stack.serving import KEEP_ALIVE_SECONDS

SUPERGRAPH = Path(__file__).parents[2] / "schema" / "supergraph.graphql"
DOMAINS = ("patients", "appointments", "records", "billing")
NAMES = (*DOMAINS, "health_plan")
ROUTER_SECRET = "the-router-of-the-scenarios"
"""By it the services know the router, whichever it is."""
FOLLOWS = {service.name: service.follows for service in SERVICES}
ANALYSIS_SECONDS = 3600.0
"""How long the plan thinks about what is expensive, and about a batch of claims."""

App = Callable[..., Any]


class Service:
    """One service: its address stays the same, however often it is stopped."""

    def __init__(self, name: str, make_app: Callable[[], App]) -> None:
        self.name = name
        self._make_app = make_app
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]
        self._app: App | None = None
        self._server: uvicorn.Server | None = None
        self._serving: asyncio.Task[None] | None = None

    @property
    def origin(self) -> str:
        """Where it answers, without a path."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def address(self) -> str:
        """Where it answers the others."""
        return self.origin + ("" if self.name == "health_plan" else "/graphql")

    @property
    def app(self) -> Any:
        """The app as it runs now."""
        return self._app

    async def start(self) -> None:
        """Start it, and wait until it answers."""
        self._app = self._make_app()
        config = uvicorn.Config(
            self._app,
            host="127.0.0.1",
            port=self.port,
            log_config=None,
            lifespan="on",
            timeout_graceful_shutdown=1,
            timeout_keep_alive=KEEP_ALIVE_SECONDS,
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


@dataclass(frozen=True)
class Ways:
    """How the services of a test work."""

    authentication: str = "required"
    sweep_seconds: float = 0.5
    """How often appointments does by itself what is due: never, if it is long."""


def services_on(
    databases: Mapping[str, str], folder: Path, clock: FixedClock, ways: Ways
) -> dict[str, Service]:
    """Every service on its database, knowing where the others are and whose events to read."""
    services: dict[str, Service] = {}

    def settings(name: str) -> dict[str, Any]:
        urls = {f"{other}_url": services[other].address for other in NAMES}
        return {
            "service": name,
            "database_url": databases[name],
            "authentication": ways.authentication,
            "identity_folder": folder / "identity",
            "router_secret": ROUTER_SECRET,
            "event_sources": {other: services[other].origin for other in FOLLOWS[name]},
            "event_wait_seconds": 0.3,
            **urls,
        }

    def appointments() -> App:
        swept = AppointmentsSettings(**settings("appointments"), sweep_seconds=ways.sweep_seconds)
        return create_appointments(swept, clock)

    def billing() -> App:
        return create_billing(
            BillingSettings(**settings("billing"), pix_key="financeiro@vidamais.example"),
            clock,
            patience=Patience(first_pause_seconds=0.01, rest_seconds=0.2),
        )

    def health_plan() -> App:
        plan = HealthPlanSettings(
            database_path=f"{folder}/health_plan.db",
            failure_delay_seconds=3,
            analysis_seconds=ANALYSIS_SECONDS,
        )
        return create_health_plan(plan, now=clock.now)

    makers: dict[str, Callable[[], App]] = {
        "patients": lambda: create_app(
            patients_domain, ServiceSettings(**settings("patients")), clock
        ),
        "appointments": appointments,
        "records": lambda: create_records(RecordsSettings(**settings("records")), clock),
        "billing": billing,
        "health_plan": health_plan,
    }
    services |= {name: Service(name, make) for name, make in makers.items()}
    return services


@asynccontextmanager
async def started(services: Mapping[str, Service]) -> AsyncIterator[None]:
    """The services, running; stopped together, because they wait for each other's feeds."""
    try:
        for service in services.values():
            await service.start()
        yield
    finally:
        await asyncio.gather(*(service.stop() for service in services.values()))
