"""What billing knows of an appointment: a copy of facts that the appointments service owns."""

from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum

from subgraphs.billing.domain.price_table import local_start, service_day


class VisitKind(StrEnum):
    """What a visit is for; a return visit has no fee."""

    FIRST = "FIRST"
    """The first visit for a problem."""
    FOLLOW_UP = "FOLLOW_UP"
    """A further visit for a known problem."""
    RETURN = "RETURN"
    """A visit within the physician's window for the same problem, without a fee."""
    TELEHEALTH = "TELEHEALTH"
    """A visit from afar (CFM resolution 2.314/2022)."""
    WALK_IN = "WALK_IN"
    """A visit without a booking."""


BILLABLE_STATUSES = frozenset({"BOOKED", "ARRIVED", "CHECKED_IN", "IN_PROGRESS", "FULFILLED"})
"""Visits that may be invoiced: a private visit is often paid before it takes place."""


@dataclass(frozen=True, slots=True)
class Visit:
    """An appointment, as far as money is concerned."""

    appointment_id: str
    patient_id: str
    start: datetime
    time_zone: str
    clinic_id: str
    cnes: str
    status: str
    kind: VisitKind
    tuss_code: str
    coverage_id: str | None
    return_of_id: str | None

    @property
    def service_day(self) -> date:
        """The day of service in the clinic's zone."""
        return service_day(self.start, self.time_zone)

    @property
    def service_time(self) -> time:
        """When it begins, by the clinic's clock."""
        return local_start(self.start, self.time_zone).time()

    @property
    def is_billable(self) -> bool:
        """Whether the visit took place or is going to."""
        return self.status in BILLABLE_STATUSES

    @property
    def is_free_return(self) -> bool:
        """A return for the same problem costs nothing (CFM 1.958/2010).

        The appointments service accepted it as a return of that visit: same practitioner, same
        patient, inside the practitioner's window.
        """
        return self.kind is VisitKind.RETURN and self.return_of_id is not None
