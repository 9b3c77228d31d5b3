"""The network as it is in production: router and services on sockets, everyone with a token."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
from clinic import DOMAINS, ROUTER_SECRET, SUPERGRAPH, Service, Ways, services_on, started
from people import Person

from router import Router
from router.gateway import GatewayOptions
from router.gateway.authorization.options import AuthenticationOptions
from router.gateway.options import ServiceOptions
from subgraphs.kit.auth.keys import key_in
from subgraphs.kit.auth.roles import Role
from subgraphs.kit.auth.settings import IdentitySettings
from subgraphs.kit.auth.tokens import Holder, Issuer
from subgraphs.kit.clock import FixedClock
from subgraphs.kit.database import Database

MONDAY_MORNING = datetime(2026, 11, 23, 10, 30, tzinfo=UTC)
"""Half past seven in São Paulo."""

MakeDatabase = Callable[[], AbstractAsyncContextManager[str]]

PATIENCE_SECONDS = 20.0
"""How long an event may take to arrive, on a busy machine."""


@dataclass
class Network:
    """The running network, its clock, and its people."""

    services: Mapping[str, Service]
    clock: FixedClock
    http: httpx.AsyncClient
    issuer: Issuer
    people: dict[str, Person] = field(default_factory=dict)

    def person(self, name: str, role: Role, **account: str) -> Person:
        """Somebody with a token of their own, the same one each time."""
        if name not in self.people:
            token = self.issuer.issue(Holder(name, role, **account), timedelta(hours=2))
            self.people[name] = Person(name, token, self.http, self.services["router"].address)
        return self.people[name]

    def database(self, service: str) -> Database:
        """A service's database, as the service itself has it open."""
        database: Database = self.services[service].app.state.database
        return database

    async def events(self, service: str) -> list[dict[str, Any]]:
        """All that a service has told, in order."""
        reader = self.person("service:reader", Role.SERVICE)
        url = f"{self.services[service].origin}/events"
        found: list[dict[str, Any]] = []
        while True:
            after = found[-1]["position"] if found else 0
            answer = await self.http.get(
                url, params={"after": after, "limit": 500}, headers=reader.headers
            )
            page = answer.raise_for_status().json()["events"]
            if not page:
                return found
            found += page

    async def settled(self) -> None:
        """Until every service has handled all that the others told; none of it may be parked."""
        for name in DOMAINS:
            await eventually(lambda name=name: self._is_up_to_date(name))

    async def _is_up_to_date(self, service: str) -> bool:
        subscriptions = self.services[service].app.state.subscriptions
        for subscription in subscriptions:
            heads = await self.events(subscription.name)
            async with self.database(service).read() as session:
                inbox = subscription.consumer.inbox
                position = await inbox.position(session, subscription.name)
                parked = await inbox.parked(session, subscription.name)
            assert parked == 0, f"{service} cannot handle {parked} events of {subscription.name}"
            if heads and position < heads[-1]["position"]:
                return False
        return True


async def eventually(found: Callable[[], Awaitable[Any]]) -> Any:
    """What `found` finds, as soon as it is something; what it raises, if that lasts."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not (something := await found()):  # noqa: ASYNC110 - it happens elsewhere
            await asyncio.sleep(0.05)
    return something


@asynccontextmanager
async def network_on(
    databases: Mapping[str, str], folder: Path, clock: FixedClock, ways: Ways | None = None
) -> AsyncIterator[Network]:
    """The network on these databases, from its start to its end."""
    identity = IdentitySettings(identity_folder=folder / "identity")
    key_in(folder / "identity")
    services = services_on(databases, folder, clock, ways or Ways())

    def router() -> Any:
        options = GatewayOptions(
            timeout=10.0,
            insert_headers=(("router-secret", ROUTER_SECRET),),
            services={name: ServiceOptions(services[name].address) for name in DOMAINS},
            authentication=AuthenticationOptions(
                jwks_file=folder / "identity" / "jwks.json",
                issuer=identity.jwt_issuer,
                audience=identity.jwt_audience,
            ),
        )
        router = Router.from_file(SUPERGRAPH, options=options)
        return router.asgi()

    services["router"] = Service("router", router)
    async with started(services), httpx.AsyncClient(timeout=30, trust_env=False) as http:
        yield Network(services, clock, http, Issuer(identity))


@asynccontextmanager
async def fresh_network(
    kind: str, folder: Path, make_postgresql: MakeDatabase, ways: Ways | None = None
) -> AsyncIterator[Network]:
    """A network on empty databases of a kind, on a Monday at half past seven."""
    databases = {name: f"sqlite:///{folder}/{name}.db" for name in DOMAINS}
    async with AsyncExitStack() as stack:
        if kind == "postgresql":
            for name in DOMAINS:
                databases[name] = await stack.enter_async_context(make_postgresql())
        clock = FixedClock(MONDAY_MORNING)
        yield await stack.enter_async_context(network_on(databases, folder, clock, ways))
