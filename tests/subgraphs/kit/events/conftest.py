"""Two services in miniature: one that tells what happens to its things, one that keeps a replica.

Each has a database of its own and the feed between them is real HTTP on a free port.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import strawberry
import uvicorn
from fastapi import FastAPI
from sqlalchemy import Column, Integer, MetaData, String, Table, insert, select, update

from subgraphs.kit.app import Domain, create_app
from subgraphs.kit.auth.roles import Role
from subgraphs.kit.auth.service_auth import ServiceAuth
from subgraphs.kit.auth.settings import IdentitySettings
from subgraphs.kit.auth.tokens import Holder, Issuer
from subgraphs.kit.clock import FixedClock
from subgraphs.kit.columns import new_metadata
from subgraphs.kit.context import Context
from subgraphs.kit.database import Database, Session
from subgraphs.kit.events.consumer import Consumer
from subgraphs.kit.events.event import Event, Fact
from subgraphs.kit.events.inbox import Inbox
from subgraphs.kit.events.outbox import Outbox
from subgraphs.kit.events.source import EventSource, HttpEventSource
from subgraphs.kit.events.subscription import Subscription
from subgraphs.kit.graphql import build_schema
from subgraphs.kit.settings import ServiceSettings

MORNING = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


@strawberry.type
class Query:
    @strawberry.field
    def nothing(self) -> str:
        return ""


class Teller:
    """The service that owns things and tells what happens to them."""

    def __init__(self) -> None:
        self.metadata: MetaData = new_metadata()
        self.outbox = Outbox(self.metadata)
        self.things = Table(
            "things",
            self.metadata,
            Column("id", String(36), primary_key=True),
            Column("version", Integer, nullable=False),
            Column("name", String(100), nullable=False),
        )

    async def name(self, session: Session, id: str, name: str) -> int:
        """Give a thing a name, as its next version, and tell it; the version."""
        things = self.things
        changed = await session.execute(
            update(things)
            .where(things.c.id == id)
            .values(version=things.c.version + 1, name=name)
            .returning(things.c.version)
        )
        version: int | None = changed.scalar()
        if version is None:
            version = 1
            await session.execute(insert(things).values(id=id, version=1, name=name))
        fact = Fact("ThingNamed", "Thing", id, version, {"name": name})
        await self.outbox.record(session, fact, MORNING)
        return version


class Listener:
    """The service that keeps a replica of the names, and counts how often it was told."""

    def __init__(self) -> None:
        self.metadata: MetaData = new_metadata()
        self.inbox = Inbox(self.metadata)
        self.replica = Table(
            "replica",
            self.metadata,
            Column("id", String(36), primary_key=True),
            Column("name", String(100), nullable=False),
            Column("told", Integer, nullable=False),
        )
        self.consumer = Consumer(self.inbox)
        self.consumer.on("ThingNamed")(self.named)
        self.poison: set[str] = set()
        self.seen: list[tuple[str, int]] = []

    async def named(self, session: Session, event: Event) -> None:
        replica, name = self.replica, event.payload["name"]
        known = await session.execute(
            update(replica)
            .where(replica.c.id == event.aggregate_id)
            .values(name=name, told=replica.c.told + 1)
            .returning(replica.c.id)
        )
        if known.first() is None:
            await session.execute(insert(replica).values(id=event.aggregate_id, name=name, told=1))
        if name in self.poison:
            raise ValueError(f"{name} cannot be handled")
        self.seen.append((event.aggregate_id, event.version))

    async def names(self, database: Database) -> dict[str, tuple[str, int]]:
        async with database.read() as session:
            rows = await session.execute(select(self.replica))
        return {row.id: (row.name, row.told) for row in rows}


async def create_tables(database: Database, metadata: MetaData) -> None:
    async with database.transaction() as session:
        await (await session.connection()).run_sync(metadata.create_all)


STEP = """
revision = "0001"
down_revision = None


def upgrade() -> None:
    pass
"""


class Server(uvicorn.Server):
    """One that tells when it listens."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = asyncio.Event()

    async def startup(self, sockets: Any = None) -> None:
        await super().startup(sockets)
        self.ready.set()


