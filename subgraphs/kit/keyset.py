"""Pages by keyset: after the last row's sort values, not after a count of rows.

A page stays the same while rows are inserted before it, and costs the same at any depth.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, Select, literal, tuple_

from subgraphs.kit.database import Session

RowT = TypeVar("RowT")


@dataclass(frozen=True, slots=True)
class PageRequest:
    """``first`` rows after the row with these sort values (from the beginning where None)."""

    first: int
    after: tuple[Any, ...] | None = None


@dataclass(frozen=True, slots=True)
class Page(Generic[RowT]):
    """The rows, and whether more follow."""

    rows: Sequence[RowT]
    has_next: bool


def after(
    columns: Sequence[ColumnElement[Any]], values: Sequence[Any], *, descending: bool = False
) -> ColumnElement[bool]:
    """The condition for rows that follow ``values`` when sorted by ``columns``."""
    if len(columns) != len(values):
        raise ValueError("a cursor of another list")
    row = tuple_(*columns)
    last = tuple_(
        *(literal(value, column.type) for column, value in zip(columns, values, strict=True))
    )
    return row < last if descending else row > last


def keyset_page(
    statement: Select[Any],
    columns: Sequence[ColumnElement[Any]],
    request: PageRequest,
    *,
    descending: bool = False,
) -> Select[Any]:
    """The statement, sorted and cut to the page and one row more, which tells if more follow."""
    if request.after is not None:
        statement = statement.where(after(columns, request.after, descending=descending))
    order = [column.desc() if descending else column.asc() for column in columns]
    return statement.order_by(*order).limit(request.first + 1)


async def fetch_page(
    session: Session,
    statement: Select[RowT],
    columns: Sequence[ColumnElement[Any]],
    request: PageRequest,
    *,
    descending: bool = False,
) -> Page[RowT]:
    """Run ``statement`` for one page. The last of ``columns`` must make the order total."""
    paged = keyset_page(statement, columns, request, descending=descending)
    rows = (await session.scalars(paged)).all()
    return Page(rows[: request.first], has_next=len(rows) > request.first)
