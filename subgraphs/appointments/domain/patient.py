"""What this service needs to know of a patient, and whom it may book."""

from dataclasses import dataclass

BOOKABLE_STATUS = "ACTIVE"


@dataclass(frozen=True, slots=True)
class PatientSnapshot:
    """What the patients service said of a patient at one moment."""

    id: str
    display_name: str
    status: str
    version: int

    @property
    def bookable(self) -> bool:
        """Whether visits can be booked for this patient."""
        return self.status == BOOKABLE_STATUS
