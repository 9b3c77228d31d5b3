"""The appointments database."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Table

from subgraphs.appointments.domain.status import AppointmentStatus
from subgraphs.appointments.domain.transition import CancelledBy, is_late_cancellation
from subgraphs.appointments.models import (
    Appointment,
    Availability,
    Clinic,
    Closure,
    HealthcareService,
    PatientReplica,
    Practitioner,
    PractitionerService,
    StatusChange,
)
from subgraphs.seed.draw import seeded_id
from subgraphs.seed.generate import network as model
from subgraphs.seed.generate.coverages import Coverage
from subgraphs.seed.generate.network import OPENINGS, Network
from subgraphs.seed.generate.people import Person
from subgraphs.seed.generate.visits import DAYS_BACK, Visit
from subgraphs.seed.load import Parcel, Row, TableRows, batches
from subgraphs.seed.plan import SeedPlan

AUTHOR = "seed"
HOLIDAYS_AHEAD = timedelta(days=400)

_S = AppointmentStatus
_STEPS = {
    _S.BOOKED: (_S.BOOKED,),
    _S.ARRIVED: (_S.BOOKED, _S.ARRIVED),
    _S.CHECKED_IN: (_S.BOOKED, _S.ARRIVED, _S.CHECKED_IN),
    _S.IN_PROGRESS: (_S.BOOKED, _S.ARRIVED, _S.CHECKED_IN, _S.IN_PROGRESS),
    _S.FULFILLED: (_S.BOOKED, _S.ARRIVED, _S.CHECKED_IN, _S.IN_PROGRESS, _S.FULFILLED),
    _S.NO_SHOW: (_S.BOOKED, _S.NO_SHOW),
    _S.CANCELLED: (_S.BOOKED, _S.CANCELLED),
}
"""The way to each status that a visit of the seed can have."""


def appointment_parcels(
    plan: SeedPlan,
    network: Network,
    people: list[Person],
    visits: list[Visit],
    coverages: dict[str, Coverage],
) -> Iterator[Parcel]:
    """The network first, then what is remembered of the patients, then the visits."""
    yield _network(plan, network)
    for some in batches(people):
        yield [TableRows(_table(PatientReplica), [_replica(plan, person) for person in some])]
    for held in batches(visits):
        yield [
            TableRows(_table(Appointment), [_appointment(visit, coverages) for visit in held]),
            TableRows(_table(StatusChange), [row for visit in held for row in _steps(plan, visit)]),
        ]


def _table(model: Any) -> Table:
    table: Table = model.__table__
    return table


def _network(plan: SeedPlan, network: Network) -> Parcel:
    practitioners = network.practitioners
    return [
        TableRows(_table(Clinic), [_clinic(clinic) for clinic in network.clinics]),
        TableRows(_table(HealthcareService), [_service(offer) for offer in network.offers]),
        TableRows(_table(Practitioner), [_practitioner(one) for one in practitioners]),
        TableRows(
            _table(PractitionerService),
            [
                {"practitioner_id": one.id, "service_id": offer.id}
                for one in practitioners
                for offer in (one.offer, network.telehealth)
            ],
        ),
        TableRows(_table(Availability), _availabilities(plan, network)),
        TableRows(_table(Closure), _closures(plan, network)),
    ]


def _clinic(clinic: model.Clinic) -> Row:
    return {
        "id": clinic.id,
        "name": clinic.name,
        "cnes": clinic.cnes,
        "cnpj": clinic.cnpj,
        "city": clinic.city.name,
        "uf": clinic.city.state,
        "time_zone": clinic.city.time_zone,
    }


def _service(offer: model.Offer) -> Row:
    return {
        "id": offer.id,
        "name": offer.name,
        "tuss_code": offer.tuss_code,
        "duration_minutes": int(model.VISIT.total_seconds() // 60),
        "buffer_minutes": 0,
    }


def _practitioner(one: model.Practitioner) -> Row:
    return {
        "id": one.id,
        "name": one.name,
        "council_body": one.specialty.council,
        "council_number": one.council_number,
        "council_uf": one.clinic.city.state,
        "cbo": one.specialty.cbo,
        "specialties": [one.specialty.name],
        "rqe": [one.rqe] if one.rqe else [],
        "return_window_days": one.return_window_days,
    }


def _availabilities(plan: SeedPlan, network: Network) -> list[Row]:
    valid_from = plan.reference_date - timedelta(days=DAYS_BACK)
    rows: list[Row] = []
    for one in network.practitioners:
        for weekday in one.weekdays:
            for opens, closes in OPENINGS:
                number = len(rows)
                rows.append(
                    {
                        "id": seeded_id(plan.seed, "availability", number, network.opened_at),
                        "practitioner_id": one.id,
                        "clinic_id": one.clinic.id,
                        "weekday": weekday,
                        "opens": opens,
                        "closes": closes,
                        "valid_from": valid_from,
                        "valid_until": None,
                    }
                )
    return rows


def _closures(plan: SeedPlan, network: Network) -> list[Row]:
    """The public holidays of each clinic, in its wall time."""
    first = plan.reference_date - timedelta(days=DAYS_BACK)
    last = plan.reference_date + HOLIDAYS_AHEAD
    days: list[tuple[model.Clinic, date, str]] = [
        (clinic, day, name)
        for clinic in network.clinics
        for day, name in model.holidays_of(clinic.city, first, last).items()
    ]
    return [
        {
            "id": seeded_id(plan.seed, "closure", number, network.opened_at),
            "clinic_id": clinic.id,
            "practitioner_id": None,
            "starts": datetime.combine(day, time()),
            "ends": datetime.combine(day + timedelta(days=1), time()),
            "reason": name,
        }
        for number, (clinic, day, name) in enumerate(days)
    ]


def _replica(plan: SeedPlan, person: Person) -> Row:
    return {
        "id": person.id,
        "display_name": person.demographics.display_name,
        "status": person.status.value,
        "version": 2 if person.merged_into else 1,
        "refreshed_at": plan.now,
        "merged_into_id": person.merged_into,
        "person_id": person.merged_into or person.id,
    }


def _appointment(visit: Visit, coverages: dict[str, Coverage]) -> Row:
    cancelled_at, starts_at = visit.cancelled_at, visit.span.starts_at
    coverage = coverages.get(visit.person.id)
    return {
        "id": visit.id,
        "version": len(_STEPS[visit.status]),
        "status": visit.status.value,
        "kind": visit.kind.value,
        "starts_at": starts_at,
        "ends_at": visit.span.ends_at,
        "patient_id": visit.person.id,
        "practitioner_id": visit.practitioner.id,
        "clinic_id": visit.practitioner.clinic.id,
        "service_id": visit.offer.id,
        "coverage_id": coverage.id if coverage else None,
        "return_of_id": visit.return_of.id if visit.return_of else None,
        "created_at": visit.booked_at,
        "cancelled_at": cancelled_at,
        "cancelled_by": _who_cancelled(visit),
        "cancellation_reason": _why_cancelled(visit),
        "late_cancellation": is_late_cancellation(starts_at, cancelled_at)
        if cancelled_at
        else None,
    }


def _who_cancelled(visit: Visit) -> str | None:
    """One in five is called off by the clinic."""
    if visit.cancelled_at is None:
        return None
    return (CancelledBy.PATIENT if visit.number % 5 else CancelledBy.CLINIC).value


def _why_cancelled(visit: Visit) -> str | None:
    if visit.cancelled_at is None:
        return None
    return "Pedido do paciente." if visit.number % 5 else "Ausência do profissional."


def _steps(plan: SeedPlan, visit: Visit) -> Iterator[Row]:
    before: str | None = None
    for place, step in enumerate(_STEPS[visit.status]):
        at = _moment(visit, step)
        yield {
            "id": seeded_id(plan.seed, "status change", visit.number * 8 + place, at),
            "appointment_id": visit.id,
            "from_status": before,
            "to_status": step.value,
            "at": at,
            "actor": AUTHOR,
            "reason": _why_cancelled(visit) if step is _S.CANCELLED else None,
        }
        before = step.value


def _moment(visit: Visit, step: AppointmentStatus) -> datetime:
    starts_at, ends_at = visit.span.starts_at, visit.span.ends_at
    moments = {
        _S.BOOKED: visit.booked_at,
        _S.ARRIVED: starts_at - timedelta(minutes=50),
        _S.CHECKED_IN: starts_at - timedelta(minutes=47),
        _S.IN_PROGRESS: starts_at,
        _S.FULFILLED: ends_at,
        _S.NO_SHOW: starts_at + timedelta(minutes=16),
    }
    cancelled = visit.cancelled_at or visit.booked_at
    return cancelled if step is _S.CANCELLED else moments[step]
