"""What the services would have learned from each other's events, had they been told.

The outboxes of a made-up network stay empty: its past is a snapshot, told to nobody, and events
begin after it (`docs/decisions/0042-…`).
"""

from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import Table

from subgraphs.appointments.domain.status import AppointmentStatus
from subgraphs.billing.domain.charge import ChargeStatus
from subgraphs.billing.models import ChargeItemRow, MergedPatientRow
from subgraphs.records.domain.content import ExamRequest
from subgraphs.records.models import PatientReplica, VisitReplica
from subgraphs.seed.draw import seeded_id
from subgraphs.seed.generate.care import Encounter
from subgraphs.seed.generate.people import Person
from subgraphs.seed.generate.visits import Visit
from subgraphs.seed.load import Parcel, Row, TableRows, batches
from subgraphs.seed.plan import SeedPlan

_UNTOLD = frozenset({AppointmentStatus.CHECKED_IN, AppointmentStatus.IN_PROGRESS})
"""Steps after the arrival that no event tells."""


def learned_by_records(people: list[Person], visits: list[Visit]) -> Iterator[Parcel]:
    """Who the patients are, and who is to see whom."""
    for some in batches(people):
        yield [TableRows(_table(PatientReplica), [_patient(person) for person in some])]
    for held in batches(visits):
        yield [TableRows(_table(VisitReplica), [_visit(visit) for visit in held])]


def learned_by_billing(
    plan: SeedPlan, people: list[Person], encounters: Iterable[Encounter]
) -> Iterator[Parcel]:
    """Which registrations are one person's, and what signed documents request."""
    merged = [person for person in people if person.merged_into]
    links = [{"source_id": one.id, "target_id": one.merged_into} for one in merged]
    yield [TableRows(_table(MergedPatientRow), links)]
    for some in batches(encounters):
        rows = [row for encounter in some for row in _requested(plan, encounter)]
        yield [TableRows(_table(ChargeItemRow), rows)]


def _table(model: Any) -> Table:
    table: Table = model.__table__
    return table


def _patient(person: Person) -> Row:
    return {
        "id": person.id,
        "display_name": person.demographics.display_name,
        "status": person.status.value,
        "version": 2 if person.merged_into else 1,
        "merged_into_id": person.merged_into,
        "person_id": person.merged_into or person.id,
    }


def _visit(visit: Visit) -> Row:
    told = AppointmentStatus.ARRIVED if visit.status in _UNTOLD else visit.status
    return {
        "id": visit.id,
        "version": 1 if told is AppointmentStatus.BOOKED else 2,
        "patient_id": visit.person.id,
        "practitioner_id": visit.practitioner.id,
        "starts_at": visit.span.starts_at,
        "status": told.value,
    }


def _requested(plan: SeedPlan, encounter: Encounter) -> Iterator[Row]:
    visit = encounter.visit
    service_day = visit.span.starts_at.astimezone(visit.practitioner.clinic.zone).date()
    for document in encounter.documents:
        if document.signed_at is None or not isinstance(document.content, ExamRequest):
            continue
        for code in document.content.tuss_codes:
            yield {
                "id": seeded_id(plan.seed, f"charge {document.id} {code}", 0, document.signed_at),
                "status": ChargeStatus.PLANNED.value,
                "patient_id": visit.person.id,
                "appointment_id": visit.id,
                "document_id": document.id,
                "tuss_code": code,
                "quantity": 1,
                "unit_price": None,
                "price_table_version": None,
                "service_day": service_day,
                "created_at": document.signed_at,
            }
