"""From when to when a practitioner is active: said by people, asked at booking."""

from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from subgraphs.appointments.domain.errors import PractitionerInactive
from subgraphs.appointments.domain.slot_offer import SlotOffer
from subgraphs.appointments.models import Practitioner
from subgraphs.appointments.repository import catalogue
from subgraphs.kit.database import Session
from subgraphs.kit.errors import InvalidInput, NotFound


@dataclass(frozen=True, slots=True)
class ActivePeriod:
    """The first and the last day on which somebody sees patients; None where there is no bound."""

    first_day: date | None = None
    last_day: date | None = None

    def __post_init__(self) -> None:
        if self.first_day and self.last_day and self.last_day < self.first_day:
            raise InvalidInput("O período termina antes de começar.", path=["activeUntil"])

    def includes(self, day: date) -> bool:
        """Whether the day lies within, both ends included."""
        begun = self.first_day is None or self.first_day <= day
        return begun and (self.last_day is None or day <= self.last_day)


async def set_active_period(
    session: Session, practitioner_id: str, period: ActivePeriod
) -> Practitioner:
    """Say from when to when a practitioner is active.

    Visits booked outside it stay booked; who ends a period moves or cancels them.

    Raises:
        NotFound: no such practitioner.
    """
    # Locked, so that whoever books at this moment does so before, or sees it.
    practitioner = await catalogue.lock_practitioner(session, practitioner_id)
    if practitioner is None:
        raise NotFound("Profissional não encontrado.", path=["practitionerId"])
    practitioner.active_from = period.first_day
    practitioner.active_until = period.last_day
    return practitioner


async def check_active(session: Session, practitioner: Practitioner, offer: SlotOffer) -> None:
    """Whether the practitioner is active on the day of the slot, by the clinic's calendar.

    Raises:
        PractitionerInactive: otherwise.
    """
    period = ActivePeriod(practitioner.active_from, practitioner.active_until)
    if period == ActivePeriod():
        return
    clinic, _ = await catalogue.place_and_service(session, offer.clinic_id, offer.service_id)
    if not period.includes(offer.starts_at.astimezone(ZoneInfo(clinic.time_zone)).date()):
        raise PractitionerInactive
