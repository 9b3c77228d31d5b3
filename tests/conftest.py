"""What all tests share: databases of their own, the option that rewrites golden pages, and a proof.

Every plan that any planner makes in any test is proved sound, and the test fails that made another.
"""

import os
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from uuid import uuid4

import asyncpg
import pytest

from router.operation.model import Operation
from router.planner import Planner
from router.planner.proof import prove
from router.query_plan.nodes import QueryPlan
from router.supergraph.model import Supergraph


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-golden",
        action="store_true",
        help="Rewrite the golden pages from what the code answers now.",
    )


@pytest.fixture
def update_golden(request: pytest.FixtureRequest) -> bool:
    """Whether golden pages are rewritten instead of compared."""
    return bool(request.config.getoption("--update-golden"))


@pytest.fixture(autouse=True)
def sound_plans(request: pytest.FixtureRequest) -> Iterator[None]:
    """Prove every plan that the test makes, unless it is marked `unproved` with a reason."""
    if request.node.get_closest_marker("unproved") is not None:
        yield
        return
    problems: list[str] = []

    def watch(
        supergraph: Supergraph, operation: Operation, labels: Mapping[str, bool], plan: QueryPlan
    ) -> None:
        on = [label for label, is_on in labels.items() if is_on]
        problems.extend(prove(plan, operation, supergraph, on))

    Planner.watchers.append(watch)
    yield
    Planner.watchers.remove(watch)
    assert problems == []


@asynccontextmanager
async def postgresql_database() -> AsyncIterator[str]:
    """The address of an empty PostgreSQL database, dropped at the end."""
    server = os.environ.get("SGM_TEST_POSTGRES_URL")
    if not server:
        pytest.skip("SGM_TEST_POSTGRES_URL is not set; `tests/postgres start` starts a server")
    name = f"sgm_test_{uuid4().hex}"
    connection = await asyncpg.connect(server)
    try:
        await connection.execute(f'CREATE DATABASE "{name}" TEMPLATE template0')
        yield f"{server.rpartition('/')[0]}/{name}"
        await connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
    finally:
        await connection.close()


@pytest.fixture(name="postgresql_database", scope="session")
def postgresql_database_maker() -> Callable[[], AbstractAsyncContextManager[str]]:
    """Makes PostgreSQL databases; skips the test where there is no server."""
    return postgresql_database
