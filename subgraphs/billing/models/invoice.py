"""Charges, the invoices that bill them, and their lines.

That an issued invoice and its lines are frozen is in the migration, by triggers.
"""

from datetime import date, datetime, time

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from subgraphs.billing.domain.charge import ChargeStatus
from subgraphs.billing.domain.invoice import InvoiceStatus
from subgraphs.billing.domain.share import CopayCollector, ShareStatus
from subgraphs.billing.models.base import Amount, Base, Quantity, UnitPrice, not_negative, one_of
from subgraphs.kit.columns import Id, Identifier

_LIVE = "status NOT IN ('CANCELLED', 'ENTERED_IN_ERROR')"


class ChargeItemRow(Base):
    """Something done for a patient that has a price: the visit itself, or a procedure."""

    __tablename__ = "charge_items"
    __table_args__ = (
        one_of("status", ChargeStatus),
        CheckConstraint("quantity > 0", name="quantity"),
        Index(
            "uq_charge_items_appointment_id_tuss_code",
            "appointment_id",
            "tuss_code",
            unique=True,
            sqlite_where=text("document_id IS NULL AND status <> 'ABORTED'"),
            postgresql_where=text("document_id IS NULL AND status <> 'ABORTED'"),
        ),
        UniqueConstraint("document_id", "tuss_code"),
        Index("ix_charge_items_appointment_id", "appointment_id"),
    )

    id: Mapped[Id]
    status: Mapped[str] = mapped_column(String(10))
    patient_id: Mapped[str] = mapped_column(Identifier, index=True)
    appointment_id: Mapped[str] = mapped_column(Identifier)
    document_id: Mapped[str | None] = mapped_column(Identifier)
    tuss_code: Mapped[str] = mapped_column(String(8))
    quantity: Mapped[Quantity]
    unit_price: Mapped[UnitPrice | None]
    price_table_version: Mapped[str | None] = mapped_column(String(20))
    service_day: Mapped[date]
    created_at: Mapped[datetime]


class InvoiceSeriesRow(Base):
    """The last number given in a clinic's series. Its row is the lock that keeps gaps away."""

    __tablename__ = "invoice_series"

    series: Mapped[str] = mapped_column(String(7), primary_key=True)
    last_number: Mapped[int]


class InvoiceRow(Base):
    """What patient and plan are asked to pay for a visit. Unknown parts are null, never zero."""

    __tablename__ = "invoices"
    __table_args__ = (
        one_of("status", InvoiceStatus),
        not_negative(
            "gross",
            "discount",
            "due_from_patient",
            "due_from_plan",
            "patient_paid",
            "plan_paid",
            "written_off",
        ),
        CheckConstraint("plan_pays + patient_pays = gross", name="parts_add_up"),
        CheckConstraint("due_from_plan + due_from_patient + discount = gross", name="dues_add_up"),
        CheckConstraint("patient_paid <= COALESCE(due_from_patient, 0)", name="patient_overpays"),
        CheckConstraint(
            "plan_paid + written_off <= COALESCE(due_from_plan, 0)", name="plan_overpays"
        ),
        CheckConstraint(
            "status IN ('DRAFT', 'CANCELLED', 'ENTERED_IN_ERROR') OR "
            "(number IS NOT NULL AND issued_at IS NOT NULL AND plan_pays IS NOT NULL)",
            name="issued_is_complete",
        ),
        UniqueConstraint("series", "number"),
        Index(
            "uq_invoices_appointment_id",
            "appointment_id",
            unique=True,
            sqlite_where=text(_LIVE),
            postgresql_where=text(_LIVE),
        ),
        Index("ix_invoices_patient_id_id", "patient_id", "id"),
        Index("ix_invoices_status_id", "status", "id"),
        Index("ix_invoices_status_service_day", "status", "service_day"),
        Index("ix_invoices_appointment_id", "appointment_id"),
    )

    id: Mapped[Id]
    version: Mapped[int]
    status: Mapped[str] = mapped_column(String(16))
    series: Mapped[str] = mapped_column(String(7))
    number: Mapped[int | None]
    patient_id: Mapped[str] = mapped_column(Identifier)
    appointment_id: Mapped[str] = mapped_column(Identifier)
    clinic_id: Mapped[str] = mapped_column(Identifier)
    coverage_id: Mapped[str | None] = mapped_column(ForeignKey("coverages.id"))
    service_day: Mapped[date]
    service_time: Mapped[time | None]
    """When the visit begins, by the clinic's clock."""
    visit_kind: Mapped[str | None] = mapped_column(String(10))
    urgent: Mapped[bool] = mapped_column(default=False, server_default=false())
    gross: Mapped[Amount]
    discount: Mapped[Amount]
    plan_pays: Mapped[Amount | None]
    patient_pays: Mapped[Amount | None]
    due_from_plan: Mapped[Amount | None]
    due_from_patient: Mapped[Amount | None]
    patient_paid: Mapped[Amount]
    plan_paid: Mapped[Amount]
    written_off: Mapped[Amount]
    created_at: Mapped[datetime]
    created_by: Mapped[str] = mapped_column(String(200))
    issued_at: Mapped[datetime | None]
    issued_by: Mapped[str | None] = mapped_column(String(200))
    consented_at: Mapped[datetime | None]
    """When the patient agreed to pay what the plan does not cover; `issued_by` took it down."""
    cancelled_at: Mapped[datetime | None]
    cancelled_by: Mapped[str | None] = mapped_column(String(200))
    cancel_reason: Mapped[str | None] = mapped_column(String(500))
    cancel_requested_at: Mapped[datetime | None]


