"""Authorizations asked of the plan."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import ForeignKey, Index, String, false, text
from sqlalchemy.orm import Mapped, mapped_column

from subgraphs.billing.domain.authorization import AuthorizationStatus
from subgraphs.billing.models.base import Base, Quantity, one_of
from subgraphs.kit.columns import ExactDecimal, Id, Identifier

_LIVE = "status NOT IN ('DENIED', 'CANCELLED')"


class AuthorizationRow(Base):
    """A request. Its id is the idempotency key towards the plan, so it is made there only once."""

    __tablename__ = "authorizations"
    __table_args__ = (
        one_of("status", AuthorizationStatus),
        Index(
            "uq_authorizations_appointment_id_tuss_code",
            "appointment_id",
            "tuss_code",
            unique=True,
            sqlite_where=text(_LIVE),
            postgresql_where=text(_LIVE),
        ),
        Index("ix_authorizations_document_id", "document_id"),
        Index("ix_authorizations_status_id", "status", "id"),
    )

    id: Mapped[Id]
    status: Mapped[str] = mapped_column(String(12))
    patient_id: Mapped[str] = mapped_column(Identifier)
    appointment_id: Mapped[str] = mapped_column(Identifier)
    document_id: Mapped[str | None] = mapped_column(Identifier)
    coverage_id: Mapped[str] = mapped_column(ForeignKey("coverages.id"))
    tuss_code: Mapped[str] = mapped_column(String(8))
    quantity: Mapped[Quantity]
    service_day: Mapped[date]
    urgent: Mapped[bool] = mapped_column(default=False, server_default=false())
    plan_reference: Mapped[str | None] = mapped_column(String(40))
    authorized_quantity: Mapped[Decimal | None] = mapped_column(ExactDecimal(9, 4))
    """How much the plan said yes to; null where it did not say, which means all."""
    need: Mapped[str | None] = mapped_column(String(13))
    guia_number: Mapped[str | None] = mapped_column(String(20))
    password: Mapped[str | None] = mapped_column(String(20))
    valid_until: Mapped[date | None]
    reason_code: Mapped[str | None] = mapped_column(String(4))
    reason: Mapped[str | None] = mapped_column(String(200))
    requested_at: Mapped[datetime]
    requested_by: Mapped[str] = mapped_column(String(200))
    decided_at: Mapped[datetime | None]
