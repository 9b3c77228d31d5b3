"""Free slots, computed from weekly availability when they are asked for; none is ever stored."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from subgraphs.appointments.domain.wall_clock import exists, first_instant

MOST_IN_A_SLOT = 50
"""How many patients a slot can be for, as in a group session."""


@dataclass(frozen=True, slots=True, order=True)
class Interval:
    """A stretch of time between two instants, its end not included: `[starts_at, ends_at)`."""

    starts_at: datetime
    ends_at: datetime

    def __post_init__(self) -> None:
        if self.ends_at <= self.starts_at:
            raise ValueError("an interval must end after it starts")

    def overlaps(self, other: "Interval") -> bool:
        """Whether the two share an instant; touching ends do not."""
        return self.starts_at < other.ends_at and other.starts_at < self.ends_at


@dataclass(frozen=True, slots=True)
class WeeklyAvailability:
    """ "Dr. Lima sees patients at the clinic on Mondays, 8 to 12, from March to December."

    Times are the clinic's wall clock. `closes` at 00:00 means the end of that day.
    """

    weekday: int
    """ISO: Monday is 1, Sunday 7."""
    opens: time
    closes: time
    valid_from: date
    valid_until: date | None = None
    """The last day, included; None while no end is known."""
    capacity: int = 1
    """How many patients have the same slot."""

    def __post_init__(self) -> None:
        if not 1 <= self.weekday <= 7:
            raise ValueError("o dia da semana vai de 1 (segunda) a 7 (domingo)")
        if self.closes != time() and self.closes <= self.opens:
            raise ValueError("o horário de término deve ser posterior ao de início")
        if self.valid_until is not None and self.valid_until < self.valid_from:
            raise ValueError("a validade termina antes de começar")
        if not 1 <= self.capacity <= MOST_IN_A_SLOT:
            raise ValueError(f"a capacidade vai de 1 a {MOST_IN_A_SLOT} pacientes por horário")

    def applies_on(self, day: date) -> bool:
        """Whether this rule opens the agenda on `day` of the clinic's calendar."""
        in_force = self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)
        return in_force and day.isoweekday() == self.weekday


@dataclass(frozen=True, slots=True)
class Grid:
    """How a service cuts an opening into slots."""

    duration: timedelta
    buffer: timedelta = timedelta()
    """Kept free after each slot, for cleaning and notes."""

    def __post_init__(self) -> None:
        if self.duration <= timedelta() or self.buffer < timedelta():
            raise ValueError("a duração deve ser positiva e o intervalo não pode ser negativo")


def hours_on(rule: WeeklyAvailability, day: date, zone: ZoneInfo) -> Interval | None:
    """From when to when the rule opens the agenda on `day`; None where it does not."""
    if not rule.applies_on(day):
        return None
    closing_day = day + timedelta(days=1) if rule.closes == time() else day
    opens_at = first_instant(datetime.combine(day, rule.opens), zone)
    closes_at = first_instant(datetime.combine(closing_day, rule.closes), zone)
    return Interval(opens_at, closes_at) if opens_at < closes_at else None


def slots_of_day(
    rule: WeeklyAvailability, day: date, zone: ZoneInfo, grid: Grid
) -> Iterator[Interval]:
    """Cut one day's opening into slots that start on the wall-clock grid and last in full.

    A wall time that does not exist gives no slot, one that occurs twice gives one slot (at its
    first occurrence), so that "23:30" always names a single slot to the patient.
    """
    if not rule.applies_on(day):
        return
    wall = datetime.combine(day, rule.opens)
    closing_day = day + timedelta(days=1) if rule.closes == time() else day
    closes_wall = datetime.combine(closing_day, rule.closes)
    closes_at = first_instant(closes_wall, zone)
    earliest = first_instant(wall, zone)
    while wall < closes_wall:
        if exists(wall, zone):
            starts_at = first_instant(wall, zone)
            ends_at = starts_at + grid.duration
            # After a gap the grid can catch up with a slot that is still running.
            if starts_at >= earliest and ends_at <= closes_at:
                yield Interval(starts_at, ends_at)
                earliest = ends_at + grid.buffer
        wall += grid.duration + grid.buffer


def slots_between(
    rule: WeeklyAvailability, span: Interval, zone: ZoneInfo, grid: Grid
) -> Iterator[Interval]:
    """The slots of `rule` that begin inside `span`, in order of time."""
    day = span.starts_at.astimezone(zone).date()
    last = span.ends_at.astimezone(zone).date()
    while day <= last:
        for slot in slots_of_day(rule, day, zone, grid):
            if span.starts_at <= slot.starts_at < span.ends_at:
                yield slot
        day += timedelta(days=1)


def merged(intervals: Iterable[Interval]) -> list[Interval]:
    """The same covered time as ordered intervals that neither overlap nor touch."""
    result: list[Interval] = []
    for interval in sorted(intervals):
        if result and interval.starts_at <= result[-1].ends_at:
            result[-1] = Interval(result[-1].starts_at, max(result[-1].ends_at, interval.ends_at))
        else:
            result.append(interval)
    return result


def without_busy(
    slots: Iterable[Interval], busy: Sequence[Interval], buffer: timedelta = timedelta()
) -> Iterator[Interval]:
    """Those of `slots` that, their buffer included, meet none of `busy` (as from `merged`)."""
    starts = [interval.starts_at for interval in busy]
    for slot in slots:
        needed = Interval(slot.starts_at, slot.ends_at + buffer)
        following = bisect_left(starts, needed.ends_at)
        if following == 0 or not busy[following - 1].overlaps(needed):
            yield slot


def closure_interval(starts: datetime, ends: datetime, zone: ZoneInfo) -> Interval:
    """A closure said in the clinic's wall time (a holiday, a leave), as instants."""
    return Interval(first_instant(starts, zone), first_instant(ends, zone))


def after(now: datetime, span: Interval) -> Interval | None:
    """What is left of `span` from `now` on; None when all of it is past."""
    starts_at = max(span.starts_at, now.astimezone(UTC))
    return Interval(starts_at, span.ends_at) if starts_at < span.ends_at else None
