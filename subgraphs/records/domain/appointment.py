"""What this service needs to know of an appointment, and when it opens an encounter."""

from dataclasses import dataclass
from datetime import date

from subgraphs.records.domain.signature import Author

OPENABLE_STATUSES = frozenset({"ARRIVED", "CHECKED_IN", "IN_PROGRESS"})
"""The patient is here and has not been seen yet, or is being seen."""


@dataclass(frozen=True, slots=True)
class AppointmentSnapshot:
    """What the appointments service said of an appointment at one moment."""

    id: str
    status: str
    patient_id: str
    practitioner: Author
    service_day: date
    """The day where the clinic is."""

    @property
    def opens_encounter(self) -> bool:
        """Whether an encounter can be opened from this appointment."""
        return self.status in OPENABLE_STATUSES
