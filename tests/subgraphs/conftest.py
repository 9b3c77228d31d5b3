"""Real databases for the domains' tests: each test that asks for one runs on both."""

import asyncio
import io
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import (
    AbstractAsyncContextManager,
    AbstractContextManager,
    AsyncExitStack,
    contextmanager,
)
from datetime import date
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
import httpx
import pytest
from fastapi import FastAPI
from rich.console import Console
from sqlalchemy import event

from subgraphs.kit.database import Database
from subgraphs.seed.databases import METADATA
from subgraphs.seed.fill import fill
from subgraphs.seed.plan import SIZES, SeedPlan


@pytest.fixture(autouse=True)
def router_headers(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """What a request carries that comes by the router, as nearly all do."""
    monkeypatch.setenv("ROUTER_SECRET", "the-router-of-the-tests")
    return {"router-secret": "the-router-of-the-tests"}


@pytest.fixture(params=["sqlite", "postgresql"])
async def database_url(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    postgresql_database: Callable[[], AbstractAsyncContextManager[str]],
) -> AsyncIterator[str]:
    """The address of an empty database of the test's own."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/test.db"
        return
    async with postgresql_database() as url:
        yield url


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """An empty database, open."""
    database = Database(database_url)
    yield database
    await database.dispose()


class GraphQLClient:
    """Asks an app that runs in this process, over its real HTTP endpoint."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self.http = http

    async def ask(self, query: str, **variables: Any) -> dict[str, Any]:
        """The whole answer."""
        response = await self.http.post("/graphql", json={"query": query, "variables": variables})
        assert response.status_code == 200, response.text
        answer: dict[str, Any] = response.json()
        return answer

    async def data(self, query: str, **variables: Any) -> Any:
        """The data of an answer that must have no errors."""
        answer = await self.ask(query, **variables)
        assert "errors" not in answer, answer["errors"]
        return answer["data"]

    async def entities(self, selection: str, representations: list[dict[str, Any]]) -> Any:
        """What ``_entities`` answers."""
        query = f"query ($of: [_Any!]!) {{ _entities(representations: $of) {{ {selection} }} }}"
        return (await self.data(query, of=representations))["_entities"]


@pytest.fixture
async def serve(
    router_headers: dict[str, str],
) -> AsyncIterator[Callable[[FastAPI], Awaitable[GraphQLClient]]]:
    """Starts apps in this process, and ends them after the test."""
    async with AsyncExitStack() as stack:

        async def start(app: FastAPI) -> GraphQLClient:
            await stack.enter_async_context(app.router.lifespan_context(app))
            transport = httpx.ASGITransport(app=app)
            http = httpx.AsyncClient(
                transport=transport, base_url="http://service", headers=router_headers
            )
            return GraphQLClient(await stack.enter_async_context(http))

        yield start


@pytest.fixture
def statements() -> Callable[[Database], AbstractContextManager[list[str]]]:
    """Records the SQL that a database runs: ``with statements(database) as ran``."""

    @contextmanager
    def record(database: Database) -> Iterator[list[str]]:
        ran: list[str] = []

        def note(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            if not statement.startswith("BEGIN"):
                ran.append(statement)

        event.listen(database.engine.sync_engine, "before_cursor_execute", note)
        yield ran
        event.remove(database.engine.sync_engine, "before_cursor_execute", note)

    return record


PLAN = SeedPlan(SIZES["tiny"], date(2026, 11, 24))


async def _each(server: str, statement: str, names: dict[str, str]) -> None:
    connection = await asyncpg.connect(server)
    for name in names.values():
        await connection.execute(statement.format(name))
    await connection.close()


def _postgresql() -> Iterator[dict[str, str]]:
    server = os.environ.get("SGM_TEST_POSTGRES_URL")
    if not server:
        pytest.skip("SGM_TEST_POSTGRES_URL is not set; `tests/postgres start` starts a server")
    names = {service: f"sgm_seed_{service}_{uuid4().hex}" for service in METADATA}
    asyncio.run(_each(server, 'CREATE DATABASE "{}" TEMPLATE template0', names))
    yield {service: f"{server.rpartition('/')[0]}/{name}" for service, name in names.items()}
    asyncio.run(_each(server, 'DROP DATABASE "{}" WITH (FORCE)', names))


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def filled(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, str]]:
    """The addresses of four databases that hold the tiny network."""
    if request.param == "sqlite":
        folder = tmp_path_factory.mktemp("filled")
        urls = {service: f"sqlite:///{folder}/{service}.db" for service in METADATA}
        asyncio.run(fill(urls, PLAN, Console(file=io.StringIO())))
        yield urls
        return
    for urls in _postgresql():
        asyncio.run(fill(urls, PLAN, Console(file=io.StringIO())))
        yield urls
