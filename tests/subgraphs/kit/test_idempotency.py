"""One key, one effect, one answer: on both databases, also when the requests race."""

import asyncio
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Column, Integer, Table, func, insert, select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from subgraphs.kit.clock import FixedClock
from subgraphs.kit.columns import new_metadata
from subgraphs.kit.database import Database
from subgraphs.kit.errors import DomainError, IdempotencyKeyReused
from subgraphs.kit.idempotency import Idempotency, IdempotentRequest, idempotency_table

metadata = new_metadata()
effects = Table("effects", metadata, Column("id", Integer, primary_key=True))
counters = Table(
    "counters",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("count", Integer, nullable=False),
)
keys = idempotency_table(metadata)


class Refused(DomainError):
    code = "TEST_REFUSED"


class Unavailable(DomainError):
    code = "TEST_UNAVAILABLE"
    final = False


@pytest.fixture
async def idempotency(database: Database) -> Idempotency:
    async with database.transaction() as session:
        await (await session.connection()).run_sync(metadata.create_all)
    return Idempotency(database, keys, FixedClock(datetime(2026, 11, 24, tzinfo=UTC)))


def asked(key: UUID, body: object = "body", actor: str = "ana") -> IdempotentRequest:
    return IdempotentRequest(actor, "make", key, body)


async def make(session: AsyncSession) -> int:
    made = await session.execute(insert(effects).returning(effects.c.id))
    return int(made.scalar_one())


async def count(database: Database) -> int:
    async with database.read() as session:
        return (await session.scalars(select(func.count(effects.c.id)))).one()


async def test_recalling_gives_the_answer_and_changes_nothing(
    database: Database, idempotency: Idempotency
) -> None:
    request = asked(uuid4())
    assert await idempotency.recall(request) is None
    first = await idempotency.once(request, make)
    assert await idempotency.recall(request) == first
    with pytest.raises(IdempotencyKeyReused):
        await idempotency.recall(asked(request.key, "another body"))
    assert await count(database) == 1


async def test_recalling_a_final_refusal_raises_it(idempotency: Idempotency) -> None:
    request = asked(uuid4())

    async def refuse(session: AsyncSession) -> int:
        raise Refused("Não.")

    with pytest.raises(Refused):
        await idempotency.once(request, refuse)
    with pytest.raises(Refused):
        await idempotency.recall(request)


async def test_a_repetition_gets_the_first_answer(
    database: Database, idempotency: Idempotency
) -> None:
    key = uuid4()
    first = await idempotency.once(asked(key), make)
    assert await idempotency.once(asked(key), make) == first
    assert await count(database) == 1


async def test_twenty_at_once_have_one_effect(database: Database, idempotency: Idempotency) -> None:
    key = uuid4()
    answers = await asyncio.gather(*(idempotency.once(asked(key), make) for _ in range(20)))
    assert len(set(answers)) == 1
    assert await count(database) == 1


async def test_another_body_is_refused(idempotency: Idempotency) -> None:
    key = uuid4()
    await idempotency.once(asked(key, {"a": 1, "b": 2}), make)
    await idempotency.once(asked(key, {"b": 2, "a": 1}), make)
    with pytest.raises(IdempotencyKeyReused):
        await idempotency.once(asked(key, {"a": 1, "b": 3}), make)


async def test_another_actor_may_use_the_same_key(
    database: Database, idempotency: Idempotency
) -> None:
    key = uuid4()
    await idempotency.once(asked(key), make)
    await idempotency.once(asked(key, "other", actor="bruno"), make)
    assert await count(database) == 2


async def test_a_refusal_undoes_its_effect_and_is_repeated(
    database: Database, idempotency: Idempotency
) -> None:
    key = uuid4()

    async def refuse(session: AsyncSession) -> int:
        await make(session)
        raise Refused("não", path=["input", "name"], details={"existing": "42"})

    with pytest.raises(Refused):
        await idempotency.once(asked(key), refuse)
    with pytest.raises(Refused, match="não") as repeated:
        await idempotency.once(asked(key), make)
    assert repeated.value.path == ["input", "name"]
    assert repeated.value.details == {"existing": "42"}
    assert await count(database) == 0


async def test_what_may_go_better_next_time_is_tried_again(
    database: Database, idempotency: Idempotency
) -> None:
    key = uuid4()

    async def fail(session: AsyncSession) -> int:
        await make(session)
        raise Unavailable("fora do ar")

    with pytest.raises(Unavailable):
        await idempotency.once(asked(key), fail)
    await idempotency.once(asked(key), make)
    assert await count(database) == 1


async def test_a_crash_keeps_neither_key_nor_effect(
    database: Database, idempotency: Idempotency
) -> None:
    key = uuid4()

    async def crash(session: AsyncSession) -> int:
        await make(session)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await idempotency.once(asked(key), crash)
    assert await count(database) == 0
    await idempotency.once(asked(key, "another body"), make)


async def test_the_stored_request_holds_no_personal_data(
    database: Database, idempotency: Idempotency
) -> None:
    await idempotency.once(asked(uuid4(), {"cpf": "52998224725"}), make)
    async with database.read() as session:
        row = (await session.execute(select(keys))).one()
    assert "52998224725" not in str(row)


async def test_who_loses_a_deadlock_tries_again(
    database: Database, idempotency: Idempotency
) -> None:
    """Each takes what the other wants next; PostgreSQL ends one of them."""
    async with database.transaction() as session:
        await session.execute(insert(counters), [{"id": id, "count": 0} for id in (1, 2)])

    async def increase(*ids: int) -> int:
        async def effect(session: AsyncSession) -> int:
            for id in ids:
                row = update(counters).where(counters.c.id == id)
                await session.execute(row.values(count=counters.c.count + 1))
                await asyncio.sleep(0.1)
            return await make(session)

        return int(await idempotency.once(asked(uuid4()), effect))

    await asyncio.gather(increase(1, 2), increase(2, 1), increase(1, 2), increase(2, 1))
    async with database.read() as session:
        counts = (await session.scalars(select(counters.c.count))).all()
    assert list(counts) == [4, 4]
    assert await count(database) == 4


async def test_another_failure_of_the_database_is_not_tried_again(
    database: Database, idempotency: Idempotency
) -> None:
    tries = 0

    async def effect(session: AsyncSession) -> None:
        nonlocal tries
        tries += 1
        for _ in range(2):
            await session.execute(insert(effects).values(id=1))

    with pytest.raises(DBAPIError):
        await idempotency.once(asked(uuid4()), effect)
    assert tries == 1
    assert await count(database) == 0
