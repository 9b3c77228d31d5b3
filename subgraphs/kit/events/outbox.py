"""The outbox: events written in the transaction of their effect, and numbered after it committed.

Why no reader misses an event, and an aggregate's events keep their order (the decision is 0041):

* A row is written without a position. Positions are given by ``publish``, one transaction at a
  time under a lock that it holds until it committed, and only to rows that it sees, which are
  committed. So when somebody sees position *n*, each lower position was committed earlier and is
  seen too; what commits later gets a higher one. A reader who goes on after *n* skips nothing.
* ``publish`` numbers the rows in the order of ``sequence``, which the database gives at insertion.
  Two changes of one aggregate exclude each other by the lock on its row until they commit, and
  each records its event after its change. So the later one has the higher sequence, and whoever
  sees it sees the earlier one.
"""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    UniqueConstraint,
    event,
    exists,
    func,
    insert,
    select,
    update,
)

from subgraphs.kit.columns import Identifier, UtcDateTime
from subgraphs.kit.database import Database, Session
from subgraphs.kit.events.event import Event, Fact
from subgraphs.kit.identifiers import new_id

# The number only has to be one that nothing else in the database locks.
_ADVISORY_LOCK = 5_002_000
_PUBLISHED_AT_ONCE = 1000


class Outbox:
    """The events of one service, in its own database: ``outbox = Outbox(Base.metadata)``."""

    def __init__(self, metadata: MetaData) -> None:
        position = Column("position", BigInteger, nullable=True)
        self.table = Table(
            "outbox_events",
            metadata,
            Column("sequence", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
            position,
            Column("id", Identifier, nullable=False),
            Column("type", String(100), nullable=False),
            Column("aggregate_type", String(100), nullable=False),
            Column("aggregate_id", Identifier, nullable=False),
            Column("version", Integer, nullable=False),
            Column("occurred_at", UtcDateTime, nullable=False),
            Column("payload", JSON, nullable=False),
            UniqueConstraint("position"),
            UniqueConstraint("id"),
            Index(
                "ix_outbox_events_unpublished",
                "sequence",
                postgresql_where=position.is_(None),
                sqlite_where=position.is_(None),
            ),
        )
        self._listeners: set[asyncio.Future[None]] = set()

    async def record(self, session: Session, fact: Fact, at: datetime) -> str:
        """Write an event in the transaction of its effect, after the effect; its id."""
        event_id = new_id()
        await session.execute(
            insert(self.table).values(
                id=event_id,
                type=fact.type,
                aggregate_type=fact.aggregate_type,
                aggregate_id=fact.aggregate_id,
                version=fact.version,
                occurred_at=at,
                payload=dict(fact.payload),
            )
        )
        if not session.info.setdefault("outbox_rings", False):
            session.info["outbox_rings"] = True
            event.listen(session.sync_session, "after_commit", self._ring)
        return event_id

    async def publish(self, database: Database) -> None:
        """Give positions to the committed events that have none."""
        async with database.read() as session:
            if not await session.scalar(select(exists().where(self.table.c.position.is_(None)))):
                return
        async with database.transaction() as session:
            if database.is_postgresql:
                await session.execute(select(func.pg_advisory_xact_lock(_ADVISORY_LOCK)))
            # A statement of its own: PostgreSQL looks at what is committed when it begins.
            await session.execute(self._numbering())

    def _numbering(self) -> Any:
        table = self.table
        last = func.coalesce(select(func.max(table.c.position)).scalar_subquery(), 0)
        numbered = (
            select(
                table.c.sequence,
                (last + func.row_number().over(order_by=table.c.sequence)).label("position"),
            )
            .where(table.c.position.is_(None))
            .order_by(table.c.sequence)
            .limit(_PUBLISHED_AT_ONCE)
            .subquery()
        )
        return (
            update(table)
            .where(table.c.sequence == numbered.c.sequence)
            .values(position=numbered.c.position)
        )

    async def events_after(self, session: Session, position: int, limit: int) -> Sequence[Event]:
        """The published events that follow ``position``, in order."""
        table = self.table
        rows = await session.execute(
            select(table).where(table.c.position > position).order_by(table.c.position).limit(limit)
        )
        return [
            Event(
                id=row.id,
                position=row.position,
                type=row.type,
                aggregate_type=row.aggregate_type,
                aggregate_id=row.aggregate_id,
                version=row.version,
                occurred_at=row.occurred_at,
                payload=row.payload,
            )
            for row in rows
        ]

    async def head(self, session: Session) -> int:
        """The last position given; 0 where there is none."""
        return await session.scalar(select(func.max(self.table.c.position))) or 0

    async def unpublished(self, session: Session) -> int:
        """How many events wait for a position."""
        waiting = select(func.count()).where(self.table.c.position.is_(None))
        return await session.scalar(waiting) or 0

    @contextmanager
    def listen(self) -> Iterator[asyncio.Future[None]]:
        """A future that is done once a transaction of this process has recorded an event."""
        rung = asyncio.get_running_loop().create_future()
        self._listeners.add(rung)
        try:
            yield rung
        finally:
            self._listeners.discard(rung)

    def _ring(self, _session: Any) -> None:
        # It rings for savepoints too; who wakes up too early just listens again.
        for rung in self._listeners:
            if not rung.done():
                rung.set_result(None)
