"""Four databases on each kind of server, filled once for all tests that read them."""

import asyncio
import io
import os
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest
from rich.console import Console

from subgraphs.seed.databases import METADATA
from subgraphs.seed.fill import fill
from subgraphs.seed.plan import SIZES, SeedPlan

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


@pytest.fixture
def empty_urls(tmp_path: Path) -> dict[str, str]:
    """The addresses of four databases that are not there yet."""
    return {service: f"sqlite:///{tmp_path}/{service}.db" for service in METADATA}
