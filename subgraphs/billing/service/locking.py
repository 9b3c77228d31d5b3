"""An invoice held for a change, in the version that the caller has seen."""

from subgraphs.billing.domain.invoice import Account
from subgraphs.billing.domain.rounding import ZERO
from subgraphs.billing.models import InvoiceRow
from subgraphs.billing.repository import invoices
from subgraphs.kit.database import Session
from subgraphs.kit.errors import NotFound, StaleVersion


async def locked_invoice(session: Session, invoice_id: str, expected_version: int) -> InvoiceRow:
    """The invoice; others who want to change it wait until this transaction ends.

    Raises:
        NotFound: there is no such invoice.
        StaleVersion: somebody changed it since.
    """
    invoice = await invoices.lock(session, invoice_id)
    if invoice is None:
        raise NotFound("Esta fatura não existe.", path=["invoiceId"])
    if invoice.version != expected_version:
        raise StaleVersion(invoice.version)
    return invoice


def account_of(invoice: InvoiceRow) -> Account:
    """What is due on an issued invoice, and what came in."""
    return Account(
        due_from_patient=invoice.due_from_patient or ZERO,
        due_from_plan=invoice.due_from_plan or ZERO,
        patient_paid=invoice.patient_paid,
        plan_paid=invoice.plan_paid,
        written_off=invoice.written_off,
    )