class InvoiceLineRow(Base):
    """One charge item on an invoice, with its price and its split as they were when billed."""

    __tablename__ = "invoice_lines"
    __table_args__ = (
        one_of("share_status", ShareStatus),
        one_of("copay_collected_by", CopayCollector),
        not_negative("gross", "discount", "deductible", "coinsurance", "copay"),
        CheckConstraint("plan_pays >= 0 AND patient_pays >= 0", name="parts_not_negative"),
        CheckConstraint("plan_pays + patient_pays = gross", name="parts_add_up"),
        CheckConstraint(
            "deductible + coinsurance + copay <= patient_pays", name="patient_part_adds_up"
        ),
        CheckConstraint("due_from_plan + due_from_patient + discount = gross", name="dues_add_up"),
        CheckConstraint(
            "(share_status = 'UNKNOWN_PLAN_UNAVAILABLE') = (plan_pays IS NULL)", name="unknown"
        ),
        UniqueConstraint("invoice_id", "position"),
        Index("ix_invoice_lines_charge_item_id", "charge_item_id"),
    )

    id: Mapped[Id]
    invoice_id: Mapped[str] = mapped_column(ForeignKey("invoices.id"))
    position: Mapped[int]
    charge_item_id: Mapped[str] = mapped_column(ForeignKey("charge_items.id"))
    tuss_code: Mapped[str] = mapped_column(String(8))
    quantity: Mapped[Quantity]
    unit_price: Mapped[UnitPrice]
    price_table_version: Mapped[str] = mapped_column(String(20))
    price_components: Mapped[list[dict[str, str | None]] | None] = mapped_column(
        JSON(none_as_null=True)
    )
    """How the price came about; their amounts add up to gross."""
    share_status: Mapped[str] = mapped_column(String(24))
    authorization_required: Mapped[bool | None]
    gross: Mapped[Amount]
    discount: Mapped[Amount]
    deductible: Mapped[Amount | None]
    coinsurance: Mapped[Amount | None]
    copay: Mapped[Amount | None]
    copay_collected_by: Mapped[str | None] = mapped_column(String(9))
    plan_pays: Mapped[Amount | None]
    patient_pays: Mapped[Amount | None]
    due_from_plan: Mapped[Amount | None]
    due_from_patient: Mapped[Amount | None]
