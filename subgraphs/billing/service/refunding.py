"""Refunds: asked for by one person, decided by another."""

from dataclasses import dataclass
from datetime import datetime

from subgraphs.billing.domain.charge import ChargeStatus
from subgraphs.billing.domain.errors import InvalidRefund, RefundDecided
from subgraphs.billing.domain.invoice import InvoiceStatus
from subgraphs.billing.domain.payment import Payer, PaymentMethod
from subgraphs.billing.domain.refund import RefundClaim, RefundStatus, check_two_people
from subgraphs.billing.models import InvoiceRow, PaymentRow, RefundRow
from subgraphs.billing.repository import charges, invoices, payments
from subgraphs.billing.service.announcing import tell_settled
from subgraphs.billing.service.cash_desk import open_desk_id
from subgraphs.billing.service.locking import account_of
from subgraphs.kit.database import Session
from subgraphs.kit.errors import NotFound
from subgraphs.kit.identifiers import new_id


@dataclass(frozen=True, slots=True)
class RefundDecision:
    """What the second person says."""

    refund_id: str
    approved: bool
    actor: str


async def request_refund(
    session: Session, payment_id: str, claim: RefundClaim, actor: str, now: datetime
) -> str:
    """Ask for money to go back; the refund's id. Nothing goes back yet.

    Raises:
        NotFound: there is no such payment.
        InvalidRefund: that much of it cannot go back.
    """
    payment, _ = await _locked(session, payment_id)
    if payment.payer != Payer.PATIENT:
        raise InvalidRefund("O que o plano pagou não se estorna aqui.", path=["paymentId"])
    claim.check(await payments.refundable(session, payment))
    refund = RefundRow(
        id=new_id(),
        payment_id=payment.id,
        status=RefundStatus.REQUESTED,
        amount=claim.amount,
        reason=claim.reason.strip(),
        requested_at=now,
        requested_by=actor,
    )
    session.add(refund)
    await session.flush()
    return refund.id


async def decide_refund(session: Session, decision: RefundDecision, now: datetime) -> str:
    """Approve or reject a refund; its id. Approved, the debt is open again by as much.

    Raises:
        NotFound: there is no such refund.
        RefundDecided: it was decided already.
        SamePerson: whoever asked for it cannot decide it.
        CashDeskClosed: cash is to go back, and the deciding clerk has no open desk.
    """
    seen = (await payments.refunds_by_ids(session, [decision.refund_id])).get(decision.refund_id)
    if seen is None:
        raise NotFound("Este estorno não existe.", path=["refundId"])
    payment, invoice = await _locked(session, seen.payment_id)
    refund = await payments.refund_again(session, seen)
    if refund.status != RefundStatus.REQUESTED:
        raise RefundDecided
    check_two_people(refund.requested_by, decision.actor)
    before = invoice.status
    if decision.approved:
        await _give_back(session, invoice, payment, refund, decision.actor)
    refund.status = RefundStatus.APPROVED if decision.approved else RefundStatus.REJECTED
    refund.decided_at = now
    refund.decided_by = decision.actor
    await session.flush()
    await tell_settled(session, invoice, before, now)
    return refund.id


async def _locked(session: Session, payment_id: str) -> tuple[PaymentRow, InvoiceRow]:
    """A payment, its invoice held: all that moves its money takes turns there."""
    payment = (await payments.by_ids(session, [payment_id])).get(payment_id)
    invoice = await invoices.lock(session, payment.invoice_id) if payment else None
    if payment is None or invoice is None:
        raise NotFound("Este pagamento não existe.", path=["paymentId"])
    return payment, invoice


async def _give_back(
    session: Session, invoice: InvoiceRow, payment: PaymentRow, refund: RefundRow, actor: str
) -> None:
    if payment.method == PaymentMethod.CASH:
        refund.cash_desk_id = await open_desk_id(session, invoice.clinic_id, actor)
    before = invoice.status
    invoice.patient_paid -= refund.amount
    if invoice.status != InvoiceStatus.ENTERED_IN_ERROR:
        invoice.status = account_of(invoice).status
    invoice.version += 1
    await session.flush()
    if before == InvoiceStatus.BALANCED and invoice.status != InvoiceStatus.BALANCED:
        await charges.move_charges_of(session, invoice.id, ChargeStatus.PAID, ChargeStatus.BILLED)
