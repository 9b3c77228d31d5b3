"""Appointments: found, listed, written. That two do not overlap is the database's to say."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import aliased

from subgraphs.appointments.domain.status import AppointmentStatus
from subgraphs.appointments.models import Appointment, StatusChange
from subgraphs.kit.database import Session
from subgraphs.kit.keyset import Page, PageRequest, after, fetch_page


class Overlap(StrEnum):
    """The constraints that keep two visits apart, by the name that both databases give."""

    PRACTITIONER = "no_practitioner_overlap"
    ELSEWHERE = "no_practitioner_elsewhere"
    PATIENT = "no_patient_overlap"
    ROOM = "no_room_overlap"
    EQUIPMENT = "no_equipment_overlap"


class Overlapping(Exception):
    """The database refused a visit because it overlaps another one."""

    def __init__(self, overlap: Overlap) -> None:
        super().__init__(overlap.value)
        self.overlap = overlap


@dataclass(frozen=True, slots=True)
class DayOfClinics:
    """The instants that a calendar day means in some clinics, those of one time zone."""

    clinic_ids: Sequence[str]
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class AppointmentFilter:
    """Which appointments; what is None does not matter."""

    clinic_id: str | None = None
    practitioner_id: str | None = None
    patient_id: str | None = None
    statuses: Sequence[AppointmentStatus] | None = None
    day: Sequence[DayOfClinics] | None = None


@dataclass(frozen=True, slots=True)
class PatientPageRequest:
    """One page of each of several patients' appointments."""

    first: int
    after: tuple[datetime, str] | None = None
    statuses: tuple[AppointmentStatus, ...] | None = None


_ORDER: tuple[ColumnElement[Any], ...] = (
    Appointment.starts_at.expression,
    Appointment.id.expression,
)


async def by_ids(session: Session, ids: Sequence[str]) -> dict[str, Appointment]:
    """Appointments by id; unknown ids are absent."""
    rows = await session.scalars(select(Appointment).where(Appointment.id.in_(ids)))
    return {row.id: row for row in rows}


async def page(
    session: Session, wanted: AppointmentFilter, request: PageRequest
) -> Page[Appointment]:
    """One page of the appointments wanted, in order of time."""
    return await fetch_page(session, _filtered(wanted), _ORDER, request)


async def patient_pages(
    session: Session, patient_ids: Sequence[str], request: PatientPageRequest
) -> dict[str, Page[Appointment]]:
    """The same page of each patient's appointments, the latest first, in one statement."""
    number = func.row_number().over(
        partition_by=Appointment.patient_id,
        order_by=(Appointment.starts_at.desc(), Appointment.id.desc()),
    )
    statement = select(Appointment, number.label("number")).where(
        Appointment.patient_id.in_(patient_ids)
    )
    if request.statuses is not None:
        statement = statement.where(Appointment.status.in_(request.statuses))
    if request.after is not None:
        statement = statement.where(after(_ORDER, request.after, descending=True))
    numbered = statement.subquery()
    row = aliased(Appointment, numbered)
    found = await session.scalars(
        select(row)
        .where(numbered.c.number <= request.first + 1)
        .order_by(numbered.c.patient_id, numbered.c.number)
    )
    rows: dict[str, list[Appointment]] = {patient_id: [] for patient_id in patient_ids}
    for appointment in found:
        rows[appointment.patient_id].append(appointment)
    return {
        patient_id: Page(some[: request.first], has_next=len(some) > request.first)
        for patient_id, some in rows.items()
    }


async def histories(
    session: Session, appointment_ids: Sequence[str]
) -> dict[str, list[StatusChange]]:
    """The status changes of each appointment, in order."""
    statement = select(StatusChange).where(StatusChange.appointment_id.in_(appointment_ids))
    histories: dict[str, list[StatusChange]] = {key: [] for key in appointment_ids}
    for change in await session.scalars(statement.order_by(StatusChange.at, StatusChange.id)):
        histories[change.appointment_id].append(change)
    return histories


async def locked(session: Session, appointment_id: str) -> Appointment:
    """The appointment as it is now, nobody else changing it until the transaction ends."""
    statement = select(Appointment).where(Appointment.id == appointment_id).with_for_update()
    fresh = statement.execution_options(populate_existing=True)
    return (await session.scalars(fresh)).one()


async def overdue_holds(
    session: Session,
    practitioner_id: str,
    patient_id: str,
    resource_ids: Sequence[str],
    now: datetime,
) -> Sequence[Appointment]:
    """The holds that ran out of one agenda, one patient and some rooms and equipment, locked in
    one order for all.
    """
    statement = select(Appointment).where(
        overdue_hold(now),
        or_(
            Appointment.practitioner_id == practitioner_id,
            Appointment.patient_id == patient_id,
            Appointment.room_id.in_(resource_ids),
            Appointment.equipment_id.in_(resource_ids),
        ),
    )
    in_order = statement.order_by(Appointment.id).with_for_update()
    return (await session.scalars(in_order)).all()


