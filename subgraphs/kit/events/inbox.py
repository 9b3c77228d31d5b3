"""The inbox: which events were handled, in the transaction that handled them.

It also keeps what could not be handled (parked events), and how far each source was read.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
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
    Text,
    case,
    delete,
    func,
    insert,
    or_,
    select,
    tuple_,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from subgraphs.kit.columns import Identifier, UtcDateTime
from subgraphs.kit.database import Session
from subgraphs.kit.events.event import Event


class Outcome(Enum):
    """What became of an event."""

    HANDLED = "HANDLED"
    STALE = "STALE"
    """Its aggregate was at a later version already."""
    PARKED = "PARKED"
    """Its handler failed, or waits for an earlier event of the aggregate whose handler did."""


@dataclass(frozen=True, slots=True)
class AggregateState:
    """How far an aggregate of another service is known, and whether an event of it is parked."""

    version: int | None
    parked: bool


@dataclass(frozen=True, slots=True)
class Parked:
    """A parked event, and how often its handler failed."""

    event: Event
    attempts: int


class Inbox:
    """The handled events of one service: ``inbox = Inbox(Base.metadata)``."""

    def __init__(self, metadata: MetaData) -> None:
        outcome = Column("outcome", String(10), nullable=False)
        self.events = Table(
            "inbox_events",
            metadata,
            Column("source", String(100), primary_key=True),
            Column("id", Identifier, primary_key=True),
            Column("position", BigInteger, nullable=False),
            Column("type", String(100), nullable=False),
            Column("aggregate_type", String(100), nullable=False),
            Column("aggregate_id", Identifier, nullable=False),
            Column("version", Integer, nullable=False),
            outcome,
            Column("received_at", UtcDateTime, nullable=False),
            Column("attempts", Integer, nullable=False),
            Column("next_attempt_at", UtcDateTime, nullable=True),
            Column("error", Text, nullable=True),
            Column("event", JSON(none_as_null=True), nullable=True),
            Index(None, "source", "aggregate_type", "aggregate_id", "version"),
            Index(
                "ix_inbox_events_parked",
                "source",
                "position",
                postgresql_where=outcome == Outcome.PARKED.value,
                sqlite_where=outcome == Outcome.PARKED.value,
            ),
        )
        self.cursors = Table(
            "inbox_cursors",
            metadata,
            Column("source", String(100), primary_key=True),
            Column("position", BigInteger, nullable=False),
        )

    async def position(self, session: Session, source: str) -> int:
        """How far a source was read."""
        cursor = select(self.cursors.c.position).where(self.cursors.c.source == source)
        return await session.scalar(cursor) or 0

    async def lock(self, session: Session, source: str) -> int:
        """How far a source was read; until the transaction ends nobody else goes on with it."""
        dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
        first = dialect.insert(self.cursors).on_conflict_do_nothing()
        await session.execute(first.values(source=source, position=0))
        cursor = select(self.cursors.c.position).where(self.cursors.c.source == source)
        position: int = (await session.execute(cursor.with_for_update())).scalar_one()
        return position

    async def advance(self, session: Session, source: str, position: int) -> None:
        """Note that a source was read to here."""
        cursors = self.cursors
        await session.execute(
            update(cursors).where(cursors.c.source == source).values(position=position)
        )

    async def rewind(self, session: Session, source: str, position: int = 0) -> None:
        """Read a source again from here. What was handled is known and is not handled again."""
        await self.lock(session, source)
        await self.advance(session, source, position)

    async def forget(self, session: Session, source: str) -> None:
        """Handle all events of a source anew, in order: for a replica that was emptied."""
        await self.rewind(session, source)
        await session.execute(delete(self.events).where(self.events.c.source == source))

    async def knows(self, session: Session, source: str, event_id: str) -> bool:
        """Whether an event came before."""
        key = self.events.c.source == source, self.events.c.id == event_id
        return (await session.execute(select(self.events.c.id).where(*key))).first() is not None

    async def aggregate(self, session: Session, source: str, event: Event) -> AggregateState:
        """What is known of the aggregate that an event is about."""
        table = self.events
        handled, parked = (
            case((table.c.outcome == outcome.value, table.c.version))
            for outcome in (Outcome.HANDLED, Outcome.PARKED)
        )
        found = await session.execute(
            select(func.max(handled), func.count(parked)).where(
                table.c.source == source,
                table.c.aggregate_type == event.aggregate_type,
                table.c.aggregate_id == event.aggregate_id,
            )
        )
        version, waiting = found.one()
        return AggregateState(version, waiting > 0)

    async def add(
        self, session: Session, source: str, event: Event, outcome: Outcome, at: datetime
    ) -> None:
        """Note what became of an event. A parked one is kept whole, to be tried again."""
        await session.execute(
            insert(self.events).values(
                source=source,
                id=event.id,
                position=event.position,
                type=event.type,
                aggregate_type=event.aggregate_type,
                aggregate_id=event.aggregate_id,
                version=event.version,
                outcome=outcome.value,
                received_at=at,
                attempts=0,
                event=event.to_record() if outcome is Outcome.PARKED else None,
            )
        )

    async def failed(
        self, session: Session, source: str, parked: Parked, error: str, next_at: datetime
    ) -> None:
        """Note that a parked event's handler failed, and when to try again."""
        await self._change(
            session,
            source,
            parked.event.id,
            attempts=parked.attempts + 1,
            error=error,
            next_attempt_at=next_at,
        )

    async def settled(self, session: Session, source: str, event_id: str) -> None:
        """Note that a parked event was handled."""
        await self._change(
            session,
            source,
            event_id,
            outcome=Outcome.HANDLED.value,
            event=None,
            next_attempt_at=None,
        )

    async def _change(self, session: Session, source: str, event_id: str, **values: Any) -> None:
        table = self.events
        key = table.c.source == source, table.c.id == event_id
        await session.execute(update(table).where(*key).values(**values))

    async def due(self, session: Session, source: str, now: datetime) -> Sequence[Parked]:
        """The first parked event of each aggregate whose time has come."""
        table = self.events
        parked = table.c.source == source, table.c.outcome == Outcome.PARKED.value
        aggregate = table.c.aggregate_type, table.c.aggregate_id
        firsts = select(*aggregate, func.min(table.c.position)).where(*parked).group_by(*aggregate)
        rows = await session.execute(
            select(table.c.event, table.c.attempts)
            .where(*parked, tuple_(*aggregate, table.c.position).in_(firsts))
            .where(or_(table.c.next_attempt_at.is_(None), table.c.next_attempt_at <= now))
            .order_by(table.c.position)
        )
        return [Parked(Event.from_record(row.event), row.attempts) for row in rows]

    async def parked(self, session: Session, source: str) -> int:
        """How many events of a source are parked."""
        table = self.events
        statement = select(func.count()).where(
            table.c.source == source, table.c.outcome == Outcome.PARKED.value
        )
        return await session.scalar(statement) or 0
