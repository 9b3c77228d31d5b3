"""A quote written down as the lines and the totals of an invoice."""

from collections.abc import Sequence

from subgraphs.billing.domain.quote import QuotedLine
from subgraphs.billing.domain.rounding import ZERO
from subgraphs.billing.domain.totals import totals_of
from subgraphs.billing.models import InvoiceLineRow, InvoiceRow
from subgraphs.kit.identifiers import new_id


def new_line(
    invoice_id: str, position: int, charge_item_id: str, quoted: QuotedLine
) -> InvoiceLineRow:
    """A line for a quoted charge."""
    row = InvoiceLineRow(
        id=new_id(),
        invoice_id=invoice_id,
        position=position,
        charge_item_id=charge_item_id,
        tuss_code=quoted.tuss_code,
        discount=ZERO,
    )
    write_line(row, quoted)
    return row


def write_line(row: InvoiceLineRow, quoted: QuotedLine) -> None:
    """Price and split a line. What is not known is null, not zero."""
    row.quantity = quoted.quantity
    row.unit_price = quoted.price.unit_price
    row.price_table_version = quoted.price.table_version
    row.gross = quoted.gross
    row.price_components = [
        {
            "code": component.code,
            "factor": None if component.factor is None else f"{component.factor:f}",
            "amount": f"{component.amount:f}",
        }
        for component in quoted.components
    ]
    row.share_status = quoted.status
    row.authorization_required = quoted.authorization_required
    share = quoted.share
    row.deductible = share.deductible if share else None
    row.coinsurance = share.coinsurance if share else None
    row.copay = share.copay if share else None
    row.copay_collected_by = share.copay_collected_by if share else None
    row.plan_pays = share.plan_pays if share else None
    row.patient_pays = share.patient_pays if share else None
    row.due_from_plan = share.due_from_plan if share else None
    row.due_from_patient = share.due_from_patient if share else None


def write_totals(invoice: InvoiceRow, lines: Sequence[QuotedLine]) -> None:
    """The sums of the lines."""
    totals = totals_of(lines)
    invoice.gross = totals.gross
    invoice.plan_pays = totals.plan_pays
    invoice.patient_pays = totals.patient_pays
    invoice.due_from_plan = totals.due_from_plan
    invoice.due_from_patient = totals.due_from_patient
