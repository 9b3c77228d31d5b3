"""What this service needs to know of a patient, and whom it may book."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Self

BOOKABLE_STATUS = "ACTIVE"
ANONYMISED = "ANONYMISED"
MERGED = "MERGED"

FRESH_FOR = timedelta(minutes=5)
"""House rule: what the patients service said is not asked again this soon."""

ERASED_NAME = "(dados eliminados)"
"""What an agenda shows of a patient whose data were erased (LGPD, article 18)."""


class PatientCheck(StrEnum):
    """Whether the patients service said that a visit can be booked for its patient."""

    VERIFIED = "VERIFIED"
    """It did."""
    DEFERRED = "DEFERRED"
    """It did not answer; the patient was known as active, and will be asked for again."""
    REFUSED = "REFUSED"
    """It was down then, and said no afterwards; somebody has to look at the visit."""


@dataclass(frozen=True, slots=True)
class PatientSnapshot:
    """What the patients service said of a patient at one moment."""

    id: str
    display_name: str
    status: str
    version: int
    check: PatientCheck = PatientCheck.VERIFIED
    asked: bool = True
    """Whether it was said just now; false where it was remembered."""

    @property
    def bookable(self) -> bool:
        """Whether visits can be booked for this patient."""
        return self.status == BOOKABLE_STATUS

    def to_keep(self) -> Self:
        """What may be remembered of it: of who was erased, no name."""
        return replace(self, display_name=ERASED_NAME) if self.status == ANONYMISED else self


def is_fresh(refreshed_at: datetime, now: datetime) -> bool:
    """Whether what is remembered of a patient is new enough to decide by."""
    return now - refreshed_at < FRESH_FOR
