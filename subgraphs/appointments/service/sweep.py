"""What time alone does: holds run out, patients do not come."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from subgraphs.appointments.domain.status import AppointmentStatus
from subgraphs.appointments.domain.transition import NO_SHOW_TOLERANCE, CancelledBy
from subgraphs.appointments.models import Appointment
from subgraphs.appointments.repository import appointments
from subgraphs.appointments.service.transitions import Transition, move
from subgraphs.kit.database import Session

ACTOR = "system"
AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Swept:
    """What a sweep found."""

    expired_holds: int
    no_shows: int


async def sweep(session: Session, now: datetime) -> Swept:
    """Cancel holds that ran out, and note who did not come within the tolerance.

    Does at most five hundred of each, so that a transaction stays short; sweep again for more.
    """
    holds = await appointments.all_overdue_holds(session, now, AT_ONCE)
    await _expire(session, holds, now)
    missed = await appointments.missed(session, now - NO_SHOW_TOLERANCE, AT_ONCE)
    for appointment in missed:
        wanted = Transition(
            appointment.id, appointment.version, AppointmentStatus.NO_SHOW, ACTOR, "TOLERANCE"
        )
        await move(session, appointment, wanted, now)
    return Swept(len(holds), len(missed))


async def clear_overdue(
    session: Session,
    practitioner_id: str,
    patient_id: str,
    resource_ids: Sequence[str],
    now: datetime,
) -> None:
    """Cancel the holds that ran out where a visit is about to be written.

    A constraint cannot look at the clock, so what ran out is cleared away before it can stand
    in the way.
    """
    holds = await appointments.overdue_holds(
        session, practitioner_id, patient_id, resource_ids, now
    )
    await _expire(session, holds, now)


async def _expire(session: Session, holds: Iterable[Appointment], now: datetime) -> None:
    for appointment in holds:
        wanted = Transition(
            appointment.id,
            appointment.version,
            AppointmentStatus.CANCELLED,
            ACTOR,
            "HOLD_EXPIRED",
            CancelledBy.SYSTEM,
        )
        await move(session, appointment, wanted, now)
