"""Price tables: versions by payer and first day, and their prices."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from subgraphs.billing.models.base import Base, UnitPrice
from subgraphs.kit.columns import Id, Identifier


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
