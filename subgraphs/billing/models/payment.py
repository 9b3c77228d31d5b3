"""Payments of invoices, and refunds of payments."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from subgraphs.billing.domain.payment import Payer, PaymentMethod
from subgraphs.billing.domain.refund import RefundStatus
from subgraphs.billing.models.base import Amount, Base, one_of
from subgraphs.kit.columns import ExactDecimal, Id, Identifier


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
    cash_desk_id: Mapped[str | None] = mapped_column(Identifier, index=True)
    received_at: Mapped[datetime]
    received_by: Mapped[str] = mapped_column(String(200))


class RefundRow(Base):
    """Money that goes back. The database, too, wants two people for it."""

    __tablename__ = "refunds"
    __table_args__ = (
        one_of("status", RefundStatus),
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint("decided_by <> requested_by", name="two_people"),
        CheckConstraint("(status = 'REQUESTED') = (decided_by IS NULL)", name="decided"),
    )

    id: Mapped[Id]
    payment_id: Mapped[str] = mapped_column(ForeignKey("payments.id"), index=True)
    status: Mapped[str] = mapped_column(String(9))
    amount: Mapped[Amount]
    reason: Mapped[str] = mapped_column(String(500))
    requested_at: Mapped[datetime]
    requested_by: Mapped[str] = mapped_column(String(200))
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str | None] = mapped_column(String(200))
    cash_desk_id: Mapped[str | None] = mapped_column(Identifier, index=True)
