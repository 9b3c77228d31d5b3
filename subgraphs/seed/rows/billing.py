"""The billing database."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from sqlalchemy import Table

from subgraphs.billing.domain.invoice import InvoiceStatus
from subgraphs.billing.models import (
    ChargeItemRow,
    CoverageRow,
    InvoiceLineRow,
    InvoiceRow,
    InvoiceSeriesRow,
    PaymentRow,
    PriceRow,
    PriceTableVersion,
)
from subgraphs.seed.generate.bills import Bills, Invoice, Payment, PriceTable
from subgraphs.seed.generate.coverages import Coverage
from subgraphs.seed.generate.visits import Visit
from subgraphs.seed.load import Parcel, Row, TableRows, batches

AUTHOR = "seed"
_NOTHING = Decimal("0.00")


def billing_parcels(
    bills: Bills, coverages: dict[str, Coverage], visits: list[Visit]
) -> Iterator[Parcel]:
    """Price tables and cards first, then the invoices with all that belongs to them."""
    yield [
        TableRows(_table(PriceTableVersion), [_version(table) for table in bills.tables]),
        TableRows(_table(PriceRow), [row for table in bills.tables for row in _prices(table)]),
    ]
    for cards in batches(coverages.values()):
        yield [TableRows(_table(CoverageRow), [_coverage(card) for card in cards])]
    for some in batches(bills.invoices(visits, coverages)):
        yield [
            TableRows(_table(ChargeItemRow), [_charge(invoice) for invoice in some]),
            TableRows(
                _table(InvoiceRow),
                [_invoice(invoice) for invoice in some],
                held_back={"status": InvoiceStatus.DRAFT.value},
            ),
            TableRows(_table(InvoiceLineRow), [_line(invoice) for invoice in some]),
            TableRows(
                _table(PaymentRow),
                [_payment(invoice, payment) for invoice in some for payment in invoice.payments],
            ),
        ]
    series = [
        {"series": series, "last_number": number} for series, number in bills.last_numbers.items()
    ]
    yield [TableRows(_table(InvoiceSeriesRow), series)]


def _table(model: Any) -> Table:
    table: Table = model.__table__
    return table


def _version(table: PriceTable) -> Row:
    return {
        "id": table.version.id,
        "payer": table.version.payer,
        "valid_from": table.version.valid_from,
        "published_at": table.published_at,
        "published_by": AUTHOR,
    }


def _prices(table: PriceTable) -> Iterator[Row]:
    for tuss_code, price in table.prices.items():
        yield {"version_id": table.version.id, "tuss_code": tuss_code, "unit_price": price}


def _coverage(coverage: Coverage) -> Row:
    return {
        "id": coverage.id,
        "patient_id": coverage.person.id,
        "ans_registry": coverage.card.ans_registry,
        "plan_name": coverage.plan_name,
        "card_number": coverage.card.number,
        "valid_from": coverage.valid_from,
        "valid_until": coverage.valid_until,
        "created_at": coverage.person.registered_at,
    }


def _charge(invoice: Invoice) -> Row:
    line, visit = invoice.line, invoice.visit
    return {
        "id": invoice.charge_id,
        "status": invoice.charge_status.value,
        "patient_id": visit.person.id,
        "appointment_id": visit.id,
        "document_id": None,
        "tuss_code": line.tuss_code,
        "quantity": line.quantity,
        "unit_price": line.price.unit_price,
        "price_table_version": line.price.table_version,
        "service_day": invoice.service_day,
        "created_at": visit.span.ends_at,
    }


def _invoice(invoice: Invoice) -> Row:
    visit, account, share = invoice.visit, invoice.account, invoice.share
    return {
        "id": invoice.id,
        "version": 2 + len(invoice.payments),
        "status": invoice.status.value,
        "series": visit.practitioner.clinic.cnes,
        "number": invoice.number,
        "patient_id": visit.person.id,
        "appointment_id": visit.id,
        "clinic_id": visit.practitioner.clinic.id,
        "coverage_id": invoice.coverage.id if invoice.coverage else None,
        "service_day": invoice.service_day,
        "gross": share.gross,
        "discount": _NOTHING,
        "plan_pays": share.plan_pays,
        "patient_pays": share.patient_pays,
        "due_from_plan": account.due_from_plan,
        "due_from_patient": account.due_from_patient,
        "patient_paid": account.patient_paid,
        "plan_paid": account.plan_paid,
        "written_off": account.written_off,
        "created_at": visit.span.ends_at,
        "created_by": AUTHOR,
        "issued_at": invoice.issued_at,
        "issued_by": AUTHOR,
        "cancelled_at": None,
        "cancelled_by": None,
        "cancel_reason": None,
    }


def _line(invoice: Invoice) -> Row:
    line, share = invoice.line, invoice.share
    return {
        "id": invoice.line_id,
        "invoice_id": invoice.id,
        "position": 1,
        "charge_item_id": invoice.charge_id,
        "tuss_code": line.tuss_code,
        "quantity": line.quantity,
        "unit_price": line.price.unit_price,
        "price_table_version": line.price.table_version,
        "share_status": line.status.value,
        "authorization_required": line.authorization_required,
        "gross": share.gross,
        "discount": _NOTHING,
        "deductible": share.deductible,
        "coinsurance": share.coinsurance,
        "copay": share.copay,
        "copay_collected_by": share.copay_collected_by.value,
        "plan_pays": share.plan_pays,
        "patient_pays": share.patient_pays,
        "due_from_plan": share.due_from_plan,
        "due_from_patient": share.due_from_patient,
    }


def _payment(invoice: Invoice, payment: Payment) -> Row:
    return {
        "id": payment.id,
        "invoice_id": invoice.id,
        "payer": payment.payer.value,
        "method": payment.method.value,
        "amount": payment.amount,
        "tendered": None,
        "received_at": payment.received_at,
        "received_by": AUTHOR,
    }
