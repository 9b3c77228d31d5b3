"""The job that moves visits between registrations of one person."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from subgraphs.appointments.models import Appointment, Repointing
from subgraphs.kit.database import Session


async def next_job(session: Session) -> Repointing | None:
    """The oldest job that is not finished, locked; None where another process has it."""
    statement = select(Repointing).where(Repointing.finished_at.is_(None))
    first = statement.order_by(Repointing.id).limit(1).with_for_update(skip_locked=True)
    return (await session.scalars(first)).one_or_none()


async def visits_elsewhere(
    session: Session, job: Repointing, booked_for: Sequence[str], person_id: str, limit: int
) -> Sequence[Appointment]:
    """The next visits booked for these registrations that are not the person's yet, locked."""
    origin = func.coalesce(Appointment.booked_for_id, Appointment.patient_id)
    statement = (
        select(Appointment)
        .where(
            origin.in_(booked_for),
            Appointment.patient_id != person_id,
            Appointment.id > job.last_visit_id,
        )
        .order_by(Appointment.id)
        .limit(limit)
        .with_for_update()
    )
    return (await session.scalars(statement)).all()


async def give(session: Session, visit: Appointment, person_id: str) -> bool:
    """Give a visit to a person; whether they were free at that time."""
    try:
        async with session.begin_nested():
            visit.booked_for_id = visit.booked_for_id or visit.patient_id
            visit.patient_id = person_id
    except IntegrityError:
        await session.refresh(visit)
        return False
    return True
