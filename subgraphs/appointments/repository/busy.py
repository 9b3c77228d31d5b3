"""When practitioners are taken, and in which place of a slot."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import not_, select

from subgraphs.appointments.domain.availability import Interval
from subgraphs.appointments.domain.overbooking import REGULAR_LANE
from subgraphs.appointments.domain.status import OCCUPYING
from subgraphs.appointments.models import Appointment
from subgraphs.appointments.repository.appointments import overdue_hold
from subgraphs.kit.database import Session


@dataclass(frozen=True, slots=True)
class BusyTime:
    """A time of a practitioner that is taken, and in which place."""

    clinic_id: str
    lane: int
    seat: int
    interval: Interval

    def takes(self, clinic_id: str, seat: int) -> bool:
        """Whether it takes this seat of a slot: nobody is in two clinics at once."""
        here = clinic_id == self.clinic_id
        return not here or (self.lane == REGULAR_LANE and self.seat == seat)


async def busy_times(
    session: Session, practitioner_ids: Sequence[str], span: Interval, now: datetime
) -> dict[str, list[BusyTime]]:
    """When each practitioner is taken within `span`, at whatever clinic. A hold that ran out at
    `now` takes nothing, whether or not it was cleared away yet.
    """
    statement = select(
        Appointment.practitioner_id,
        Appointment.clinic_id,
        Appointment.lane,
        Appointment.seat,
        Appointment.starts_at,
        Appointment.ends_at,
    ).where(
        Appointment.practitioner_id.in_(practitioner_ids),
        Appointment.starts_at < span.ends_at,
        Appointment.ends_at > span.starts_at,
        Appointment.status.in_(OCCUPYING),
        not_(overdue_hold(now)),
    )
    taken: dict[str, list[BusyTime]] = {key: [] for key in practitioner_ids}
    rows = await session.execute(statement)
    for practitioner_id, clinic_id, lane, seat, starts_at, ends_at in rows:
        interval = Interval(starts_at, ends_at)
        taken[practitioner_id].append(BusyTime(clinic_id, lane, seat, interval))
    return taken


async def seats_taken(session: Session, visit: Appointment) -> set[int]:
    """The seats that its practitioner's other visits of the same lane have at that time."""
    statement = select(Appointment.seat).where(
        Appointment.practitioner_id == visit.practitioner_id,
        Appointment.lane == visit.lane,
        Appointment.starts_at < visit.ends_at,
        Appointment.ends_at > visit.starts_at,
        Appointment.status.in_(OCCUPYING),
        Appointment.id != visit.id,
    )
    return set(await session.scalars(statement))
