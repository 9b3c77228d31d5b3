"""A service's database: one engine, a session per read, a transaction per mutation."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, event, make_url
from sqlalchemy.ext.asyncio import (
    AsyncEngine,
    AsyncSession,
    async_sessionmaker,
    create_async_engine,
)

from subgraphs.kit.settings import async_database_url

# A prepared statement gets a plan for any values after five runs; for a search by parts of names
# that plan walks the whole table. Planning for the values at hand costs a tenth of a millisecond.
_SERVER_SETTINGS = {"plan_cache_mode": "force_custom_plan"}

Session = AsyncSession
"""What a service is handed; it neither commits nor rolls back."""

_WRITES = "sgm_writes"


class Database:
    """SQLite or PostgreSQL behind one pool.

    A session serves one task: siblings that read at once each take their own. Errors never show
    the values of a statement, which may be personal data.
    """

    def __init__(self, url: str, *, enforce_foreign_keys: bool = True) -> None:
        self.url = make_url(async_database_url(url))
        self.enforce_foreign_keys = enforce_foreign_keys
        self.engine = _make_engine(self)
        reader, writer = _reader(self.engine), _writer(self.engine)
        self._read = async_sessionmaker(reader, expire_on_commit=False)
        self._write = async_sessionmaker(writer, expire_on_commit=False)

    @property
    def is_postgresql(self) -> bool:
        """Whether it is PostgreSQL; else it is SQLite."""
        return self.url.get_backend_name() == "postgresql"

    @property
    def url_text(self) -> str:
        """The address with its password, for a further connection; never for a log."""
        return self.url.render_as_string(hide_password=False)

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Session]:
        """A session of one's own, for reading. On PostgreSQL each statement stands alone."""
        async with self._read() as session:
            yield session

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Session]:
        """A session that commits at the end, and rolls back where an exception passes.

        On SQLite it takes the write lock at once, so that two writers queue instead of failing.
        """
        async with self._write.begin() as session:
            yield session

    async def dispose(self) -> None:
        """Close every connection."""
        await self.engine.dispose()


def _make_engine(database: Database) -> AsyncEngine:
    url = database.url
    if database.is_postgresql:
        return create_async_engine(
            url,
            hide_parameters=True,
            pool_pre_ping=True,
            connect_args={"server_settings": _SERVER_SETTINGS},
        )
    if url.database and url.database != ":memory:":
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_async_engine(url, hide_parameters=True)
    event.listen(engine.sync_engine, "connect", _prepare_sqlite(database))
    event.listen(engine.sync_engine, "begin", _begin_sqlite)
    return engine


def _reader(engine: AsyncEngine) -> AsyncEngine:
    if engine.dialect.name == "postgresql":
        return engine.execution_options(isolation_level="AUTOCOMMIT")
    return engine


def _writer(engine: AsyncEngine) -> AsyncEngine:
    return engine.execution_options(**{_WRITES: True})


def _prepare_sqlite(database: Database) -> Callable[[Any, Any], None]:
    pragmas = (
        f"foreign_keys = {'ON' if database.enforce_foreign_keys else 'OFF'}",
        "busy_timeout = 10000",
        "journal_mode = WAL",
        "synchronous = NORMAL",
    )

    def prepare(connection: Any, _record: Any) -> None:
        # The driver must not begin transactions by itself: _begin_sqlite does, with its lock.
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in pragmas:
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    return prepare


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get(_WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
