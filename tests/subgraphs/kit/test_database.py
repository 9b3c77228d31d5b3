"""The database: what is committed, what is rolled back, what is refused, on both databases."""

import asyncio
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import Column, ForeignKey, Integer, String, Table, func, insert, select, text
from sqlalchemy.exc import IntegrityError, StatementError

from subgraphs.kit.columns import ExactDecimal, UtcDateTime, new_metadata
from subgraphs.kit.database import Database
from subgraphs.kit.keyset import PageRequest, fetch_page

metadata = new_metadata()
accounts = Table(
    "accounts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("owner", String(20)),
    Column("balance", ExactDecimal(12, 2)),
    Column("opened_at", UtcDateTime),
)
entries = Table(
    "entries",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("account_id", ForeignKey("accounts.id")),
)


@pytest.fixture
async def ledger(database: Database) -> Database:
    async with database.transaction() as session:
        await (await session.connection()).run_sync(metadata.create_all)
    return database


async def rows(database: Database, statement: Any) -> list[Any]:
    async with database.read() as session:
        return [tuple(row) for row in (await session.execute(statement)).all()]


async def test_an_exception_undoes_the_transaction(ledger: Database) -> None:
    async def fail() -> None:
        async with ledger.transaction() as session:
            await session.execute(insert(accounts).values(id=1))
            raise RuntimeError("on purpose")

    with pytest.raises(RuntimeError, match="on purpose"):
        await fail()
    assert await rows(ledger, select(accounts.c.id)) == []


async def test_a_foreign_key_holds(ledger: Database) -> None:
    with pytest.raises(IntegrityError):
        async with ledger.transaction() as session:
            await session.execute(insert(entries).values(id=1, account_id=99))


async def test_an_error_never_shows_the_values_of_its_statement(ledger: Database) -> None:
    async def add() -> None:
        async with ledger.transaction() as session:
            await session.execute(insert(accounts).values(id=1, owner="12345678909"))

    await add()
    with pytest.raises(IntegrityError) as caught:
        await add()
    assert "12345678909" not in str(caught.value)


async def test_concurrent_increments_lose_nothing(ledger: Database) -> None:
    async with ledger.transaction() as session:
        await session.execute(insert(accounts).values(id=1, balance=Decimal(0)))

    async def deposit() -> None:
        async with ledger.transaction() as session:
            held = select(accounts.c.balance).where(accounts.c.id == 1).with_for_update()
            balance = (await session.scalars(held)).one()
            await session.execute(
                accounts.update()
                .values(balance=balance + Decimal("0.10"))
                .where(accounts.c.id == 1)
            )

    await asyncio.gather(*(deposit() for _ in range(20)))
    assert await rows(ledger, select(accounts.c.balance)) == [(Decimal("2.00"),)]


async def test_five_reads_at_once_each_have_their_session(ledger: Database) -> None:
    answers = await asyncio.gather(
        *(rows(ledger, select(func.count(accounts.c.id))) for _ in range(5))
    )
    assert answers == [[(0,)]] * 5


@pytest.mark.parametrize("amount", ["0.01", "98.50", "-10.05", "9999999999.99", "0"])
async def test_a_decimal_comes_back_exact_with_its_places(ledger: Database, amount: str) -> None:
    async with ledger.transaction() as session:
        await session.execute(insert(accounts).values(id=1, balance=Decimal(amount)))
    [(balance,)] = await rows(ledger, select(accounts.c.balance))
    assert balance == Decimal(amount)
    assert balance.as_tuple().exponent == -2


async def test_a_thousand_tenths_sum_to_a_hundred_in_the_database(ledger: Database) -> None:
    async with ledger.transaction() as session:
        await session.execute(
            insert(accounts), [{"id": n, "balance": Decimal("0.10")} for n in range(1000)]
        )
    [(total,)] = await rows(ledger, select(func.sum(accounts.c.balance)))
    assert total == Decimal("100.00")


@pytest.mark.parametrize("amount", ["0.001", "10000000000.00", "NaN"])
async def test_a_decimal_that_would_be_rounded_or_cut_is_refused(
    ledger: Database, amount: str
) -> None:
    with pytest.raises(StatementError, match="does not fit"):
        async with ledger.transaction() as session:
            await session.execute(insert(accounts).values(id=1, balance=Decimal(amount)))


async def test_a_moment_comes_back_in_utc(ledger: Database) -> None:
    manaus = timezone(timedelta(hours=-4))
    async with ledger.transaction() as session:
        moment = datetime(2026, 11, 24, 22, 30, tzinfo=manaus)
        await session.execute(insert(accounts).values(id=1, opened_at=moment))
    [(opened_at,)] = await rows(ledger, select(accounts.c.opened_at))
    assert opened_at.isoformat() == "2026-11-25T02:30:00+00:00"
    assert opened_at.tzinfo is UTC


async def test_a_moment_without_offset_is_refused(ledger: Database) -> None:
    naive = insert(accounts).values(id=1, opened_at=datetime(2026, 11, 24))  # noqa: DTZ001 - the fault itself
    with pytest.raises(StatementError, match="without time zone"):
        async with ledger.transaction() as session:
            await session.execute(naive)


async def test_pages_stay_in_place_while_rows_come_in_before_them(ledger: Database) -> None:
    async with ledger.transaction() as session:
        await session.execute(insert(accounts), [{"id": n, "owner": "same"} for n in range(10, 20)])
    by = [accounts.c.owner, accounts.c.id]

    async def page(after: tuple[Any, ...] | None) -> tuple[list[int], bool]:
        async with ledger.read() as session:
            found = await fetch_page(session, select(accounts.c.id), by, PageRequest(4, after))
        return list(found.rows), found.has_next

    assert await page(None) == ([10, 11, 12, 13], True)
    async with ledger.transaction() as session:
        await session.execute(insert(accounts).values(id=1, owner="same"))
    assert await page(("same", 13)) == ([14, 15, 16, 17], True)
    assert await page(("same", 17)) == ([18, 19], False)
    assert await page(("same", 19)) == ([], False)


async def test_postgresql_plans_every_statement_for_its_own_values(database: Database) -> None:
    if not database.is_postgresql:
        pytest.skip("SQLite has no such setting")
    assert await rows(database, text("SHOW plan_cache_mode")) == [("force_custom_plan",)]


async def test_a_page_can_go_from_last_to_first(ledger: Database) -> None:
    async with ledger.transaction() as session:
        await session.execute(insert(accounts), [{"id": n} for n in range(5)])
    async with ledger.read() as session:
        found = await fetch_page(
            session, select(accounts.c.id), [accounts.c.id], PageRequest(2, (3,)), descending=True
        )
    assert list(found.rows) == [2, 1]
