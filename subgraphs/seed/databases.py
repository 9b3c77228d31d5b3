"""The four databases: opened, migrated, asked whether they are empty, emptied."""

import os
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import MetaData, select, text

from subgraphs.appointments.models import Base as AppointmentsBase
from subgraphs.billing.models import Base as BillingBase
from subgraphs.kit import migrations
from subgraphs.kit.database import Database
from subgraphs.patients.models import Base as PatientsBase
from subgraphs.records.models import Base as RecordsBase

METADATA: Mapping[str, MetaData] = {
    "patients": PatientsBase.metadata,
    "appointments": AppointmentsBase.metadata,
    "records": RecordsBase.metadata,
    "billing": BillingBase.metadata,
}
"""What each service with a database stores."""


def database_urls(data: Path, template: str | None = None) -> dict[str, str]:
    """The database of each service.

    A service's own variable (``PATIENTS_DATABASE_URL``) goes first, then the template with
    ``{service}`` in it, then a SQLite file in the data folder. The variable for all services is
    left out of account: they do not share a database.
    """
    pattern = template or f"sqlite:///{data}/{{service}}.db"
    return {
        name: os.environ.get(f"{name.upper()}_DATABASE_URL") or pattern.format(service=name)
        for name in METADATA
    }


class DatabasesHoldData(Exception):
    """Some of the databases hold data already; the message says which, and what to do."""


@dataclass(frozen=True, slots=True)
class Contents:
    """Which of the databases hold any row."""

    filled: tuple[str, ...]

    @property
    def none(self) -> bool:
        """Whether all are empty."""
        return not self.filled

    @property
    def all(self) -> bool:
        """Whether every one holds something."""
        return len(self.filled) == len(METADATA)


@asynccontextmanager
async def opened(urls: Mapping[str, str]) -> AsyncIterator[dict[str, Database]]:
    """The databases, migrated."""
    async with AsyncExitStack() as stack:
        databases = {}
        for name in METADATA:
            database = Database(urls[name])
            stack.push_async_callback(database.dispose)
            await migrations.upgrade(database, f"subgraphs.{name}.migrations")
            databases[name] = database
        yield databases


async def contents(databases: Mapping[str, Database]) -> Contents:
    """Which hold data."""
    return Contents(tuple([name for name, one in databases.items() if await _holds(name, one)]))


async def _holds(name: str, database: Database) -> bool:
    async with database.read() as session:
        for table in METADATA[name].sorted_tables:
            if (await session.execute(select(table).limit(1))).first():
                return True
    return False


async def empty(urls: Mapping[str, str]) -> None:
    """Drop everything in them: rows that are signed or issued cannot be deleted one by one."""
    for url in urls.values():
        database = Database(url)
        try:
            if database.is_postgresql:
                async with database.transaction() as session:
                    await session.execute(text("DROP SCHEMA public CASCADE"))
                    await session.execute(text("CREATE SCHEMA public"))
        finally:
            await database.dispose()
        if not database.is_postgresql:
            _delete_files(database)


def _delete_files(database: Database) -> None:
    path = database.url.database
    for ending in ("", "-wal", "-shm") if path else ():
        Path(f"{path}{ending}").unlink(missing_ok=True)
