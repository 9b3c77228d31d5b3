"""Payments of invoices."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from subgraphs.billing.domain.payment import Payer, PaymentMethod
from subgraphs.billing.models.base import Amount, Base, one_of
from subgraphs.kit.columns import ExactDecimal, Id


class PaymentRow(Base):
    """Money that came in. A payment is never changed: what goes back is a refund."""

    __tablename__ = "payments"
    __table_args__ = (
        one_of("method", PaymentMethod),
        one_of("payer", Payer),
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint("tendered >= amount", name="tendered"),
    )

    id: Mapped[Id]
    invoice_id: Mapped[str] = mapped_column(ForeignKey("invoices.id"), index=True)
    payer: Mapped[str] = mapped_column(String(8))
    method: Mapped[str] = mapped_column(String(12))
    amount: Mapped[Amount]
    tendered: Mapped[Decimal | None] = mapped_column(ExactDecimal(12, 2))
    received_at: Mapped[datetime]
    received_by: Mapped[str] = mapped_column(String(200))
