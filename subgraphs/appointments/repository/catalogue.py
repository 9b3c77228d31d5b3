"""Practitioners, clinics, services, and when they are open."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import or_, select, tuple_
from sqlalchemy.exc import IntegrityError

from subgraphs.appointments.domain.registrations import Council
from subgraphs.appointments.models import (
    Availability,
    Base,
    Clinic,
    Closure,
    HealthcareService,
    Practitioner,
    PractitionerService,
)
from subgraphs.kit.database import Session


class Duplicate(Exception):
    """A unique constraint refused a row."""


@dataclass(frozen=True, slots=True)
class Opening:
    """A weekly availability with the clock that it is said in, while its practitioner is active."""

    availability: Availability
    time_zone: str
    first_day: date
    last_day: date | None


@dataclass(frozen=True, slots=True)
class OpeningFilter:
    """Who can offer a service, where, and in which days."""

    service_id: str
    first_day: date
    last_day: date
    clinic_ids: Sequence[str] | None = None
    practitioner_ids: Sequence[str] | None = None


async def practitioners(session: Session, ids: Sequence[str]) -> dict[str, Practitioner]:
    """Practitioners by id; unknown ids are absent."""
    rows = await session.scalars(select(Practitioner).where(Practitioner.id.in_(ids)))
    return {row.id: row for row in rows}


async def practitioners_by_council(
    session: Session, councils: Sequence[Council]
) -> dict[Council, Practitioner]:
    """Practitioners by council registration; unknown ones are absent."""
    registration = tuple_(
        Practitioner.council_body, Practitioner.council_number, Practitioner.council_uf
    )
    wanted = [(council.body, council.number, council.uf) for council in councils]
    rows = await session.scalars(select(Practitioner).where(registration.in_(wanted)))
    return {Council(row.council_body, row.council_number, row.council_uf): row for row in rows}


async def clinics(session: Session, ids: Sequence[str]) -> dict[str, Clinic]:
    """Clinics by id; unknown ids are absent."""
    rows = await session.scalars(select(Clinic).where(Clinic.id.in_(ids)))
    return {row.id: row for row in rows}


async def all_clinics(session: Session) -> Sequence[Clinic]:
    """Every clinic of the network, by name. There are tens of them, not thousands."""
    return (await session.scalars(select(Clinic).order_by(Clinic.name, Clinic.id))).all()


async def services(session: Session, ids: Sequence[str]) -> dict[str, HealthcareService]:
    """Services by id; unknown ids are absent."""
    rows = await session.scalars(select(HealthcareService).where(HealthcareService.id.in_(ids)))
    return {row.id: row for row in rows}


async def all_services(session: Session) -> Sequence[HealthcareService]:
    """Every service of the catalogue, by name."""
    order = (HealthcareService.name, HealthcareService.id)
    return (await session.scalars(select(HealthcareService).order_by(*order))).all()


async def place_and_service(
    session: Session, clinic_id: str, service_id: str
) -> tuple[Clinic, HealthcareService]:
    """The clinic and the service of a visit, for which foreign keys vouch."""
    clinic = await session.get_one(Clinic, clinic_id)
    return clinic, await session.get_one(HealthcareService, service_id)


async def lock_practitioner(session: Session, practitioner_id: str) -> Practitioner | None:
    """The practitioner, their agenda locked until the transaction ends.

    The constraint decides who gets a slot; the lock makes two writers of one agenda queue, where
    on PostgreSQL they could else wait for each other until one of them is chosen to fail.
    """
    statement = select(Practitioner).where(Practitioner.id == practitioner_id)
    return (await session.scalars(statement.with_for_update(key_share=True))).one_or_none()


async def openings(session: Session, wanted: OpeningFilter) -> list[Opening]:
    """The availabilities in force in the days asked for, of those who offer the service."""
    statement = (
        select(Availability, Clinic.time_zone, Practitioner.active_from, Practitioner.active_until)
        .join(Clinic, Clinic.id == Availability.clinic_id)
        .join(Practitioner, Practitioner.id == Availability.practitioner_id)
        .join(
            PractitionerService,
            PractitionerService.practitioner_id == Availability.practitioner_id,
        )
        .where(
            PractitionerService.service_id == wanted.service_id,
            Availability.valid_from <= wanted.last_day,
            or_(Availability.valid_until.is_(None), Availability.valid_until >= wanted.first_day),
        )
    )
    if wanted.clinic_ids is not None:
        statement = statement.where(Availability.clinic_id.in_(wanted.clinic_ids))
    if wanted.practitioner_ids is not None:
        statement = statement.where(Availability.practitioner_id.in_(wanted.practitioner_ids))
    rows = await session.execute(statement)
    found = (_while_active(*row) for row in rows)
    return [opening for opening in found if opening is not None]


def _while_active(
    availability: Availability, time_zone: str, active_from: date | None, active_until: date | None
) -> Opening | None:
    """The availability within its practitioner's active period; None where they do not meet."""
    first_day = max(availability.valid_from, active_from or availability.valid_from)
    ends = [day for day in (availability.valid_until, active_until) if day is not None]
    last_day = min(ends) if ends else None
    if last_day is not None and last_day < first_day:
        return None
    return Opening(availability, time_zone, first_day, last_day)


async def closures(
    session: Session, clinic_ids: Sequence[str], starts: datetime, ends: datetime
) -> Sequence[Closure]:
    """Closures of these clinics that touch the wall times from `starts` to `ends`."""
    statement = select(Closure).where(
        Closure.clinic_id.in_(clinic_ids), Closure.starts < ends, Closure.ends > starts
    )
    return (await session.scalars(statement)).all()


async def availability(session: Session, availability_id: str) -> Availability | None:
    """One weekly availability."""
    return await session.get(Availability, availability_id)


async def closure(session: Session, closure_id: str) -> Closure | None:
    """One closure."""
    return await session.get(Closure, closure_id)


async def add(session: Session, *rows: Base) -> None:
    """Store new rows.

    Raises:
        Duplicate: a unique constraint refused one; the transaction stays usable.
    """
    try:
        async with session.begin_nested():
            session.add_all(rows)
    except IntegrityError as error:
        raise Duplicate from error
