"""Which seat a visit gets in its slot, of as many as the practitioner's hours have."""

from zoneinfo import ZoneInfo

from subgraphs.appointments.domain.availability import Interval, WeeklyAvailability, hours_on
from subgraphs.appointments.domain.overbooking import REGULAR_LANE
from subgraphs.appointments.models import Appointment
from subgraphs.appointments.repository import catalogue
from subgraphs.appointments.repository.busy import seats_taken
from subgraphs.appointments.repository.catalogue import Opening, OpeningFilter
from subgraphs.kit.database import Session


async def take_seat(session: Session, visit: Appointment) -> None:
    """Give the visit the first free seat; without one the first, so that the database refuses it.

    The practitioner is locked, so nobody else chooses at the same time.
    """
    visit.seat = 0
    if visit.lane != REGULAR_LANE:
        return
    capacity = await _capacity(session, visit)
    if capacity > 1:
        taken = await seats_taken(session, visit)
        visit.seat = next((seat for seat in range(capacity) if seat not in taken), 0)


def rule_of(opening: Opening) -> WeeklyAvailability:
    """The stored availability, as a rule, while its practitioner is active."""
    row = opening.availability
    return WeeklyAvailability(
        row.weekday, row.opens, row.closes, opening.first_day, opening.last_day, row.capacity
    )


def holds(opening: Opening, time: Interval) -> bool:
    """Whether the practitioner is there for all of that time."""
    zone = ZoneInfo(opening.time_zone)
    hours = hours_on(rule_of(opening), time.starts_at.astimezone(zone).date(), zone)
    return hours is not None and hours.starts_at <= time.starts_at and time.ends_at <= hours.ends_at


async def _capacity(session: Session, visit: Appointment) -> int:
    clinic, _ = await catalogue.place_and_service(session, visit.clinic_id, visit.service_id)
    day = visit.starts_at.astimezone(ZoneInfo(clinic.time_zone)).date()
    openings = await catalogue.openings(
        session,
        OpeningFilter(visit.service_id, day, day, [visit.clinic_id], [visit.practitioner_id]),
    )
    time = Interval(visit.starts_at, visit.ends_at)
    # Hours that ended since the slot was offered have room for one, as most hours have.
    return max((one.availability.capacity for one in openings if holds(one, time)), default=1)
