"""Discounts on drafts: what is issued is frozen."""

from dataclasses import dataclass
from datetime import datetime

from subgraphs.billing.domain.discount import Discount
from subgraphs.billing.domain.errors import InvoiceStateConflict, PlanUnavailable
from subgraphs.billing.domain.invoice import InvoiceStatus
from subgraphs.billing.domain.rounding import ZERO
from subgraphs.billing.models import DiscountRow
from subgraphs.billing.repository import invoices
from subgraphs.billing.service.locking import locked_invoice
from subgraphs.kit.database import Session
from subgraphs.kit.identifiers import new_id


@dataclass(frozen=True, slots=True)
class DiscountOrder:
    """Let a patient off, on an invoice as somebody saw it."""

    invoice_id: str
    expected_version: int
    discount: Discount
    approved_by: str


async def discount_invoice(session: Session, order: DiscountOrder, now: datetime) -> str:
    """Make this the discount of a draft, in place of an earlier one; the invoice's id.

    Raises:
        NotFound, StaleVersion, InvoiceStateConflict, InvalidDiscount.
        PlanUnavailable: what the patient owes is not known yet.
    """
    invoice = await locked_invoice(session, order.invoice_id, order.expected_version)
    if invoice.status != InvoiceStatus.DRAFT:
        raise InvoiceStateConflict("Só um rascunho recebe desconto.", invoice.status)
    order.discount.check(invoice.created_by, order.approved_by)
    lines = (await invoices.lines_of(session, [invoice.id])).get(invoice.id, [])
    if invoice.due_from_patient is None:
        raise PlanUnavailable
    undiscounted = [(line.due_from_patient or ZERO) + line.discount for line in lines]
    shares = order.discount.over(undiscounted)
    for line, due, share in zip(lines, undiscounted, shares, strict=True):
        line.discount, line.due_from_patient = share, due - share
    invoice.due_from_patient = sum(undiscounted, ZERO) - order.discount.amount
    invoice.discount = order.discount.amount
    invoice.version += 1
    session.add(
        DiscountRow(
            id=new_id(),
            invoice_id=invoice.id,
            amount=order.discount.amount,
            reason=order.discount.reason.strip(),
            drafted_by=invoice.created_by,
            approved_by=order.approved_by,
            approved_at=now,
        )
    )
    await session.flush()
    return invoice.id
