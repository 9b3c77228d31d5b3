"""Visits beside what records remembers of them, and encounters beside their visits."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import select

from subgraphs.appointments.models import Appointment
from subgraphs.reconcile.check import Check, Databases, by_id
from subgraphs.reconcile.finding import Drift, Finding
from subgraphs.records.models import Encounter, VisitReplica

TOLD_AS = {"CHECKED_IN": "ARRIVED", "IN_PROGRESS": "ARRIVED"}
"""Not every step is told: records keeps the last one that was."""
_PERHAPS_UNTOLD = ("CANCELLED", "ENTERED_IN_ERROR")
"""A hold that was never confirmed ends like this, and nobody is told of it."""
_UNTOLD = ("PROPOSED", "WAITLIST", "PENDING")


async def _remembered(databases: Databases, page: Sequence[Any]) -> Iterable[Finding]:
    wanted = select(
        VisitReplica.id, VisitReplica.status, VisitReplica.practitioner_id, VisitReplica.starts_at
    )
    ids = [visit.id for visit in page]
    known = await by_id(databases["records"], wanted, VisitReplica.id, ids)
    findings = []
    for visit in page:
        replica = known.get(visit.id)
        if replica is None:
            if visit.status not in _PERHAPS_UNTOLD:
                findings.append(Finding(Drift.VISIT_NOT_REMEMBERED, "records", visit.id))
        elif differing := _differing(visit, replica):
            detail = ", ".join(differing)
            findings.append(Finding(Drift.VISIT_REMEMBERED_WRONG, "records", visit.id, detail))
    return findings


def _differing(visit: Any, replica: Any) -> list[str]:
    alike = {
        "status": replica.status == TOLD_AS.get(visit.status, visit.status),
        "practitioner": replica.practitioner_id == visit.practitioner_id,
        "start": replica.starts_at == visit.starts_at,
    }
    return [name for name, is_alike in alike.items() if not is_alike]


async def _of_visits(databases: Databases, page: Sequence[Any]) -> Iterable[Finding]:
    ids = {encounter.appointment_id for encounter in page}
    known = await by_id(databases["appointments"], select(Appointment.id), Appointment.id, ids)
    return [
        Finding(Drift.ENCOUNTER_WITHOUT_VISIT, "records", encounter.id)
        for encounter in page
        if encounter.appointment_id not in known
    ]


VISITS = (
    Check(
        "visits",
        "appointments",
        select(
            Appointment.id, Appointment.status, Appointment.practitioner_id, Appointment.starts_at
        ).where(Appointment.status.not_in(_UNTOLD)),
        Appointment.id,
        _remembered,
    ),
    Check(
        "encounters",
        "records",
        select(Encounter.id, Encounter.appointment_id),
        Encounter.id,
        _of_visits,
    ),
)
