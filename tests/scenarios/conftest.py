"""The clinic of the scenarios: every service for real, in one process, with a clock to move."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
import pytest_asyncio
from clinic import DOMAINS, ROUTER_SECRET, SUPERGRAPH, Clinic, Ways, services_on, started
from network import MONDAY_MORNING, MakeDatabase, Network, fresh_network
from staff import Staff
from workplace import World, open_clinic

from router import Router
from router.gateway import GatewayOptions
from router.gateway.options import ServiceOptions
from subgraphs.kit.clock import FixedClock

pytest.register_assert_rewrite("day")


@pytest.fixture
def clock() -> FixedClock:
    """Monday, half past seven in the morning, until moved."""
    return FixedClock(MONDAY_MORNING)


@pytest_asyncio.fixture(params=["sqlite", "postgresql"])
async def databases(
    request: pytest.FixtureRequest, tmp_path: Path, postgresql_database: MakeDatabase
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
    """A network with nothing in it yet, that can be explored without a token."""
    services = services_on(databases, tmp_path, clock, Ways(authentication="optional"))
    options = GatewayOptions(
        timeout=5.0,
        insert_headers=(("router-secret", ROUTER_SECRET),),
        services={name: ServiceOptions(services[name].address) for name in DOMAINS},
    )
    async with started(services):
        router = Router.from_file(SUPERGRAPH, options=options)
        try:
            yield Clinic(services, router)
        finally:
            await router.close()


@pytest.fixture
def staff(clinic: Clinic) -> Staff:
    """The people who work there."""
    return Staff(clinic)


@pytest_asyncio.fixture(scope="module", loop_scope="module", params=["sqlite", "postgresql"])
async def network(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    postgresql_database: MakeDatabase,
) -> AsyncIterator[Network]:
    """One network for all tests of a module, before which the router demands tokens."""
    folder = tmp_path_factory.mktemp("network")
    async with fresh_network(request.param, folder, postgresql_database) as network:
        yield network


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world(network: Network) -> World:
    """A clinic in that network, with its staff at work."""
    return await open_clinic(network)