@dataclass
class Network:
    """Both services: the teller's app, its address while it is up, and both databases."""

    teller: Teller
    listener: Listener
    told: Database
    heard: Database
    make_app: Callable[[], FastAPI]
    identity: IdentitySettings
    clock: FixedClock = field(default_factory=lambda: FixedClock(MORNING))

    async def name(self, id: str, name: str) -> None:
        async with self.told.transaction() as session:
            await self.teller.name(session, id, name)

    async def names(self) -> dict[str, tuple[str, int]]:
        return await self.listener.names(self.heard)

    def token(self, role: Role) -> dict[str, str]:
        token = Issuer(self.identity).issue(Holder("x", role), timedelta(minutes=5))
        return {"authorization": f"Bearer {token}"}

    def subscription(self, source: EventSource) -> Subscription:
        return Subscription("teller", source, self.listener.consumer, self.heard, self.clock)

    @asynccontextmanager
    async def reading(self, url: str) -> AsyncIterator[Subscription]:
        """The listener's subscription to a feed over HTTP."""
        async with httpx.AsyncClient(auth=ServiceAuth("listener", self.identity)) as client:
            yield self.subscription(HttpEventSource(client, url))

    def listening_app(self, sources: dict[str, str]) -> FastAPI:
        """The listener as an app that reads by itself."""
        schema, consumer = build_schema(query=Query), self.listener.consumer
        domain = Domain("listener", schema, Context, "no_migrations", consumer=consumer)
        settings = ServiceSettings(
            database_url=self.heard.url_text,
            identity_folder=self.identity.identity_folder,
            event_sources=sources,
        )
        return create_app(domain, settings)

    @asynccontextmanager
    async def served(self, app: FastAPI | None = None, port: int = 0) -> AsyncIterator[str]:
        """An app (the teller's) on a real socket; its address."""
        config = uvicorn.Config(app or self.make_app(), port=port, log_config=None)
        server = Server(config)
        serving = asyncio.create_task(server.serve())
        await server.ready.wait()
        bound = server.servers[0].sockets[0].getsockname()[1]
        try:
            yield f"http://127.0.0.1:{bound}"
        finally:
            server.should_exit = True
            await serving

    async def eventually(self, condition: Callable[[], Any]) -> None:
        """Until the condition holds, for ten seconds at most."""
        async with asyncio.timeout(10):
            while True:
                found = condition()
                if await found if asyncio.iscoroutine(found) else found:
                    return
                await asyncio.sleep(0.02)

    @asynccontextmanager
    async def in_process(self) -> AsyncIterator[httpx.AsyncClient]:
        """A client that asks the teller's app without a network."""
        app = self.make_app()
        transport = httpx.ASGITransport(app=app)
        async with (
            app.router.lifespan_context(app),
            httpx.AsyncClient(transport=transport, base_url="http://teller") as client,
        ):
            yield client


@pytest.fixture
def make_network(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[str], AbstractAsyncContextManager[Network]]:
    package = tmp_path / "no_migrations"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "step_0001_first.py").write_text(STEP)
    monkeypatch.syspath_prepend(str(tmp_path))
    identity = IdentitySettings(identity_folder=tmp_path / "identity")

    @asynccontextmanager
    async def make(url: str) -> AsyncIterator[Network]:
        teller, listener = Teller(), Listener()
        told = Database(url)
        # On SQLite the listener has a file of its own; on PostgreSQL they share a database, where
        # their tables do not meet.
        heard = Database(url if told.is_postgresql else f"sqlite:///{tmp_path}/listener.db")
        domain = Domain(
            "teller", build_schema(query=Query), Context, "no_migrations", outbox=teller.outbox
        )

        def make_app() -> FastAPI:
            settings: dict[str, Any] = {"identity_folder": identity.identity_folder}
            return create_app(domain, ServiceSettings(database_url=url, **settings))

        try:
            await create_tables(told, teller.metadata)
            await create_tables(heard, listener.metadata)
            yield Network(teller, listener, told, heard, make_app, identity)
        finally:
            await told.dispose()
            await heard.dispose()

    return make


@pytest.fixture
async def network(
    database_url: str, make_network: Callable[[str], AbstractAsyncContextManager[Network]]
) -> AsyncIterator[Network]:
    async with make_network(database_url) as network:
        yield network
