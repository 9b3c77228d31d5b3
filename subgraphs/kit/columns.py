"""Column types that mean the same on SQLite and PostgreSQL, and the names of constraints."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, Any

from sqlalchemy import BigInteger, DateTime, Dialect, MetaData, Numeric, String
from sqlalchemy.orm import mapped_column
from sqlalchemy.types import TypeDecorator, TypeEngine

NAMING_CONVENTION = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

Identifier = String(36)
"""The column type of a UUIDv7 in text: any text may be asked for, and is then just not there."""

Id = Annotated[str, mapped_column(Identifier, primary_key=True)]
"""A primary key."""


def new_metadata() -> MetaData:
    """A domain's metadata, with names for every constraint (Alembic needs them on SQLite)."""
    return MetaData(naming_convention=NAMING_CONVENTION)


class UtcDateTime(TypeDecorator[datetime]):
    """A moment: aware on the way in, UTC on the way out.

    PostgreSQL keeps ``timestamptz``; SQLite, which has no such type, keeps UTC without its mark.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a moment that does not say its offset."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without time zone cannot be stored")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Put the mark back."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class ExactDecimal(TypeDecorator[Decimal]):
    """A decimal that never passes through a float.

    PostgreSQL keeps ``NUMERIC(precision, scale)``; SQLite, whose NUMERIC is a float, keeps the
    integer ``value × 10^scale``, so that sums and comparisons in SQL stay exact there too.
    """

    impl = Numeric
    cache_ok = True

    def __init__(self, precision: int, scale: int) -> None:
        super().__init__(precision, scale)
        self.precision = precision
        self.scale = scale

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """The integer on SQLite."""
        if dialect.name == "sqlite":
            return dialect.type_descriptor(BigInteger())
        return dialect.type_descriptor(Numeric(self.precision, self.scale))

    def process_bind_param(self, value: Decimal | int | None, dialect: Dialect) -> Any:
        """Refuse what would be rounded or cut, on both databases alike."""
        if value is None:
            return None
        exact = Decimal(value)
        scaled = exact.scaleb(self.scale)
        if not exact.is_finite() or scaled != scaled.to_integral_value():
            raise ValueError(f"{value} does not fit in {self.scale} decimal places")
        if abs(scaled) >= 10**self.precision:
            raise ValueError(f"{value} does not fit in {self.precision} digits")
        return int(scaled) if dialect.name == "sqlite" else exact

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        """The decimal with all its places."""
        if value is None:
            return None
        if dialect.name == "sqlite":
            return Decimal(int(value)).scaleb(-self.scale)
        return Decimal(value).quantize(Decimal(1).scaleb(-self.scale))
