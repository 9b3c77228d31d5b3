"""Free slots over the graph: computed from availability, closures and what is booked already."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from subgraphs.appointments.models import Availability, Closure

SEARCH = """
query ($search: SlotSearchInput!, $first: Int! = 100) {
  availableSlots(search: $search, first: $first) {
    token start end practitioner { id name } clinic { id timeZone } service { tussCode }
  }
}
"""


def between(first: datetime, days: float, **wanted: object) -> dict[str, object]:
    return {
        "serviceId": "consulta",
        "from": first.isoformat(),
        "to": (first + timedelta(days=days)).isoformat(),
        **wanted,
    }


def starts(data) -> list[str]:
    return [slot["start"] for slot in data["availableSlots"]]


async def test_a_day_of_free_slots_from_now_on(graph, clock) -> None:
    data = await graph(SEARCH, search=between(clock.now(), 0.5))
    slots = data["availableSlots"]
    # 9:00 to 12:00 with Dra. Lima, 13:00 to 18:00 with Dr. Reis, in São Paulo's time.
    assert len(slots) == 6 + 10
    assert slots[0]["start"] == "2026-03-02T12:00:00Z"
    assert slots[0]["end"] == "2026-03-02T12:30:00Z"
    assert slots[0]["practitioner"] == {"id": "lima", "name": "Dra. Helena Lima"}
    assert slots[0]["clinic"] == {"id": "paulista", "timeZone": "America/Sao_Paulo"}
    assert slots[0]["service"] == {"tussCode": "10101012"}
    assert slots[-1]["practitioner"]["id"] == "reis"
    assert starts(data) == sorted(starts(data))


async def test_what_is_past_is_not_offered(graph, clock) -> None:
    clock.advance(timedelta(minutes=31))
    data = await graph(SEARCH, search=between(clock.now() - timedelta(days=3), 3.1))
    assert starts(data)[0] == "2026-03-02T13:00:00Z"


async def test_what_is_booked_is_not_offered_and_what_is_cancelled_is(
    graph, network, clock
) -> None:
    nine, ten = clock.now(), clock.now() + timedelta(hours=1)
    await network.store(
        network.visit(starts_at=nine),
        network.visit(starts_at=ten, status="CANCELLED"),
        network.visit(starts_at=ten + timedelta(minutes=15)),
    )
    data = await graph(SEARCH, search=between(clock.now(), 0.125))
    assert starts(data) == [f"2026-03-02T{time}:00Z" for time in ("12:30", "14:00", "14:30")]


async def test_a_closure_of_the_clinic_closes_all_of_one_practitioner_only_theirs(
    graph, network, clock
) -> None:
    wednesday = datetime.combine(clock.now().date() + timedelta(days=2), datetime.min.time())
    await network.store(
        Closure(
            id="feriado",
            clinic_id="paulista",
            starts=wednesday,
            ends=wednesday + timedelta(days=1),
            reason="Feriado municipal",
        ),
        Closure(
            id="congresso",
            clinic_id="paulista",
            practitioner_id="reis",
            starts=wednesday - timedelta(days=2),
            ends=wednesday,
            reason="Congresso",
        ),
    )
    data = await graph(SEARCH, search=between(clock.now(), 3))
    days = {(slot["start"][:10], slot["practitioner"]["id"]) for slot in data["availableSlots"]}
    assert days == {("2026-03-02", "lima"), ("2026-03-03", "lima"), ("2026-03-05", "lima")}


async def test_the_clock_of_each_clinic_counts(graph, clock) -> None:
    friday = between(clock.now() + timedelta(days=3), 2, practitionerIds=["lima"])
    data = await graph(SEARCH, search=friday)
    by_clinic = {slot["clinic"]["id"]: slot["start"] for slot in reversed(data["availableSlots"])}
    assert by_clinic["manaus"] == "2026-03-06T12:00:00Z"  # 8:00 in Manaus


async def test_the_search_can_be_narrowed_and_cut(graph, clock) -> None:
    week = between(clock.now(), 7, clinicIds=["manaus"])
    assert len(starts(await graph(SEARCH, search=week))) == 4
    assert len(starts(await graph(SEARCH, search=week, first=3))) == 3
    nobody = between(clock.now(), 7, practitionerIds=["nobody"])
    assert starts(await graph(SEARCH, search=nobody)) == []


async def test_overlapping_availabilities_offer_a_slot_once(graph, network, clock) -> None:
    [twice] = [
        row
        for row in await _availabilities(network)
        if row.practitioner_id == "lima" and row.weekday == 1
    ]
    await network.store(
        Availability(
            id="again",
            practitioner_id="lima",
            clinic_id="paulista",
            weekday=1,
            opens=twice.opens,
            closes=twice.closes,
            valid_from=twice.valid_from,
        )
    )
    data = await graph(SEARCH, search=between(clock.now(), 0.25, practitionerIds=["lima"]))
    assert len(starts(data)) == len(set(starts(data))) == 6


async def _availabilities(network):
    async with network.database.read() as session:
        return (await session.scalars(select(Availability))).all()


async def test_historic_slots_skip_the_hour_that_never_was(graph, network, clock) -> None:
    clock.moment = datetime(2018, 10, 1, tzinfo=UTC)
    sunday = datetime(2018, 11, 4, tzinfo=UTC)
    await network.store(
        Availability(
            id="night-duty",
            practitioner_id="reis",
            clinic_id="paulista",
            weekday=7,
            opens=datetime.min.time(),
            closes=datetime.min.time().replace(hour=2),
            valid_from=sunday.date(),
        )
    )
    data = await graph(SEARCH, search=between(sunday, 0.5))
    assert starts(data) == ["2018-11-04T03:00:00Z", "2018-11-04T03:30:00Z"]


@pytest.mark.parametrize(
    ("wanted", "code", "path"),
    [
        ({"days": -1}, "INVALID_INPUT", ["to"]),
        ({"days": 93}, "INVALID_INPUT", ["to"]),
        ({"days": 1, "serviceId": "nothing"}, "NOT_FOUND", ["serviceId"]),
    ],
)
async def test_a_search_that_makes_no_sense_says_why(graph, clock, wanted, code, path) -> None:
    others = {name: value for name, value in wanted.items() if name != "days"}
    answer = await graph.answer(SEARCH, search=between(clock.now(), wanted["days"], **others))
    assert answer["errors"][0]["extensions"] == {"code": code, "path": path}


def selects(statements: list[str]) -> int:
    return sum(statement.startswith("SELECT") for statement in statements)


async def test_a_search_costs_few_statements_whatever_it_finds(graph, clock) -> None:
    with graph.counting_statements() as statements:
        await graph(SEARCH, search=between(clock.now(), 90), first=20)
    # Service, openings; busy, closures of the first week; then three loaders.
    assert selects(statements) == 2 + 2 + 3
    with graph.counting_statements() as statements:
        await graph(SEARCH, search=between(clock.now(), 92), first=500)
    # The weeks are looked at in pieces that double: 7, 14, 28 and what is left of 92 days.
    assert selects(statements) == 2 + 4 * 2 + 3


async def test_the_pieces_of_a_long_search_leave_no_gap_and_no_double(graph, clock) -> None:
    whole = starts(await graph(SEARCH, search=between(clock.now(), 45), first=500))
    assert whole == sorted(whole)
    days = [
        starts(await graph(SEARCH, search=between(clock.now() + timedelta(days=day), 1)))
        for day in range(45)
    ]
    assert whole == [start for day in days for start in day]


async def test_a_slot_that_would_end_after_the_span_is_not_offered(graph, clock) -> None:
    data = await graph(SEARCH, search=between(clock.now(), 59 / 24 / 60))
    assert starts(data) == ["2026-03-02T12:00:00Z"]
