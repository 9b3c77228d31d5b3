"""A check: the rows that it goes through, page by page, and how it judges a page.

Services share no database, so nothing is joined: a page's ids are looked up where they should be
known, a thousand at a time. Memory stays bounded however large the network is.
"""

from collections.abc import (
    AsyncIterator,
    Awaitable,
    Callable,
    Collection,
    Iterable,
    Mapping,
    Sequence,
)
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import InstrumentedAttribute

from subgraphs.kit.database import Database
from subgraphs.reconcile.finding import Finding

PAGE = 1000

Rows = Select[*tuple[Any, ...]]
Key = InstrumentedAttribute[Any]
Databases = Mapping[str, Database]
Judge = Callable[[Databases, Sequence[Any]], Awaitable[Iterable[Finding]]]


@dataclass(frozen=True, slots=True)
class Check:
    """What to go through in which service's database, in the order of a unique column."""

    title: str
    service: str
    rows: Rows
    key: Key
    judge: Judge

    async def count(self, databases: Databases) -> int:
        """How many rows there are to go through."""
        async with databases[self.service].read() as session:
            statement = select(func.count()).select_from(self.rows.subquery())
            return await session.scalar(statement) or 0

    async def pages(self, databases: Databases) -> AsyncIterator[Sequence[Any]]:
        """The rows, some at a time."""
        statement = self.rows.order_by(self.key).limit(PAGE)
        after = ""
        while True:
            async with databases[self.service].read() as session:
                page = (await session.execute(statement.where(self.key > after))).all()
            if page:
                yield page
                after = page[-1][0]
            if len(page) < PAGE:
                return


async def found(database: Database, wanted: Rows, key: Key, ids: Collection[str]) -> Sequence[Any]:
    """The rows whose key is among these ids."""
    async with database.read() as session:
        return (await session.execute(wanted.where(key.in_(ids)))).all()


async def by_id(database: Database, wanted: Rows, key: Key, ids: Collection[str]) -> dict[str, Any]:
    """The rows with these ids, by their first column."""
    return {row[0]: row for row in await found(database, wanted, key, ids)}
