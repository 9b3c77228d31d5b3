"""Cash desks, from opening to closing."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from subgraphs.billing.models.base import Amount, Base
from subgraphs.kit.columns import Id, Identifier


class CashDeskRow(Base):
    """One clerk's desk at one clinic. A clerk has at most one open at a clinic."""

    __tablename__ = "cash_desks"
    __table_args__ = (
        CheckConstraint("opening_float >= 0 AND counted >= 0", name="not_negative"),
        CheckConstraint(
            "(closed_at IS NULL) = (counted IS NULL) AND (counted IS NULL) = (expected IS NULL)",
            name="closed",
        ),
        Index(
            "uq_cash_desks_clinic_id_clerk",
            "clinic_id",
            "clerk",
            unique=True,
            sqlite_where=text("closed_at IS NULL"),
            postgresql_where=text("closed_at IS NULL"),
        ),
    )

    id: Mapped[Id]
    clinic_id: Mapped[str] = mapped_column(Identifier)
    clerk: Mapped[str] = mapped_column(String(200))
    opening_float: Mapped[Amount]
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    counted: Mapped[Amount | None]
    expected: Mapped[Amount | None]
