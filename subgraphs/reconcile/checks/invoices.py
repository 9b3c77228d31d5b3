"""Invoices beside the visits and the patients that they are for."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import select

from subgraphs.appointments.models import Appointment
from subgraphs.billing.models import InvoiceRow, MergedPatientRow
from subgraphs.patients.models import PatientRow
from subgraphs.reconcile.check import Check, Databases, by_id
from subgraphs.reconcile.finding import Drift, Finding

_OVER = ("CANCELLED", "ENTERED_IN_ERROR")
_OPEN = ("DRAFT", "ISSUED", "PARTIALLY_PAID")


async def _founded(databases: Databases, page: Sequence[Any]) -> Iterable[Finding]:
    patient_ids = {invoice.patient_id for invoice in page}
    visits = await by_id(
        databases["appointments"],
        select(Appointment.id),
        Appointment.id,
        {invoice.appointment_id for invoice in page},
    )
    patients = await by_id(
        databases["patients"],
        select(PatientRow.id, PatientRow.status),
        PatientRow.id,
        patient_ids,
    )
    links = await by_id(
        databases["billing"],
        select(MergedPatientRow.source_id),
        MergedPatientRow.source_id,
        patient_ids,
    )
    return [
        Finding(drift, "billing", invoice.id)
        for invoice in page
        for drift in _drifts(invoice, visits, patients, links)
    ]


def _drifts(
    invoice: Any, visits: dict[str, Any], patients: dict[str, Any], links: dict[str, Any]
) -> Iterator[Drift]:
    if invoice.appointment_id not in visits:
        yield Drift.INVOICE_WITHOUT_VISIT
    patient = patients.get(invoice.patient_id)
    if patient is None:
        yield Drift.INVOICE_WITHOUT_PATIENT
    elif patient.status == "ANONYMISED" and invoice.status in _OPEN:
        yield Drift.INVOICE_OF_ERASED_PATIENT
    elif patient.status == "MERGED" and invoice.patient_id not in links:
        yield Drift.INVOICE_OF_MERGED_PATIENT


INVOICES = (
    Check(
        "invoices",
        "billing",
        select(
            InvoiceRow.id, InvoiceRow.status, InvoiceRow.appointment_id, InvoiceRow.patient_id
        ).where(InvoiceRow.status.not_in(_OVER)),
        InvoiceRow.id,
        _founded,
    ),
)
