"""Idempotency keys: a mutation repeated with the same key has one effect and one answer.

The key is claimed, the effect made and the answer stored in one transaction. A second request
with the key waits for the first (PostgreSQL on the unique index, SQLite on the write lock).
A transaction that PostgreSQL ended, to let another one go on, is run again.
"""

import asyncio
import hashlib
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import Column, MetaData, String, Table, Text, UniqueConstraint, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError

from subgraphs.kit.clock import Clock
from subgraphs.kit.columns import Identifier, UtcDateTime
from subgraphs.kit.constraints import lost_a_race
from subgraphs.kit.database import Database, Session
from subgraphs.kit.errors import DomainError, IdempotencyKeyReused
from subgraphs.kit.identifiers import new_id

_ATTEMPTS = 4
_LONGEST_PAUSE_SECONDS = 0.1

Answer = Any
"""JSON values that say what the effect was; most often the id of what it made."""


@dataclass(frozen=True, slots=True)
class IdempotentRequest:
    """Who asked for what under which key; ``body`` is everything that shapes the effect."""

    actor: str
    operation: str
    key: UUID
    body: Any

    @property
    def hash(self) -> str:
        """The request's fingerprint: it is stored instead of the body, which is personal data."""
        canonical = orjson.dumps(self.body, default=str, option=orjson.OPT_SORT_KEYS)
        return hashlib.sha256(canonical).hexdigest()


def idempotency_table(metadata: MetaData) -> Table:
    """The table of claimed keys, in the domain's own database."""
    return Table(
        "idempotency_keys",
        metadata,
        Column("id", Identifier, primary_key=True),
        Column("actor", String(200), nullable=False),
        Column("operation", String(100), nullable=False),
        Column("key", Identifier, nullable=False),
        Column("request_hash", String(64), nullable=False),
        Column("outcome", Text, nullable=True),
        Column("created_at", UtcDateTime, nullable=False),
        UniqueConstraint("actor", "operation", "key"),
    )


class Idempotency:
    """Runs effects once per key, against one database."""

    def __init__(self, database: Database, table: Table, clock: Clock) -> None:
        self._database = database
        self._table = table
        self._clock = clock

    async def once(
        self, request: IdempotentRequest, effect: Callable[[Session], Awaitable[Answer]]
    ) -> Answer:
        """Make the effect, or give the answer that it had the first time.

        Raises what the effect raised (a final ``DomainError`` again on every repetition) and
        ``IdempotencyKeyReused`` where the key stands for a request with another body. The effect
        may be made more than once, each time in a transaction of its own of which one commits.
        """
        for _ in range(_ATTEMPTS - 1):
            try:
                return _unwrap(await self._outcome(request, effect))
            except DBAPIError as error:
                if not lost_a_race(error):
                    raise
            # A random pause: else those who met once may meet again.
            await asyncio.sleep(random.uniform(0, _LONGEST_PAUSE_SECONDS))
        return _unwrap(await self._outcome(request, effect))

    async def _outcome(
        self, request: IdempotentRequest, effect: Callable[[Session], Awaitable[Answer]]
    ) -> dict[str, Any]:
        async with self._database.transaction() as session:
            if await self._claim(session, request):
                return await self._first(session, request, effect)
            return await self._repeated(session, request)

    async def recall(self, request: IdempotentRequest) -> Answer | None:
        """The answer that the key had before; None where it stands for nothing yet.

        For what must be asked elsewhere before the effect: a repeated request does without. It
        only reads. Raises what the effect raised, and ``IdempotencyKeyReused``.
        """
        async with self._database.read() as session:
            outcome = await self._known(session, request)
        return None if outcome is None else _unwrap(outcome)

    async def _claim(self, session: Session, request: IdempotentRequest) -> bool:
        dialect = postgresql if self._database.is_postgresql else sqlite
        claim = dialect.insert(self._table).on_conflict_do_nothing()
        claimed = await session.execute(
            claim.values(
                id=new_id(),
                actor=request.actor,
                operation=request.operation,
                key=str(request.key),
                request_hash=request.hash,
                created_at=self._clock.now(),
            ).returning(self._table.c.id)
        )
        return claimed.first() is not None

    async def _first(
        self,
        session: Session,
        request: IdempotentRequest,
        effect: Callable[[Session], Awaitable[Answer]],
    ) -> dict[str, Any]:
        outcome: dict[str, Any]
        try:
            async with session.begin_nested():
                outcome = {"answer": await effect(session)}
        except DomainError as error:
            if not error.final:
                raise
            outcome = {"error": error.to_record()}
        table = self._table
        await session.execute(
            table.update().where(*self._is(request)).values(outcome=orjson.dumps(outcome).decode())
        )
        return outcome

    async def _repeated(self, session: Session, request: IdempotentRequest) -> dict[str, Any]:
        outcome = await self._known(session, request)
        assert outcome is not None, "a claim commits together with its answer"
        return outcome

    async def _known(self, session: Session, request: IdempotentRequest) -> dict[str, Any] | None:
        table = self._table
        found = await session.execute(
            select(table.c.request_hash, table.c.outcome).where(*self._is(request))
        )
        known = found.one_or_none()
        if known is None:
            return None
        if known.request_hash != request.hash:
            raise IdempotencyKeyReused
        outcome: dict[str, Any] = orjson.loads(known.outcome)
        return outcome

    def _is(self, request: IdempotentRequest) -> tuple[Any, ...]:
        columns = self._table.c
        return (
            columns.actor == request.actor,
            columns.operation == request.operation,
            columns.key == str(request.key),
        )


def _unwrap(outcome: dict[str, Any]) -> Answer:
    if "error" in outcome:
        raise DomainError.from_record(outcome["error"])
    return outcome["answer"]
