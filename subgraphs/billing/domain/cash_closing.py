"""What came in at a clinic's desks on a day, by the clinic's calendar."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from subgraphs.billing.domain.payment import PaymentMethod
from subgraphs.billing.domain.rounding import ZERO


@dataclass(frozen=True, slots=True)
class Span:
    """From one moment to another, which is not in it."""

    begins: datetime
    ends: datetime


@dataclass(frozen=True, slots=True)
class MethodTotal:
    """What came in by one method, and what of earlier money went back."""

    method: PaymentMethod
    payments: int
    received: Decimal
    refunded: Decimal

    @property
    def net(self) -> Decimal:
        """What is left."""
        return self.received - self.refunded


def day_of(day: date, time_zone: str) -> Span:
    """The day where the clinic is: 23 or 25 hours long where the clock is changed."""
    zone = ZoneInfo(time_zone)
    begins = datetime.combine(day, time(), zone)
    ends = datetime.combine(day + timedelta(days=1), time(), zone)
    return Span(begins.astimezone(UTC), ends.astimezone(UTC))


def net_of(totals: Sequence[MethodTotal]) -> Decimal:
    """What is left of all methods."""
    return sum((total.net for total in totals), ZERO)
