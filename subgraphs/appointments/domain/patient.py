"""What this service needs to know of a patient, and whom it may book."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from subgraphs.kit.patients import snapshot

BOOKABLE_STATUS = "ACTIVE"
MERGED = "MERGED"

FRESH_FOR = timedelta(minutes=5)
"""House rule: what the patients service said is not asked again this soon."""


class PatientCheck(StrEnum):
    """Whether the patients service said that a visit can be booked for its patient."""

    VERIFIED = "VERIFIED"
    """It did."""
    DEFERRED = "DEFERRED"
    """It did not answer; the patient was known as active, and will be asked for again."""
    REFUSED = "REFUSED"
    """It was down then, and said no afterwards; somebody has to look at the visit."""


@dataclass(frozen=True, slots=True)
class PatientSnapshot(snapshot.PatientSnapshot):
    """What the patients service said of a patient at one moment."""

    check: PatientCheck = PatientCheck.VERIFIED
    asked: bool = True
    """Whether it was said just now; false where it was remembered."""

    @property
    def bookable(self) -> bool:
        """Whether visits can be booked for this patient."""
        return self.status == BOOKABLE_STATUS


def is_fresh(refreshed_at: datetime, now: datetime) -> bool:
    """Whether what is remembered of a patient is new enough to decide by."""
    return now - refreshed_at < FRESH_FOR
