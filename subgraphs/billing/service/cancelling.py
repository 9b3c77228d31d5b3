"""Calling an invoice off. Its number stays used, and its charges can be billed again."""

from dataclasses import dataclass
from datetime import datetime

from subgraphs.billing.domain.charge import ChargeStatus
from subgraphs.billing.domain.claim import UNSENT, ClaimStatus
from subgraphs.billing.domain.errors import InvoiceStateConflict
from subgraphs.billing.domain.events import EventType
from subgraphs.billing.domain.invoice import InvoiceStatus, is_edge
from subgraphs.billing.models import InvoiceRow
from subgraphs.billing.repository import charges, claims
from subgraphs.billing.service.announcing import tell_invoice
from subgraphs.billing.service.locking import locked_invoice
from subgraphs.kit.database import Session
from subgraphs.kit.errors import InvalidInput


@dataclass(frozen=True, slots=True)
class CancelOrder:
    """Call an invoice off, as cancelled or as entered in error."""

    invoice_id: str
    expected_version: int
    reason: str
    actor: str
    target: InvoiceStatus = InvoiceStatus.CANCELLED


async def cancel(session: Session, order: CancelOrder, now: datetime) -> str:
    """End the invoice; its id.

    Raises:
        NotFound, StaleVersion.
        InvalidInput: no reason was given.
        InvoiceStateConflict: it is over already, or money came in that must be refunded first.
    """
    reason = order.reason.strip()
    if not 3 <= len(reason) <= 500:
        raise InvalidInput("Explique o motivo, em 3 a 500 caracteres.", path=["reason"])
    invoice = await locked_invoice(session, order.invoice_id, order.expected_version)
    _check(invoice, order.target)
    await _withdraw_claim(session, invoice)
    for charged in (ChargeStatus.PAID, ChargeStatus.BILLED):
        await charges.move_charges_of(session, invoice.id, charged, ChargeStatus.BILLABLE)
    invoice.status = order.target
    invoice.cancelled_at = now
    invoice.cancelled_by = order.actor
    invoice.cancel_reason = reason
    invoice.version += 1
    await session.flush()
    await tell_invoice(session, invoice, EventType.INVOICE_CANCELLED, now)
    return invoice.id


def _check(invoice: InvoiceRow, target: InvoiceStatus) -> None:
    if invoice.patient_paid + invoice.plan_paid > 0:
        raise InvoiceStateConflict("Estorne os pagamentos antes.", invoice.status)
    if not is_edge(InvoiceStatus(invoice.status), target):
        raise InvoiceStateConflict("Esta fatura não pode mais ser cancelada.", invoice.status)


async def _withdraw_claim(session: Session, invoice: InvoiceRow) -> None:
    claim = (await claims.of_invoices(session, [invoice.id])).get(invoice.id)
    if claim is None:
        return
    # Looked at before it is locked: whoever holds a claim that was sent may wait for the invoice.
    held = await claims.lock(session, claim.id) if claim.status in UNSENT else claim
    if held is None or held.status not in UNSENT:
        raise InvoiceStateConflict("A guia desta fatura já foi enviada ao plano.", invoice.status)
    held.status = ClaimStatus.CANCELLED
    await session.flush()
