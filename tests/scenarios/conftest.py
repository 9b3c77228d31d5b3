"""The clinic of the scenarios: every service for real, in one process, with a clock to move."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path

import pytest
import pytest_asyncio
from clinic import DOMAINS, NAMES, ROUTER_SECRET, SUPERGRAPH, Clinic, Service
from staff import Staff

import subgraphs.appointments.app
import subgraphs.billing.app
import subgraphs.health_plan.app
import subgraphs.patients.app
import subgraphs.records.app
from router import Router
from router.gateway import GatewayOptions
from router.gateway.options import ServiceOptions
from subgraphs.health_plan.settings import HealthPlanSettings
from subgraphs.kit.app import create_app
from subgraphs.kit.clock import FixedClock
from subgraphs.kit.settings import ServiceSettings

MONDAY_MORNING = datetime(2026, 11, 23, 10, 30, tzinfo=UTC)
"""Half past seven in São Paulo."""


def services_on(
    databases: Mapping[str, str], folder: Path, clock: FixedClock
) -> dict[str, Service]:
    """Every service on its database, knowing where the others are."""
    services: dict[str, Service] = {}

    def settings(name: str) -> dict[str, str]:
        urls = {f"{other}_url": services[other].address for other in NAMES}
        return {
            "service": name,
            "database_url": databases[name],
            "authentication": "optional",
            "identity_folder": f"{folder}/identity",
            "router_secret": ROUTER_SECRET,
            **urls,
        }

    makers = {
        "patients": lambda: create_app(
            subgraphs.patients.app.domain, ServiceSettings(**settings("patients")), clock
        ),
        "appointments": lambda: subgraphs.appointments.app.create(
            subgraphs.appointments.app.AppointmentsSettings(**settings("appointments")), clock
        ),
        "records": lambda: subgraphs.records.app.create(
            subgraphs.records.app.RecordsSettings(**settings("records")), clock
        ),
        "billing": lambda: subgraphs.billing.app.create(
            subgraphs.billing.app.BillingSettings(**settings("billing")), clock
        ),
        "health_plan": lambda: subgraphs.health_plan.app.create_app(
            HealthPlanSettings(failure_delay_seconds=3, analysis_seconds=0.2), now=clock.now
        ),
    }
    services |= {name: Service(name, make) for name, make in makers.items()}
    return services


@pytest.fixture
def clock() -> FixedClock:
    """Monday, half past seven in the morning, until moved."""
    return FixedClock(MONDAY_MORNING)


@pytest_asyncio.fixture(params=["sqlite", "postgresql"])
async def databases(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    postgresql_database: Callable[[], AbstractAsyncContextManager[str]],
) -> AsyncIterator[dict[str, str]]:
    """An empty database for each service."""
    if request.param == "sqlite":
        yield {name: f"sqlite:///{tmp_path}/{name}.db" for name in DOMAINS}
        return
    async with AsyncExitStack() as stack:
        yield {name: await stack.enter_async_context(postgresql_database()) for name in DOMAINS}


@pytest_asyncio.fixture
async def clinic(
    databases: dict[str, str], tmp_path: Path, clock: FixedClock
) -> AsyncIterator[Clinic]:
    """A network with nothing in it yet."""
    services = services_on(databases, tmp_path, clock)
    for service in services.values():
        await service.start()
    options = GatewayOptions(
        timeout=5.0,
        insert_headers=(("router-secret", ROUTER_SECRET),),
        services={name: ServiceOptions(services[name].address) for name in DOMAINS},
    )
    router = Router.from_file(SUPERGRAPH, options=options)
    try:
        yield Clinic(services, router)
    finally:
        await router.close()
        for service in services.values():
            await service.stop()


@pytest.fixture
def staff(clinic: Clinic) -> Staff:
    """The people who work there."""
    return Staff(clinic)
