"""The waiting list: who wants a visit sooner than the agenda has one, and what they are offered."""

from datetime import datetime, timedelta
from enum import StrEnum

OFFER_LASTS = timedelta(hours=2)
"""House rule: an offered slot is kept this long."""

SHORTEST_NOTICE = timedelta(hours=3)
"""House rule: nothing is offered that begins sooner than this."""

MOST_OFFERS = 3
"""House rule: who let this many offers go is asked no more."""

LONGEST_WAIT = timedelta(days=90)
"""House rule: a wish reaches this far ahead."""


class WaitingStatus(StrEnum):
    """How a wish stands."""

    WAITING = "WAITING"
    """Nothing was free yet."""
    OFFERED = "OFFERED"
    """A slot is kept until somebody confirms it."""
    BOOKED = "BOOKED"
    """The offer was taken."""
    LEFT = "LEFT"
    """The patient wants it no more."""
    EXPIRED = "EXPIRED"
    """Its days are over, or too many offers were let go."""


def kept_until(starts_at: datetime, now: datetime) -> datetime:
    """Until when a slot that is offered now is kept: never beyond its beginning."""
    return min(now + OFFER_LASTS, starts_at)
