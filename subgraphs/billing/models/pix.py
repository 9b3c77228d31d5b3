"""Payments by PIX that were asked for."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from subgraphs.billing.models.base import Amount, Base
from subgraphs.kit.columns import Id


class PixChargeRow(Base):
    """A code shown to a patient. Confirmed, it has a payment; whether it expired, the time says."""

    __tablename__ = "pix_charges"
    __table_args__ = (
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint("(payment_id IS NULL) = (end_to_end_id IS NULL)", name="confirmed"),
        UniqueConstraint("txid"),
        UniqueConstraint("end_to_end_id"),
        UniqueConstraint("payment_id"),
    )

    id: Mapped[Id]
    invoice_id: Mapped[str] = mapped_column(ForeignKey("invoices.id"), index=True)
    txid: Mapped[str] = mapped_column(String(25))
    amount: Mapped[Amount]
    br_code: Mapped[str] = mapped_column(String(512))
    requested_at: Mapped[datetime]
    requested_by: Mapped[str] = mapped_column(String(200))
    expires_at: Mapped[datetime]
    payment_id: Mapped[str | None] = mapped_column(ForeignKey("payments.id"))
    end_to_end_id: Mapped[str | None] = mapped_column(String(32))
