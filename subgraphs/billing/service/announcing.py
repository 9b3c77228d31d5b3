"""Telling the other services, in the transaction of the effect and after it."""

from datetime import datetime

from subgraphs.billing.domain.events import EventType, in_reais
from subgraphs.billing.domain.invoice import InvoiceStatus
from subgraphs.billing.models import (
    OUTBOX,
    AuthorizationRow,
    ChargeItemRow,
    ClaimRow,
    CoverageRow,
    InvoiceRow,
)
from subgraphs.kit.database import Session
from subgraphs.kit.events.event import Fact

# What is created once and told once has one version; an invoice counts its own.
_ONLY = 1
_AFTER_IT = 2


async def tell_invoice(
    session: Session, invoice: InvoiceRow, event_type: EventType, at: datetime
) -> None:
    """An invoice took a step that others may wait for."""
    payload = {
        "status": invoice.status,
        "series": invoice.series,
        "number": invoice.number,
        "patientId": invoice.patient_id,
        "appointmentId": invoice.appointment_id,
        "clinicId": invoice.clinic_id,
        "gross": in_reais(invoice.gross),
    }
    fact = Fact(event_type.value, "Invoice", invoice.id, invoice.version, payload)
    await OUTBOX.record(session, fact, at)


async def tell_settled(session: Session, invoice: InvoiceRow, before: str, at: datetime) -> None:
    """An invoice was balanced, or a refund opened it again; nothing else that money does."""
    is_balanced = invoice.status == InvoiceStatus.BALANCED
    if is_balanced and before != InvoiceStatus.BALANCED:
        await tell_invoice(session, invoice, EventType.INVOICE_BALANCED, at)
    elif before == InvoiceStatus.BALANCED and not is_balanced:
        await tell_invoice(session, invoice, EventType.INVOICE_REOPENED, at)


async def tell_charge(session: Session, charge: ChargeItemRow, at: datetime) -> None:
    """Something was done, or is to be done, that has a price."""
    payload = {
        "status": charge.status,
        "tussCode": charge.tuss_code,
        "patientId": charge.patient_id,
        "appointmentId": charge.appointment_id,
        "documentId": charge.document_id,
    }
    type_ = EventType.CHARGE_ITEM_CREATED.value
    await OUTBOX.record(session, Fact(type_, "ChargeItem", charge.id, _ONLY, payload), at)


async def tell_decision(session: Session, row: AuthorizationRow, at: datetime) -> None:
    """The plan decided about a procedure. Its password stays here."""
    payload = {
        "status": row.status,
        "tussCode": row.tuss_code,
        "patientId": row.patient_id,
        "appointmentId": row.appointment_id,
        "documentId": row.document_id,
        "validUntil": row.valid_until.isoformat() if row.valid_until else None,
        "reasonCode": row.reason_code,
    }
    type_ = EventType.AUTHORIZATION_DECIDED.value
    await OUTBOX.record(session, Fact(type_, "Authorization", row.id, _ONLY, payload), at)


async def tell_denial(session: Session, claim: ClaimRow, at: datetime) -> None:
    """The plan denied a claim, or a part of it."""
    payload = {
        "status": claim.status,
        "invoiceId": claim.invoice_id,
        "billed": in_reais(claim.billed),
        "denied": in_reais(claim.denied),
    }
    type_ = EventType.CLAIM_DENIED.value
    await OUTBOX.record(session, Fact(type_, "Claim", claim.id, _ONLY, payload), at)


async def tell_card(
    session: Session, coverage: CoverageRow, event_type: EventType, at: datetime
) -> None:
    """A patient's card was registered, or removed. Its number stays here."""
    version = _ONLY if event_type is EventType.COVERAGE_REGISTERED else _AFTER_IT
    payload = {"patientId": coverage.patient_id, "ansRegistry": coverage.ans_registry}
    fact = Fact(event_type.value, "Coverage", coverage.id, version, payload)
    await OUTBOX.record(session, fact, at)
