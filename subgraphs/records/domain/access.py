"""Who may see a patient's record: whoever cares for the patient, or breaks the glass.

Role alone opens nothing (CFM resolution 1.638/2002, article 1; LGPD, articles 11 and 46).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

CARE_AFTER = timedelta(days=365)
"""House rule: who saw a patient cares for them this long after."""

CARE_BEFORE = timedelta(days=30)
"""House rule: who is to see a patient may read up this long before."""

EXPECTED = frozenset({"BOOKED", "ARRIVED", "FULFILLED"})
"""How an appointment stands whose practitioner cares for its patient, as far as it is told."""

HERE = frozenset({"ARRIVED"})
"""How it stands while the patient is here, as far as it is told."""

PRESENCE = timedelta(hours=24)
"""House rule: the nursing team cares for whoever is in the clinic, or was there this long ago."""

BREAK_GLASS_LASTS = timedelta(hours=4)
"""House rule: an emergency opens a record for this long."""

SHORTEST_JUSTIFICATION = 15
"""House rule: fewer letters than this explain no emergency."""


class AccessPurpose(StrEnum):
    """What a clinical datum was read for."""

    CARE = "CARE"
    """By someone who cares for the patient."""
    EMERGENCY = "EMERGENCY"
    """By someone who broke the glass."""
    EXPORT = "EXPORT"
    """For a copy of the record."""
    EXPLORATION = "EXPLORATION"
    """Without a token, in development."""
    OWN = "OWN"
    """By the patient."""
    NONE = "NONE"
    """None that counts: it was refused."""


@dataclass(frozen=True, slots=True)
class Carer:
    """Someone at a given moment, as far as care goes."""

    practitioner_id: str | None
    nursing: bool
    now: datetime


def is_justification(text: str) -> bool:
    """Whether a text says why a glass is broken, as far as its length tells."""
    return sum(character.isalpha() for character in text) >= SHORTEST_JUSTIFICATION
