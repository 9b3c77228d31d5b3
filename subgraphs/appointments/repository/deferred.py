"""Visits that were booked while nobody could say whether their patient can be booked."""

from collections.abc import Sequence

from sqlalchemy import select, update

from subgraphs.appointments.domain.patient import PatientCheck
from subgraphs.appointments.models import Appointment
from subgraphs.kit.database import Session


async def deferred(session: Session, limit: int) -> Sequence[Appointment]:
    """Visits whose patient has not been verified yet, the oldest first."""
    waiting = Appointment.patient_check == PatientCheck.DEFERRED
    statement = select(Appointment).where(waiting).order_by(Appointment.id).limit(limit)
    return (await session.scalars(statement)).all()


async def settle(session: Session, patient_id: str, outcome: PatientCheck) -> int:
    """Write down what was said of a patient whose check was deferred; of how many visits."""
    waiting = Appointment.patient_check == PatientCheck.DEFERRED
    settled = await session.execute(
        update(Appointment)
        .where(waiting, Appointment.patient_id == patient_id)
        .values(patient_check=outcome)
        .returning(Appointment.id)
    )
    return len(settled.all())
