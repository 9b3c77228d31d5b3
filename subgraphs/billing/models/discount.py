"""Discounts, with who approved them and why."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from subgraphs.billing.models.base import Amount, Base
from subgraphs.kit.columns import Id


class DiscountRow(Base):
    """What a draft's discount was from a moment on; the latest counts, the earlier ones stay."""

    __tablename__ = "discounts"
    __table_args__ = (
        CheckConstraint("amount >= 0", name="amount"),
        CheckConstraint("approved_by <> drafted_by", name="two_people"),
    )

    id: Mapped[Id]
    invoice_id: Mapped[str] = mapped_column(ForeignKey("invoices.id"), index=True)
    amount: Mapped[Amount]
    reason: Mapped[str] = mapped_column(String(500))
    drafted_by: Mapped[str] = mapped_column(String(200))
    approved_by: Mapped[str] = mapped_column(String(200))
    approved_at: Mapped[datetime]
