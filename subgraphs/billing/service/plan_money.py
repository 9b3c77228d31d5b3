"""What the plan pays on an invoice, and what of its debt is given up."""

from datetime import datetime
from decimal import Decimal

from subgraphs.billing.domain.charge import ChargeStatus
from subgraphs.billing.domain.errors import InvoiceStateConflict
from subgraphs.billing.domain.invoice import OPEN, InvoiceStatus
from subgraphs.billing.domain.payment import Payer, PaymentMethod
from subgraphs.billing.models import InvoiceRow, PaymentRow
from subgraphs.billing.repository import charges, invoices
from subgraphs.billing.service.announcing import tell_settled
from subgraphs.billing.service.locking import account_of
from subgraphs.kit.database import Session
from subgraphs.kit.errors import NotFound
from subgraphs.kit.identifiers import new_id


async def receive_from_plan(
    session: Session, invoice_id: str, amount: Decimal, now: datetime
) -> None:
    """Book what the plan paid."""
    if amount == 0:
        return
    invoice = await _open_invoice(session, invoice_id)
    session.add(
        PaymentRow(
            id=new_id(),
            invoice_id=invoice.id,
            payer=Payer.PLAN,
            method=PaymentMethod.TRANSFER,
            amount=amount,
            received_at=now,
            received_by="health-plan",
        )
    )
    invoice.plan_paid += amount
    await _settle(session, invoice, now)


async def write_off(session: Session, invoice_id: str, amount: Decimal, now: datetime) -> None:
    """Give up what the plan denied for good. The patient does not owe it instead."""
    if amount == 0:
        return
    invoice = await _open_invoice(session, invoice_id)
    invoice.written_off += amount
    await _settle(session, invoice, now)


async def _open_invoice(session: Session, invoice_id: str) -> InvoiceRow:
    invoice = await invoices.lock(session, invoice_id)
    if invoice is None:
        raise NotFound("Esta fatura não existe.", path=["invoiceId"])
    if invoice.status not in OPEN:
        raise InvoiceStateConflict("Esta fatura não espera dinheiro do plano.", invoice.status)
    return invoice


async def _settle(session: Session, invoice: InvoiceRow, now: datetime) -> None:
    before = invoice.status
    invoice.status = account_of(invoice).status
    invoice.version += 1
    await session.flush()
    if invoice.status == InvoiceStatus.BALANCED:
        await charges.move_charges_of(session, invoice.id, ChargeStatus.BILLED, ChargeStatus.PAID)
    await tell_settled(session, invoice, before, now)
