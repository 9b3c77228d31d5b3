"""Free slots: the wall-clock grid, busy time, and the days on which Brazil moved its clocks."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subgraphs.appointments.domain.availability import (
    Grid,
    Interval,
    WeeklyAvailability,
    after,
    closure_interval,
    merged,
    slots_between,
    slots_of_day,
    without_busy,
)
from subgraphs.appointments.domain.wall_clock import day_bounds, exists, first_instant

SAO_PAULO = ZoneInfo("America/Sao_Paulo")
HALF_HOUR = Grid(timedelta(minutes=30))


def rule(day: date, opens: time, closes: time) -> WeeklyAvailability:
    return WeeklyAvailability(day.isoweekday(), opens, closes, valid_from=date(2000, 1, 1))


def at(year: int, month: int, day: int, hour: int, minute: int) -> datetime:
    """A wall time, which has no zone yet."""
    return datetime.combine(date(year, month, day), time(hour, minute))


def walls(slots: list[Interval], zone: ZoneInfo) -> list[str]:
    return [slot.starts_at.astimezone(zone).strftime("%H:%M") for slot in slots]


def test_an_opening_is_cut_into_whole_slots() -> None:
    monday = date(2026, 3, 2)
    slots = list(slots_of_day(rule(monday, time(8), time(9, 45)), monday, SAO_PAULO, HALF_HOUR))
    assert walls(slots, SAO_PAULO) == ["08:00", "08:30", "09:00"]
    assert slots[0].starts_at == datetime(2026, 3, 2, 11, 0, tzinfo=UTC)


def test_a_buffer_widens_the_grid_but_not_the_slot() -> None:
    monday = date(2026, 3, 2)
    grid = Grid(timedelta(minutes=30), buffer=timedelta(minutes=10))
    slots = list(slots_of_day(rule(monday, time(8), time(10)), monday, SAO_PAULO, grid))
    assert walls(slots, SAO_PAULO) == ["08:00", "08:40", "09:20"]
    assert {slot.ends_at - slot.starts_at for slot in slots} == {timedelta(minutes=30)}


def test_validity_dates_are_both_included() -> None:
    mondays = WeeklyAvailability(1, time(8), time(9), date(2026, 3, 9), date(2026, 3, 16))
    days = [date(2026, 3, day) for day in (2, 9, 10, 16, 23)]
    assert [day.day for day in days if mondays.applies_on(day)] == [9, 16]


@pytest.mark.parametrize(
    ("zone", "offset"),
    [
        ("America/Sao_Paulo", -3),
        ("America/Manaus", -4),
        ("America/Rio_Branco", -5),
        ("America/Noronha", -2),
    ],
)
def test_each_clinic_opens_at_eight_of_its_own_clock(zone: str, offset: int) -> None:
    monday = date(2026, 3, 2)
    [first, *_] = slots_of_day(rule(monday, time(8), time(9)), monday, ZoneInfo(zone), HALF_HOUR)
    assert first.starts_at == datetime(2026, 3, 2, 8 - offset, 0, tzinfo=UTC)


def test_eight_o_clock_stays_eight_o_clock_across_the_change() -> None:
    # São Paulo went from -03:00 to -02:00 at midnight of 4 November 2018.
    before, after_change = date(2018, 11, 3), date(2018, 11, 5)
    for day, utc_hour in ((before, 11), (after_change, 10)):
        [first, *_] = slots_of_day(rule(day, time(8), time(9)), day, SAO_PAULO, HALF_HOUR)
        assert first.starts_at.hour == utc_hour


def test_wall_times_in_a_gap_give_no_slot() -> None:
    sunday = date(2018, 11, 4)
    assert not exists(at(2018, 11, 4, 0, 0), SAO_PAULO)
    assert not exists(at(2018, 11, 4, 0, 59), SAO_PAULO)
    assert exists(at(2018, 11, 4, 1, 0), SAO_PAULO)
    slots = list(slots_of_day(rule(sunday, time(0), time(2)), sunday, SAO_PAULO, HALF_HOUR))
    assert walls(slots, SAO_PAULO) == ["01:00", "01:30"]
    assert slots[0].starts_at == datetime(2018, 11, 4, 3, 0, tzinfo=UTC)


def test_an_opening_that_ends_in_a_gap_ends_when_the_clock_is_put_forward() -> None:
    saturday = date(2018, 11, 3)
    until_midnight = rule(saturday, time(23), time())
    slots = list(slots_of_day(until_midnight, saturday, SAO_PAULO, HALF_HOUR))
    assert walls(slots, SAO_PAULO) == ["23:00", "23:30"]
    assert slots[-1].ends_at == datetime(2018, 11, 4, 3, 0, tzinfo=UTC)
    in_the_gap = first_instant(at(2018, 11, 4, 0, 40), SAO_PAULO)
    assert in_the_gap == datetime(2018, 11, 4, 3, 0, tzinfo=UTC)


def test_a_wall_time_that_occurs_twice_gives_one_slot() -> None:
    # São Paulo put its clocks back at midnight of 17 February 2019: 23:00-23:59 came twice.
    saturday = date(2019, 2, 16)
    slots = list(slots_of_day(rule(saturday, time(22), time()), saturday, SAO_PAULO, HALF_HOUR))
    assert walls(slots, SAO_PAULO) == ["22:00", "22:30", "23:00", "23:30"]
    assert slots[2].starts_at == datetime(2019, 2, 17, 1, 0, tzinfo=UTC)
    assert slots[3].ends_at == datetime(2019, 2, 17, 2, 0, tzinfo=UTC)


def test_a_day_of_change_has_23_or_25_hours() -> None:
    for day, hours in (
        (date(2018, 11, 4), 23),
        (date(2019, 2, 16), 25),
        (date(2026, 11, 24), 24),
    ):
        first, following = day_bounds(day, SAO_PAULO)
        assert following - first == timedelta(hours=hours)


def test_the_span_cuts_at_both_ends() -> None:
    monday = date(2026, 3, 2)
    span = Interval(
        datetime(2026, 3, 2, 11, 15, tzinfo=UTC), datetime(2026, 3, 9, 11, 30, tzinfo=UTC)
    )
    slots = slots_between(rule(monday, time(8), time(9, 30)), span, SAO_PAULO, HALF_HOUR)
    assert [slot.starts_at.strftime("%d %H:%M") for slot in slots] == [
        "02 11:30",
        "02 12:00",
        "09 11:00",
    ]


def interval(start: int, end: int) -> Interval:
    origin = datetime(2026, 3, 2, tzinfo=UTC)
    return Interval(origin + timedelta(minutes=start), origin + timedelta(minutes=end))


def test_busy_time_takes_what_it_overlaps_and_not_what_it_touches() -> None:
    slots = [interval(n * 30, n * 30 + 30) for n in range(5)]
    busy = merged([interval(30, 60), interval(100, 110)])
    assert list(without_busy(slots, busy)) == [slots[0], slots[2], slots[4]]
    assert list(without_busy(slots, busy, buffer=timedelta(minutes=11))) == [slots[4]]


def test_a_closure_is_said_in_the_clinics_time() -> None:
    closed = closure_interval(
        at(2026, 3, 2, 0, 0), at(2026, 3, 3, 0, 0), ZoneInfo("America/Manaus")
    )
    assert closed.starts_at == datetime(2026, 3, 2, 4, 0, tzinfo=UTC)


def test_what_is_past_is_not_offered() -> None:
    span = interval(0, 60)
    assert after(span.starts_at + timedelta(minutes=20), span) == interval(20, 60)
    assert after(span.ends_at, span) is None


@pytest.mark.parametrize(("start", "end"), [(0, 0), (10, 5)])
def test_an_empty_or_backward_interval_is_refused(start: int, end: int) -> None:
    with pytest.raises(ValueError, match="end after it starts"):
        interval(start, end)


@pytest.mark.parametrize(
    "broken",
    [
        {"weekday": 0},
        {"weekday": 8},
        {"opens": time(12), "closes": time(12)},
        {"opens": time(12), "closes": time(8)},
        {"valid_until": date(2025, 12, 31)},
    ],
)
def test_nonsense_availability_is_refused(broken: dict[str, object]) -> None:
    sound: dict[str, object] = {
        "weekday": 1,
        "opens": time(8),
        "closes": time(12),
        "valid_from": date(2026, 1, 1),
    }
    with pytest.raises(ValueError, match=r"\w"):
        WeeklyAvailability(**(sound | broken))


minutes = st.integers(0, 24 * 60 - 1).map(lambda n: time(n // 60, n % 60))
zones = st.sampled_from(
    ["America/Sao_Paulo", "America/Manaus", "America/Noronha", "America/New_York", "Asia/Gaza"]
).map(ZoneInfo)
change_days = st.sampled_from(
    [date(2018, 11, 4), date(2019, 2, 16), date(2026, 3, 8), date(2026, 11, 1), date(2026, 6, 1)]
)


@given(
    opens=minutes,
    duration=st.integers(5, 180),
    buffer=st.integers(0, 30),
    zone=zones,
    day=change_days,
)
def test_slots_never_overlap_and_last_in_full(
    opens: time, duration: int, buffer: int, zone: ZoneInfo, day: date
) -> None:
    grid = Grid(timedelta(minutes=duration), timedelta(minutes=buffer))
    slots = list(slots_of_day(rule(day, opens, time()), day, zone, grid))
    first, following = day_bounds(day, zone)
    for slot in slots:
        assert slot.ends_at - slot.starts_at == grid.duration
        assert first <= slot.starts_at
        assert slot.ends_at <= following
    for earlier, later in pairwise(slots):
        assert later.starts_at - earlier.ends_at >= grid.buffer
    names = walls(slots, zone)
    assert len(names) == len(set(names))
