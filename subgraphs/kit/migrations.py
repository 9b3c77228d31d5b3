"""Alembic, driven by the program: a domain's ``migrations`` package holds nothing but its steps."""

import asyncio
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

import structlog
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData, text
from sqlalchemy.exc import SQLAlchemyError

from subgraphs.kit.database import Database

logger = structlog.get_logger()

# Two processes that start together must not migrate at once; the number only has to be ours.
_ADVISORY_LOCK = 5_001_000
# Alembic's ``op`` is one for the process, so migrations of one event loop take turns.
_turns: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Lock] = WeakKeyDictionary()


def directory_of(package: str) -> Path:
    """Where a package's steps lie."""
    module = import_module(package)
    return Path(next(iter(module.__path__)))


def scripts_of(package: str) -> ScriptDirectory:
    """The steps that a package holds."""
    directory = str(directory_of(package))
    config = Config()
    config.set_main_option("script_location", directory)
    config.set_main_option("version_locations", directory)
    config.set_main_option("path_separator", "newline")
    return ScriptDirectory.from_config(config)


async def upgrade(database: Database, package: str, revision: str = "head") -> None:
    """Bring the database up to ``revision`` of a package's migrations, in one transaction."""
    scripts = scripts_of(package)
    await _migrate(database, lambda heads, _context: scripts._upgrade_revs(revision, heads))


async def downgrade(database: Database, package: str, revision: str = "base") -> None:
    """Take the database back to ``revision``, in one transaction. Data of later steps are lost."""
    scripts = scripts_of(package)
    await _migrate(database, lambda heads, _context: scripts._downgrade_revs(revision, heads))


async def _migrate(database: Database, steps: Callable[[Any, MigrationContext], Any]) -> None:
    def run(connection: Connection) -> None:
        if database.is_postgresql:
            connection.execute(
                text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _ADVISORY_LOCK}
            )
        migration = MigrationContext.configure(connection, opts={"fn": steps})
        with Operations.context(migration):
            migration.run_migrations()

    turn = _turns.setdefault(asyncio.get_running_loop(), asyncio.Lock())
    # SQLite changes a table by copying it, and dropping the old one must not cascade.
    migrated = Database(database.url_text, enforce_foreign_keys=False)
    try:
        async with turn, migrated.transaction() as session:
            await (await session.connection()).run_sync(run)
    finally:
        await migrated.dispose()


def heads(package: str) -> frozenset[str]:
    """The newest steps of a package's migrations."""
    return frozenset(scripts_of(package).get_heads())


async def applied(database: Database) -> frozenset[str]:
    """The steps at which the database stands."""

    def current(connection: Connection) -> frozenset[str]:
        return frozenset(MigrationContext.configure(connection).get_current_heads())

    async with database.read() as session:
        return await (await session.connection()).run_sync(current)


async def why_not_ready(database: Database, expected: frozenset[str]) -> str | None:
    """Why a service cannot work on the database; None where it can."""
    try:
        return None if await applied(database) == expected else "the database is not migrated"
    except (SQLAlchemyError, OSError) as error:
        logger.warning("the database does not answer", error_type=type(error).__qualname__)
        return "the database does not answer"


async def differences(database: Database, metadata: MetaData) -> list[Any]:
    """What the models say and the migrated database does not have; for tests."""

    def compare(connection: Connection) -> list[Any]:
        found: list[Any] = compare_metadata(MigrationContext.configure(connection), metadata)
        return found

    async with database.read() as session:
        return await (await session.connection()).run_sync(compare)
