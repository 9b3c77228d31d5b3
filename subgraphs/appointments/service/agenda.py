"""Listing appointments: by day, clinic, practitioner, patient."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from subgraphs.appointments.domain.status import AppointmentStatus
from subgraphs.appointments.domain.wall_clock import day_bounds
from subgraphs.appointments.models import Appointment, Clinic
from subgraphs.appointments.repository import appointments, catalogue
from subgraphs.appointments.repository.appointments import AppointmentFilter, DayOfClinics
from subgraphs.kit.database import Session
from subgraphs.kit.keyset import Page, PageRequest


@dataclass(frozen=True, slots=True)
class Agenda:
    """Which appointments to list; what is None does not matter."""

    clinic_id: str | None = None
    practitioner_id: str | None = None
    patient_id: str | None = None
    day: date | None = None
    statuses: Sequence[AppointmentStatus] | None = None


async def list_appointments(
    session: Session, agenda: Agenda, request: PageRequest
) -> Page[Appointment]:
    """One page of an agenda, in order of time. A day is the day of each clinic's own calendar."""
    day = await _day(session, agenda) if agenda.day is not None else None
    if day is not None and not day:
        return Page([], has_next=False)
    wanted = AppointmentFilter(
        agenda.clinic_id, agenda.practitioner_id, agenda.patient_id, agenda.statuses, day
    )
    return await appointments.page(session, wanted, request)


async def _day(session: Session, agenda: Agenda) -> list[DayOfClinics]:
    assert agenda.day is not None
    by_zone: defaultdict[str, list[str]] = defaultdict(list)
    for clinic in await _clinics(session, agenda.clinic_id):
        by_zone[clinic.time_zone].append(clinic.id)
    return [
        DayOfClinics(clinic_ids, *day_bounds(agenda.day, ZoneInfo(zone)))
        for zone, clinic_ids in by_zone.items()
    ]


async def _clinics(session: Session, clinic_id: str | None) -> Sequence[Clinic]:
    if clinic_id is None:
        return await catalogue.all_clinics(session)
    return list((await catalogue.clinics(session, [clinic_id])).values())
