"""Price tables: versions by payer and first day, their prices, and what the contract adds."""

from datetime import date, datetime, time
from decimal import Decimal

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from subgraphs.billing.domain.modifier import ModifierKind
from subgraphs.billing.models.base import Base, UnitPrice, one_of
from subgraphs.kit.columns import ExactDecimal, Id, Identifier


class PriceTableVersion(Base):
    """A payer's table from a day on. It ends where the next begins, so versions cannot overlap."""

    __tablename__ = "price_table_versions"
    __table_args__ = (UniqueConstraint("payer", "valid_from"),)

    id: Mapped[Id]
    payer: Mapped[str] = mapped_column(String(7))
    valid_from: Mapped[date]
    published_at: Mapped[datetime]
    published_by: Mapped[str] = mapped_column(String(200))


class PriceRow(Base):
    """The unit price of a procedure in a version."""

    __tablename__ = "prices"
    __table_args__ = (CheckConstraint("unit_price >= 0", name="unit_price"),)

    version_id: Mapped[str] = mapped_column(
        Identifier, ForeignKey("price_table_versions.id"), primary_key=True
    )
    tuss_code: Mapped[str] = mapped_column(String(8), primary_key=True)
    unit_price: Mapped[UnitPrice]


class PriceModifierRow(Base):
    """What a version's contract multiplies prices by, and when."""

    __tablename__ = "price_modifiers"
    __table_args__ = (
        one_of("kind", ModifierKind),
        CheckConstraint("factor >= 0", name="factor"),
    )

    version_id: Mapped[str] = mapped_column(
        Identifier, ForeignKey("price_table_versions.id"), primary_key=True
    )
    kind: Mapped[str] = mapped_column(String(24), primary_key=True)
    factor: Mapped[Decimal] = mapped_column(ExactDecimal(8, 4))
    tuss_prefixes: Mapped[list[str]] = mapped_column(JSON)
    regular_from: Mapped[time]
    regular_until: Mapped[time]
