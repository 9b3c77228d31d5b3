"""What took place and was requested, beside what is charged for it; both ways."""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import select

from subgraphs.appointments.models import Appointment
from subgraphs.billing.models import ChargeItemRow
from subgraphs.reconcile.check import Check, Databases, by_id, found
from subgraphs.reconcile.finding import Drift, Finding
from subgraphs.records.models import ClinicalDocument

_NOT_HELD = ("CANCELLED", "NO_SHOW", "ENTERED_IN_ERROR")
_UNBILLED = ("PLANNED", "BILLABLE")
_IN_FORCE = "SIGNED"


async def _visits_charged(databases: Databases, page: Sequence[Any]) -> Iterable[Finding]:
    ids = [visit.id for visit in page]
    wanted = select(ChargeItemRow.appointment_id).where(ChargeItemRow.document_id.is_(None))
    known = await by_id(databases["billing"], wanted, ChargeItemRow.appointment_id, ids)
    return [Finding(Drift.VISIT_NOT_CHARGED, "billing", id) for id in ids if id not in known]


async def _requests_charged(databases: Databases, page: Sequence[Any]) -> Iterable[Finding]:
    ids = [document.id for document in page]
    wanted = select(ChargeItemRow.document_id, ChargeItemRow.tuss_code)
    rows = await found(databases["billing"], wanted, ChargeItemRow.document_id, ids)
    charged = {(row.document_id, row.tuss_code) for row in rows}
    findings = []
    for document in page:
        codes = json.loads(document.content)["tuss_codes"]
        if missing := [code for code in codes if (document.id, code) not in charged]:
            detail = ", ".join(missing)
            findings.append(Finding(Drift.REQUEST_NOT_CHARGED, "billing", document.id, detail))
    return findings


async def _charges_founded(databases: Databases, page: Sequence[Any]) -> Iterable[Finding]:
    visits = await by_id(
        databases["appointments"],
        select(Appointment.id, Appointment.status),
        Appointment.id,
        {charge.appointment_id for charge in page},
    )
    documents = await by_id(
        databases["records"],
        select(ClinicalDocument.id, ClinicalDocument.status),
        ClinicalDocument.id,
        {charge.document_id for charge in page if charge.document_id},
    )
    drifts = ((charge.id, _unfounded(charge, visits, documents)) for charge in page)
    return [Finding(drift, "billing", id) for id, drift in drifts if drift]


def _unfounded(charge: Any, visits: dict[str, Any], documents: dict[str, Any]) -> Drift | None:
    visit = visits.get(charge.appointment_id)
    if visit is None:
        return Drift.CHARGE_WITHOUT_VISIT
    if visit.status in _NOT_HELD:
        return Drift.CHARGE_OF_VISIT_NOT_HELD
    if charge.document_id is None:
        return None
    document = documents.get(charge.document_id)
    # What was billed before its request was replaced stays billed.
    given_up = document and document.status != _IN_FORCE and charge.status in _UNBILLED
    return Drift.CHARGE_WITHOUT_DOCUMENT if document is None or given_up else None


CHARGES = (
    Check(
        "visits that took place",
        "appointments",
        select(Appointment.id).where(Appointment.status == "FULFILLED"),
        Appointment.id,
        _visits_charged,
    ),
    Check(
        "signed requests",
        "records",
        select(ClinicalDocument.id, ClinicalDocument.content).where(
            ClinicalDocument.kind == "EXAM_REQUEST", ClinicalDocument.status == _IN_FORCE
        ),
        ClinicalDocument.id,
        _requests_charged,
    ),
    Check(
        "charges",
        "billing",
        select(
            ChargeItemRow.id,
            ChargeItemRow.status,
            ChargeItemRow.appointment_id,
            ChargeItemRow.document_id,
        ).where(ChargeItemRow.status != "ABORTED"),
        ChargeItemRow.id,
        _charges_founded,
    ),
)
