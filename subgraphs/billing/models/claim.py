"""Claims on the plans, by batch, with their items."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from subgraphs.billing.domain.claim import ClaimStatus
from subgraphs.billing.models.base import Amount, Base, Quantity, one_of
from subgraphs.kit.columns import Id


class ClaimBatchRow(Base):
    """Up to a hundred claims sent to one insurer. Its id is the idempotency key over there."""

    __tablename__ = "claim_batches"

    id: Mapped[Id]
    ans_registry: Mapped[str] = mapped_column(String(6))
    protocol: Mapped[str | None] = mapped_column(String(40))
    statement_at: Mapped[datetime | None]
    paid_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    created_by: Mapped[str] = mapped_column(String(200))


class ClaimRow(Base):
    """What an issued invoice asks of the plan."""

    __tablename__ = "claims"
    __table_args__ = (
        one_of("status", ClaimStatus),
        CheckConstraint(
            "released >= 0 AND denied >= 0 AND recovered >= 0 AND recovered <= denied",
            name="amounts",
        ),
        CheckConstraint("released + denied = billed", name="glosa_adds_up"),
        UniqueConstraint("invoice_id"),
        UniqueConstraint("guia_number"),
        Index("ix_claims_ans_registry_status_id", "ans_registry", "status", "id"),
    )

    id: Mapped[Id]
    invoice_id: Mapped[str] = mapped_column(ForeignKey("invoices.id"))
    batch_id: Mapped[str | None] = mapped_column(ForeignKey("claim_batches.id"), index=True)
    ans_registry: Mapped[str] = mapped_column(String(6))
    guia_number: Mapped[str] = mapped_column(String(20))
    status: Mapped[str] = mapped_column(String(16))
    billed: Mapped[Amount]
    released: Mapped[Amount | None]
    denied: Mapped[Amount | None]
    recovered: Mapped[Amount]
    appeal_justification: Mapped[str | None] = mapped_column(String(500))
    appeal_reference: Mapped[str | None] = mapped_column(String(40))
    created_at: Mapped[datetime]


class ClaimItemRow(Base):
    """One line of the invoice on its claim."""

    __tablename__ = "claim_items"
    __table_args__ = (
        CheckConstraint("released >= 0 AND denied >= 0", name="amounts"),
        CheckConstraint("released + denied = billed", name="glosa_adds_up"),
        UniqueConstraint("claim_id", "sequence"),
    )

    id: Mapped[Id]
    claim_id: Mapped[str] = mapped_column(ForeignKey("claims.id"))
    sequence: Mapped[int]
    tuss_code: Mapped[str] = mapped_column(String(8))
    quantity: Mapped[Quantity]
    billed: Mapped[Amount]
    released: Mapped[Amount | None]
    denied: Mapped[Amount | None]
    denial_code: Mapped[str | None] = mapped_column(String(4))
    denial_reason: Mapped[str | None] = mapped_column(String(200))
