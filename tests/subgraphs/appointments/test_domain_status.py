"""The state machine: every pair of states, then the guards at their exact boundaries."""

from datetime import UTC, datetime, timedelta
from itertools import product
from zoneinfo import ZoneInfo

import pytest

from subgraphs.appointments.domain.care import Care
from subgraphs.appointments.domain.status import EDGES, OCCUPYING, TERMINAL, AppointmentStatus
from subgraphs.appointments.domain.transition import (
    Visit,
    hold_expired,
    is_late_cancellation,
    refusal,
)

S = AppointmentStatus
SAO_PAULO = ZoneInfo("America/Sao_Paulo")
MANAUS = ZoneInfo("America/Manaus")
START = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)

ALLOWED = {
    (S.PROPOSED, S.PENDING),
    (S.WAITLIST, S.PENDING),
    (S.PENDING, S.BOOKED),
    (S.PENDING, S.CANCELLED),
    (S.BOOKED, S.ARRIVED),
    (S.BOOKED, S.NO_SHOW),
    (S.BOOKED, S.CANCELLED),
    (S.ARRIVED, S.CHECKED_IN),
    (S.ARRIVED, S.CANCELLED),
    (S.CHECKED_IN, S.IN_PROGRESS),
    (S.IN_PROGRESS, S.FULFILLED),
    (S.NO_SHOW, S.ARRIVED),
} | {(origin, S.ENTERED_IN_ERROR) for origin in set(S) - TERMINAL}


WRITTEN_DOWN = Care(encounter_open=True, something_signed=True)


def visit(
    status: S,
    zone: ZoneInfo = SAO_PAULO,
    hold_until: datetime | None = None,
    care: Care = WRITTEN_DOWN,
) -> Visit:
    return Visit(status, START, START + timedelta(minutes=30), zone, hold_until, care)


@pytest.mark.parametrize(("origin", "target"), list(product(S, S)))
def test_only_the_listed_edges_exist(origin: S, target: S) -> None:
    # At this moment, on the day and past the tolerance, no clock guard stands in the way.
    moment = START + timedelta(minutes=20)
    answer = refusal(visit(origin), target, moment, reason="motivo")
    if (origin, target) in ALLOWED:
        assert answer is None
    else:
        assert answer is not None
        assert answer.code == "TRANSITION_NOT_ALLOWED"


def test_nothing_leaves_a_terminal_state() -> None:
    assert {origin for origin in S if not EDGES[origin]} == TERMINAL


def test_states_that_hold_the_time_are_those_on_the_way_to_a_visit_and_the_visit() -> None:
    assert {
        S.PENDING,
        S.BOOKED,
        S.ARRIVED,
        S.CHECKED_IN,
        S.IN_PROGRESS,
        S.FULFILLED,
    } == OCCUPYING


@pytest.mark.parametrize(
    ("moment", "late"),
    [
        (START - timedelta(hours=24, seconds=1), False),
        (START - timedelta(hours=24), False),
        (START - timedelta(hours=24) + SECOND, True),
        (START + SECOND, True),
    ],
)
def test_cancellation_is_free_until_exactly_24_hours_before(moment: datetime, late: bool) -> None:
    assert is_late_cancellation(START, moment) is late


@pytest.mark.parametrize(
    ("after_start", "code"),
    [
        (timedelta(minutes=15) - SECOND, "WITHIN_TOLERANCE"),
        (timedelta(minutes=15), "WITHIN_TOLERANCE"),
        (timedelta(minutes=15) + SECOND, None),
    ],
)
def test_a_no_show_waits_for_the_tolerance(after_start: timedelta, code: str | None) -> None:
    answer = refusal(visit(S.BOOKED), S.NO_SHOW, START + after_start)
    assert (answer and answer.code) == code


def test_arrival_is_on_the_day_of_the_clinic_not_of_greenwich() -> None:
    # 23:30 in Manaus is 03:30 of the next day in UTC.
    start = datetime(2026, 3, 3, 3, 30, tzinfo=UTC)
    late_visit = Visit(S.BOOKED, start, start + timedelta(minutes=30), MANAUS)
    same_day = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
    day_before = same_day - SECOND
    assert refusal(late_visit, S.ARRIVED, same_day) is None
    answer = refusal(late_visit, S.ARRIVED, day_before)
    assert answer is not None
    assert answer.code == "NOT_THE_DAY"


def test_a_no_show_is_final_from_the_next_day_of_the_clinic() -> None:
    midnight = datetime(2026, 3, 3, 3, 0, tzinfo=UTC)  # 00:00 in São Paulo
    assert refusal(visit(S.NO_SHOW), S.ARRIVED, midnight - SECOND) is None
    for target in (S.ARRIVED, S.ENTERED_IN_ERROR):
        answer = refusal(visit(S.NO_SHOW), target, midnight, reason="motivo")
        assert answer is not None
        assert answer.code == "NO_SHOW_IS_FINAL"


def test_a_visit_in_the_future_cannot_be_fulfilled() -> None:
    answer = refusal(visit(S.IN_PROGRESS), S.FULFILLED, START - SECOND)
    assert answer is not None
    assert answer.code == "STARTS_IN_FUTURE"
    assert refusal(visit(S.IN_PROGRESS), S.FULFILLED, START) is None


@pytest.mark.parametrize("target", [S.CANCELLED, S.ENTERED_IN_ERROR])
@pytest.mark.parametrize("reason", [None, "", "  "])
def test_undoing_needs_a_reason(target: S, reason: str | None) -> None:
    answer = refusal(visit(S.BOOKED), target, START, reason=reason)
    assert answer is not None
    assert answer.code == "REASON_REQUIRED"


def test_a_hold_is_over_at_its_very_instant() -> None:
    assert not hold_expired(START, START - SECOND)
    assert hold_expired(START, START)
    assert not hold_expired(None, START)
    answer = refusal(visit(S.PENDING, hold_until=START), S.BOOKED, START)
    assert answer is not None
    assert answer.code == "HOLD_EXPIRED"


def test_a_visit_begins_with_an_open_encounter() -> None:
    closed = Care(encounter_open=False, something_signed=True)
    answer = refusal(visit(S.CHECKED_IN, care=closed), S.IN_PROGRESS, START)
    assert answer is not None
    assert answer.code == "NO_OPEN_ENCOUNTER"


@pytest.mark.parametrize(
    ("signed", "reason", "code"),
    [
        (True, None, None),
        (False, "Paciente foi embora", None),
        (False, " ", "NOTHING_SIGNED"),
        (False, None, "NOTHING_SIGNED"),
    ],
)
def test_a_visit_ends_with_something_signed_or_a_reason(
    signed: bool, reason: str | None, code: str | None
) -> None:
    care = Care(encounter_open=True, something_signed=signed)
    answer = refusal(visit(S.IN_PROGRESS, care=care), S.FULFILLED, START, reason)
    assert (answer and answer.code) == code
