"""From a clinic's wall clock to instants: gaps and folds of daylight saving time included.

Availability is said in wall time ("Mondays from 8 to 12") and must stay at 8 whatever the
government does to the clock; an appointment is an instant. IANA zones keep the history
(São Paulo had daylight saving time until 17 February 2019).
"""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


def exists(wall: datetime, zone: ZoneInfo) -> bool:
    """Whether the clocks of `zone` ever show the naive `wall` (they skip it in a gap)."""
    instant = wall.replace(tzinfo=zone).astimezone(UTC)
    return instant.astimezone(zone).replace(tzinfo=None) == wall


def first_instant(wall: datetime, zone: ZoneInfo) -> datetime:
    """The first instant (UTC) at which the clocks of `zone` read `wall` or later.

    In a fold that is the earlier of two; in a gap it is the moment the clock is put forward.
    """
    if exists(wall, zone):
        return wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
    return _transition(wall, zone)


def _transition(wall: datetime, zone: ZoneInfo) -> datetime:
    # PEP 495: in a gap, fold=1 gives an instant before the transition and fold=0 one not before it.
    before = wall.replace(tzinfo=zone, fold=1).astimezone(UTC)
    after = wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
    while after - before > timedelta(seconds=1):
        middle = before + timedelta(seconds=(after - before) // timedelta(seconds=2))
        if middle.astimezone(zone).replace(tzinfo=None) >= wall:
            after = middle
        else:
            before = middle
    return after


def day_bounds(day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The instants (UTC) between which the calendar of `zone` shows `day`: `[first, next)`."""
    midnight = datetime.combine(day, time())
    return first_instant(midnight, zone), first_instant(midnight + timedelta(days=1), zone)
