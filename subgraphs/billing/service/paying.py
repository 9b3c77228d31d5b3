"""Payments at the desk."""

from datetime import datetime

from subgraphs.billing.domain.charge import ChargeStatus
from subgraphs.billing.domain.invoice import InvoiceStatus
from subgraphs.billing.domain.payment import Payer, PaymentMethod, Tender
from subgraphs.billing.models import InvoiceRow, PaymentRow
from subgraphs.billing.repository import charges
from subgraphs.billing.service.announcing import tell_settled
from subgraphs.billing.service.cash_desk import open_desk_id
from subgraphs.billing.service.locking import account_of, locked_invoice
from subgraphs.kit.database import Session
from subgraphs.kit.identifiers import new_id


async def register_payment(
    session: Session,
    invoice_id: str,
    expected_version: int,
    tender: Tender,
    actor: str,
    now: datetime,
) -> str:
    """Take a payment from the patient; the invoice's id.

    Raises:
        NotFound, StaleVersion, InvalidPayment, Overpayment.
        CashDeskClosed: it is cash, and this clerk has no open desk at the clinic.
    """
    invoice = await locked_invoice(session, invoice_id, expected_version)
    await take_payment(session, invoice, tender, actor, now)
    return invoice.id


async def take_payment(
    session: Session, invoice: InvoiceRow, tender: Tender, actor: str, now: datetime
) -> PaymentRow:
    """Book a payment of an invoice that is held.

    Raises:
        InvalidPayment, Overpayment, CashDeskClosed.
    """
    tender.check(InvoiceStatus(invoice.status), account_of(invoice))
    is_cash = tender.method is PaymentMethod.CASH
    desk_id = await open_desk_id(session, invoice.clinic_id, actor) if is_cash else None
    payment = PaymentRow(
        id=new_id(),
        invoice_id=invoice.id,
        payer=Payer.PATIENT,
        method=tender.method,
        amount=tender.amount,
        tendered=tender.tendered,
        cash_desk_id=desk_id,
        received_at=now,
        received_by=actor,
    )
    session.add(payment)
    before = invoice.status
    invoice.patient_paid += tender.amount
    invoice.status = account_of(invoice).status
    invoice.version += 1
    await session.flush()
    if invoice.status == InvoiceStatus.BALANCED:
        await charges.move_charges_of(session, invoice.id, ChargeStatus.BILLED, ChargeStatus.PAID)
    await tell_settled(session, invoice, before, now)
    return payment
