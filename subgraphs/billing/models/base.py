"""What every table of billing shares."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

from sqlalchemy import CheckConstraint, Date
from sqlalchemy.orm import DeclarativeBase, mapped_column

from subgraphs.kit.columns import ExactDecimal, UtcDateTime, new_metadata
from subgraphs.kit.events.inbox import Inbox
from subgraphs.kit.events.outbox import Outbox
from subgraphs.kit.idempotency import idempotency_table
from subgraphs.kit.texts import refuse_what_does_not_fit


class Base(DeclarativeBase):
    """The tables of this service."""

    metadata = new_metadata()
    type_annotation_map = {datetime: UtcDateTime, date: Date}  # noqa: RUF012 - SQLAlchemy's way


refuse_what_does_not_fit(Base)
IDEMPOTENCY_KEYS = idempotency_table(Base.metadata)
OUTBOX = Outbox(Base.metadata)
INBOX = Inbox(Base.metadata)

# The widths are those of TISS: ten digits with two places, quantities with four.
Amount = Annotated[Decimal, mapped_column(ExactDecimal(12, 2))]
UnitPrice = Annotated[Decimal, mapped_column(ExactDecimal(12, 4))]
Quantity = Annotated[Decimal, mapped_column(ExactDecimal(13, 4))]


def one_of(column: str, values: type[StrEnum]) -> CheckConstraint:
    """A constraint that holds a column to the values of an enumeration."""
    quoted = ", ".join(f"'{value.value}'" for value in values)
    return CheckConstraint(f"{column} IN ({quoted})", name=column)


def not_negative(*columns: str) -> CheckConstraint:
    """A constraint that no column is below zero."""
    return CheckConstraint(
        " AND ".join(f"{column} >= 0" for column in columns), name="not_negative"
    )
