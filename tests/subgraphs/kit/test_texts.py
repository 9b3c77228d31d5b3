"""Texts that no column keeps are refused before they are written, on both databases alike."""

from __future__ import annotations

import pytest
from sqlalchemy import String, Text, select
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from subgraphs.kit.columns import new_metadata
from subgraphs.kit.database import Database
from subgraphs.kit.errors import InvalidInput
from subgraphs.kit.texts import refuse_what_does_not_fit


class Base(DeclarativeBase):
    metadata = new_metadata()


class Letter(Base):
    __tablename__ = "letters"
    id: Mapped[int] = mapped_column(primary_key=True)
    subject: Mapped[str | None] = mapped_column(String(10))
    body: Mapped[str | None] = mapped_column(Text)


refuse_what_does_not_fit(Base)


@pytest.fixture
async def letters(database: Database) -> Database:
    async with database.transaction() as session:
        await (await session.connection()).run_sync(Base.metadata.create_all)
    return database


async def store(letters: Database, **values: str) -> None:
    async with letters.transaction() as session:
        session.add(Letter(id=1, **values))


async def test_what_fits_is_kept(letters: Database) -> None:
    await store(letters, subject="ç" * 10, body="x" * 5000)
    async with letters.read() as session:
        assert (await session.scalars(select(Letter.subject))).one() == "ç" * 10


async def test_a_text_longer_than_its_column_is_refused(letters: Database) -> None:
    with pytest.raises(InvalidInput, match="passa de 10 caracteres"):
        await store(letters, subject="x" * 11)


async def test_a_null_character_is_refused(letters: Database) -> None:
    with pytest.raises(InvalidInput, match="caractere nulo"):
        await store(letters, body="a\x00b")


async def test_a_change_is_looked_at_too(letters: Database) -> None:
    await store(letters, subject="x")
    with pytest.raises(InvalidInput):
        async with letters.transaction() as session:
            (await session.get_one(Letter, 1)).subject = "x" * 11