async def all_overdue_holds(session: Session, now: datetime, limit: int) -> Sequence[Appointment]:
    """Holds that ran out, locked; those that somebody else has locked are left to them."""
    statement = select(Appointment).where(overdue_hold(now)).order_by(Appointment.hold_until)
    return await _unclaimed(session, statement.limit(limit))


async def missed(session: Session, started_before: datetime, limit: int) -> Sequence[Appointment]:
    """Booked visits that should have begun, locked; those locked by others are left to them."""
    statement = select(Appointment).where(
        Appointment.status == AppointmentStatus.BOOKED, Appointment.starts_at < started_before
    )
    return await _unclaimed(session, statement.order_by(Appointment.starts_at).limit(limit))


async def waiting(
    session: Session, clinic_id: str, arrived_from: datetime
) -> Sequence[Appointment]:
    """Whoever has arrived at the clinic since then, and is not with the practitioner yet."""
    statement = select(Appointment).where(
        Appointment.clinic_id == clinic_id,
        Appointment.status.in_((AppointmentStatus.ARRIVED, AppointmentStatus.CHECKED_IN)),
        Appointment.arrived_at >= arrived_from,
        Appointment.starts_at >= arrived_from - timedelta(days=1),
    )
    return (await session.scalars(statement)).all()


async def series(session: Session, ids: Sequence[str]) -> dict[str, list[Appointment]]:
    """The visits of each series, in order of time."""
    statement = select(Appointment).where(Appointment.series_id.in_(ids)).order_by(*_ORDER)
    found: dict[str, list[Appointment]] = {key: [] for key in ids}
    for row in await session.scalars(statement):
        found[str(row.series_id)].append(row)
    return found


async def successors(session: Session, ids: Sequence[str]) -> dict[str, Appointment]:
    """The visits that took the place of these, by the one that they took it of."""
    statement = select(Appointment).where(Appointment.rescheduled_from_id.in_(ids))
    return {str(row.rescheduled_from_id): row for row in await session.scalars(statement)}


async def insert(session: Session, appointment: Appointment, change: StatusChange) -> None:
    """Write a new appointment, and how it began.

    Raises:
        Overlapping: it would overlap another visit; the transaction stays usable.
    """
    async with _overlap_shown(session):
        session.add(appointment)
        await session.flush()
        session.add(change)


async def update(
    session: Session, appointment: Appointment, values: Mapping[str, Any], change: StatusChange
) -> None:
    """Write new values of a locked appointment, and the change of its status.

    Raises:
        Overlapping: it would overlap another visit; the transaction stays usable.
    """
    async with _overlap_shown(session):
        for name, value in values.items():
            setattr(appointment, name, value)
        session.add(change)


@asynccontextmanager
async def _overlap_shown(session: Session) -> AsyncIterator[None]:
    try:
        async with session.begin_nested():
            yield
    except IntegrityError as error:
        overlap = _overlap_in(error)
        if overlap is None:
            raise
        raise Overlapping(overlap) from error


async def _unclaimed(session: Session, statement: Select[Any]) -> Sequence[Appointment]:
    return (await session.scalars(statement.with_for_update(skip_locked=True))).all()


def overdue_hold(now: datetime) -> ColumnElement[bool]:
    """Whether an appointment is a hold that ran out."""
    return and_(
        Appointment.status == AppointmentStatus.PENDING,
        func.coalesce(Appointment.hold_until <= now, false()),
    )


def _overlap_in(error: IntegrityError) -> Overlap | None:
    # PostgreSQL: SQLSTATE 23P01 naming its constraint; SQLite: the words of our trigger.
    text = str(error.orig)
    return next((overlap for overlap in Overlap if overlap.value in text), None)


def _filtered(wanted: AppointmentFilter) -> Select[Any]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.clinic_id is not None:
        conditions.append(Appointment.clinic_id == wanted.clinic_id)
    if wanted.practitioner_id is not None:
        conditions.append(Appointment.practitioner_id == wanted.practitioner_id)
    if wanted.patient_id is not None:
        conditions.append(Appointment.patient_id == wanted.patient_id)
    if wanted.statuses is not None:
        conditions.append(Appointment.status.in_(wanted.statuses))
    if wanted.day is not None:
        conditions.append(or_(*(_during(day) for day in wanted.day)))
    return select(Appointment).where(*conditions)


def _during(day: DayOfClinics) -> ColumnElement[bool]:
    return and_(
        Appointment.clinic_id.in_(day.clinic_ids),
        Appointment.starts_at >= day.starts_at,
        Appointment.starts_at < day.ends_at,
    )
