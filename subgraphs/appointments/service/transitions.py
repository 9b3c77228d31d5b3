"""Moving an appointment along its states, cancelling included."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from subgraphs.appointments.domain.care import UNKNOWN_CARE, Care
from subgraphs.appointments.domain.errors import (
    PatientDoubleBooked,
    SlotTaken,
    TransitionNotAllowed,
)
from subgraphs.appointments.domain.status import OCCUPYING, AppointmentStatus
from subgraphs.appointments.domain.transition import (
    CancelledBy,
    Visit,
    is_late_cancellation,
    refusal,
)
from subgraphs.appointments.domain.waiting_room import ArrivalPriority
from subgraphs.appointments.models import Appointment, StatusChange
from subgraphs.appointments.repository import appointments, catalogue, patients
from subgraphs.appointments.repository.appointments import Overlap, Overlapping
from subgraphs.appointments.service.resources import assign, lock_resources
from subgraphs.appointments.service.seats import take_seat
from subgraphs.appointments.service.telling import tell
from subgraphs.kit.database import Session
from subgraphs.kit.errors import NotFound, StaleVersion
from subgraphs.kit.identifiers import new_id


@dataclass(frozen=True, slots=True)
class Transition:
    """An appointment, as its caller last saw it, and where it shall go."""

    appointment_id: str
    expected_version: int
    target: AppointmentStatus
    actor: str
    reason: str | None = None
    cancelled_by: CancelledBy = CancelledBy.CLINIC
    priority: ArrivalPriority = ArrivalPriority.NONE
    care: Care = UNKNOWN_CARE
    rescheduled_to: str | None = None


async def transition(session: Session, wanted: Transition, now: datetime) -> Appointment:
    """Move the appointment, if the state machine and the clock allow it.

    Raises:
        NotFound: no such appointment.
        StaleVersion: it changed since the caller read it.
        TransitionNotAllowed: no such edge, or not now.
        SlotTaken, ResourceTaken, PatientDoubleBooked: a visit that comes back finds its time,
            or all rooms, given away.
    """
    appointment = await locked_as_seen(session, wanted)
    refused = refusal(
        await _visit(session, appointment, wanted.care), wanted.target, now, wanted.reason
    )
    if refused is not None:
        raise TransitionNotAllowed(refused.code, refused.message)
    if appointment.status not in OCCUPYING and wanted.target in OCCUPYING:
        await lock_resources(session, appointment.clinic_id, appointment.service_id)
        await assign(session, appointment, now)
        await take_seat(session, appointment)
    await move(session, appointment, wanted, now)
    return appointment


async def locked_as_seen(session: Session, wanted: Transition) -> Appointment:
    """The appointment, locked, if it is still as its caller saw it.

    Raises:
        NotFound: no such appointment.
        StaleVersion: it changed since the caller read it.
    """
    known = (await appointments.by_ids(session, [wanted.appointment_id])).get(wanted.appointment_id)
    if known is None:
        raise NotFound("Consulta não encontrada.", path=["id"])
    # In the order that bookings lock in: practitioner, patient, visit.
    await catalogue.lock_practitioner(session, known.practitioner_id)
    await patients.lock(session, known.patient_id)
    appointment = await appointments.locked(session, known.id)
    if appointment.version != wanted.expected_version:
        raise StaleVersion(appointment.version)
    return appointment


async def _visit(session: Session, appointment: Appointment, care: Care) -> Visit:
    clinic = (await catalogue.clinics(session, [appointment.clinic_id]))[appointment.clinic_id]
    return Visit(
        AppointmentStatus(appointment.status),
        appointment.starts_at,
        appointment.ends_at,
        ZoneInfo(clinic.time_zone),
        appointment.hold_until,
        care,
    )


async def move(
    session: Session, appointment: Appointment, wanted: Transition, now: datetime
) -> None:
    """Write the new status of a locked appointment, with what is recorded beside it.

    Raises:
        SlotTaken, PatientDoubleBooked: its time was given away.
    """
    before = appointment.status
    change = StatusChange(
        id=new_id(),
        appointment_id=appointment.id,
        from_status=before,
        to_status=wanted.target,
        at=now,
        actor=wanted.actor,
        reason=wanted.reason,
    )
    values = {
        "status": wanted.target,
        "version": appointment.version + 1,
        **_facts(appointment, wanted, now),
    }
    try:
        await appointments.update(session, appointment, values, change)
    except Overlapping as error:
        if error.overlap is Overlap.PATIENT:
            raise PatientDoubleBooked from error
        raise SlotTaken([]) from error
    await tell(session, appointment, before, now, wanted.rescheduled_to)


def _facts(appointment: Appointment, wanted: Transition, now: datetime) -> dict[str, Any]:
    """What is recorded beside the new status."""
    match wanted.target:
        case AppointmentStatus.CANCELLED:
            return {
                "cancelled_at": now,
                "cancelled_by": wanted.cancelled_by,
                "cancellation_reason": wanted.reason,
                "late_cancellation": _is_late(appointment, now),
            }
        case AppointmentStatus.BOOKED:
            return {"hold_until": None}
        case AppointmentStatus.ARRIVED:
            return {"arrived_at": now, "priority": wanted.priority}
    return {}


def _is_late(appointment: Appointment, now: datetime) -> bool:
    # A hold was never a visit: giving it back, or letting it run out, is free.
    if appointment.status == AppointmentStatus.PENDING:
        return False
    return is_late_cancellation(appointment.starts_at, now)
