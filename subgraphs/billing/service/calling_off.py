"""What becomes of a bill when its visit does not take place, or never did.

A draft ends by itself. What was issued has a number, and perhaps money came in: a person must call
it off, so it says since when somebody should.
"""

from datetime import datetime

from subgraphs.billing.domain.events import EventType
from subgraphs.billing.domain.invoice import InvoiceStatus
from subgraphs.billing.repository import charges, invoices
from subgraphs.billing.service.announcing import tell_invoice
from subgraphs.kit.database import Session

_ACTOR = "service:appointments"
_REASON = "A consulta não aconteceu."


async def call_off_visit(session: Session, appointment_id: str, at: datetime) -> None:
    """Give up what was not billed; end the draft, or ask for the invoice to be called off."""
    live = (await invoices.live_by_appointments(session, [appointment_id])).get(appointment_id)
    invoice = await invoices.lock(session, live.id) if live else None
    if invoice is not None and invoice.status == InvoiceStatus.DRAFT:
        invoice.status = InvoiceStatus.CANCELLED
        invoice.cancelled_at, invoice.cancelled_by = at, _ACTOR
        invoice.cancel_reason = _REASON
        invoice.version += 1
        await session.flush()
        await tell_invoice(session, invoice, EventType.INVOICE_CANCELLED, at)
    elif invoice is not None and invoice.cancel_requested_at is None:
        invoice.cancel_requested_at = at
        invoice.version += 1
        await session.flush()
    await charges.give_up_of_appointment(session, appointment_id)
