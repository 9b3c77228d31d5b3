"""Moving an appointment along its states, cancelling included."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from subgraphs.appointments.domain.errors import (
    PatientDoubleBooked,
    SlotTaken,
    TransitionNotAllowed,
)
from subgraphs.appointments.domain.status import AppointmentStatus
from subgraphs.appointments.domain.transition import (
    CancelledBy,
    Visit,
    is_late_cancellation,
    refusal,
)
from subgraphs.appointments.models import Appointment, StatusChange
from subgraphs.appointments.repository import appointments, catalogue
from subgraphs.appointments.repository.appointments import Overlap, Overlapping
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


async def transition(session: Session, wanted: Transition, now: datetime) -> Appointment:
    """Move the appointment, if the state machine and the clock allow it.

    Raises:
        NotFound: no such appointment.
        StaleVersion: it changed since the caller read it.
        TransitionNotAllowed: no such edge, or not now.
        SlotTaken, PatientDoubleBooked: a visit that comes back finds its time given away.
    """
    appointment = await appointments.locked(session, wanted.appointment_id)
    if appointment is None:
        raise NotFound("Consulta não encontrada.", path=["id"])
    if appointment.version != wanted.expected_version:
        raise StaleVersion(appointment.version)
    refused = refusal(await _visit(session, appointment), wanted.target, now, wanted.reason)
    if refused is not None:
        raise TransitionNotAllowed(refused.code, refused.message)
    await _move(session, appointment, wanted, now)
    return appointment


async def _visit(session: Session, appointment: Appointment) -> Visit:
    clinic = (await catalogue.clinics(session, [appointment.clinic_id]))[appointment.clinic_id]
    return Visit(
        AppointmentStatus(appointment.status),
        appointment.starts_at,
        appointment.ends_at,
        ZoneInfo(clinic.time_zone),
    )


async def _move(
    session: Session, appointment: Appointment, wanted: Transition, now: datetime
) -> None:
    change = StatusChange(
        id=new_id(),
        appointment_id=appointment.id,
        from_status=appointment.status,
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


def _facts(appointment: Appointment, wanted: Transition, now: datetime) -> dict[str, Any]:
    """What is recorded beside the new status: of a cancellation, who, why and how late."""
    if wanted.target is not AppointmentStatus.CANCELLED:
        return {}
    return {
        "cancelled_at": now,
        "cancelled_by": wanted.cancelled_by,
        "cancellation_reason": wanted.reason,
        "late_cancellation": is_late_cancellation(appointment.starts_at, now),
    }
