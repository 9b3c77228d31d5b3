"""Rows into a database, in bulk: COPY on PostgreSQL, ``executemany`` on SQLite."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import Table, text, update

from subgraphs.kit.database import Database, Session

BATCH = 5_000

Row = Mapping[str, Any]
ItemT = TypeVar("ItemT")
Advance = Callable[[int], None]
"""Told after each parcel how many rows it had."""


@dataclass(frozen=True, slots=True)
class TableRows:
    """Rows of one table.

    ``held_back`` gives columns another value until everything is loaded: an invoice stays a draft
    until its lines are there, because the database lets nobody add a line to an issued one.
    """

    table: Table
    rows: Sequence[Row]
    held_back: Mapping[str, Any] = field(default_factory=dict)


Parcel = Sequence[TableRows]
"""Rows that belong together, in an order that satisfies foreign keys."""


def batches(items: Iterable[ItemT], size: int = BATCH) -> Iterator[list[ItemT]]:
    """The items, some at a time."""
    iterator = iter(items)
    while batch := list(islice(iterator, size)):
        yield batch


def batch_count(items: int) -> int:
    """How many batches that many items make."""
    return -(-items // BATCH)


async def load(database: Database, parcels: Iterable[Parcel], advance: Advance) -> None:
    """Load all, in one transaction."""
    async with database.transaction() as session:
        writer = await _Writer.of(database, session)
        for parcel in parcels:
            for part in parcel:
                await writer.write(part)
            for part in parcel:
                await _let_go(session, part)
            advance(sum(len(part.rows) for part in parcel))


class _Writer:
    """Writes rows past the ORM, over the driver, with the columns' own conversions."""

    def __init__(self, database: Database, driver: Any) -> None:
        self._dialect = database.engine.dialect
        self._copies = database.is_postgresql
        self._driver = driver

    @classmethod
    async def of(cls, database: Database, session: Session) -> "_Writer":
        """A writer inside the session's transaction."""
        await session.execute(text("SELECT 1"))  # the driver begins a transaction when first used
        connection = await (await session.connection()).get_raw_connection()
        return cls(database, connection.driver_connection)

    async def write(self, part: TableRows) -> None:
        """Add the rows."""
        if not part.rows:
            return
        columns = [part.table.c[name] for name in part.rows[0]]
        records = self._records(columns, part)
        names = [column.name for column in columns]
        if self._copies:
            await self._driver.copy_records_to_table(
                part.table.name, records=records, columns=names
            )
            return
        marks = ", ".join("?" * len(names))
        quoted = ", ".join(f'"{name}"' for name in names)
        await self._driver.executemany(
            f'INSERT INTO "{part.table.name}" ({quoted}) VALUES ({marks})', records
        )

    def _records(self, columns: Sequence[Any], part: TableRows) -> list[tuple[Any, ...]]:
        converters = [
            (
                column.name,
                column.type.dialect_impl(self._dialect).bind_processor(self._dialect) or _as_it_is,
            )
            for column in columns
        ]
        held_back = part.held_back
        return [
            tuple(
                convert(held_back[name] if name in held_back else row[name])
                for name, convert in converters
            )
            for row in part.rows
        ]


def _as_it_is(value: Any) -> Any:
    return value


async def _let_go(session: Session, part: TableRows) -> None:
    """Give the columns that were held back their own values."""
    if not part.held_back:
        return
    [key] = part.table.primary_key.columns
    groups: dict[tuple[Any, ...], list[Any]] = {}
    for row in part.rows:
        groups.setdefault(tuple(row[name] for name in part.held_back), []).append(row[key.name])
    for values, keys in groups.items():
        own = dict(zip(part.held_back, values, strict=True))
        await session.execute(update(part.table).where(key.in_(keys)).values(own))
