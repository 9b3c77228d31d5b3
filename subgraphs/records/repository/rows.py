"""Rows of whatever table: stored, and grouped by what they belong to."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import TypeVar

from subgraphs.kit.database import Session
from subgraphs.records.models import Base

RowT = TypeVar("RowT")


async def add(session: Session, *rows: Base) -> None:
    """Store new rows, in order."""
    for row in rows:
        session.add(row)
        await session.flush()


def grouped(keys: Sequence[str], rows: Iterable[RowT], attribute: str) -> dict[str, list[RowT]]:
    """The rows that belong to each key, in their order; an empty list where none does."""
    found: defaultdict[str, list[RowT]] = defaultdict(list)
    for row in rows:
        found[getattr(row, attribute)].append(row)
    return {key: found[key] for key in keys}
