"""The waiting room: whoever is here, in the order of the law and then of arrival."""

from datetime import timedelta
from uuid import uuid4

import pytest

ARRIVE = """mutation ($input: RegisterArrivalInput!) {
  result: registerArrival(input: $input) {
    __typename
    ... on Appointment { status arrivedAt priority }
    ... on AppointmentTransitionNotAllowed { reason }
  }
}"""
ROOM = """query ($clinic: ID!) {
  waitingRoom(clinicId: $clinic) { id status priority arrivedAt patient { displayName } } }"""


@pytest.fixture
def arrive(graph, clock):
    async def arrive(id: str, priority: str = "NONE", version: int = 1):
        clock.advance(timedelta(minutes=1))
        values = {"id": id, "expectedVersion": version, "priority": priority}
        return (await graph(ARRIVE, input=values | {"idempotencyKey": str(uuid4())}))["result"]

    return arrive


async def room(graph, clinic: str = "paulista") -> list[str]:
    return [entry["id"] for entry in (await graph(ROOM, clinic=clinic))["waitingRoom"]]


async def test_who_is_called_next(graph, network, arrive) -> None:
    people = ["first", "old", "pregnant", "second", "bleeding", "very-old"]
    await network.store_patients(*people)
    await network.store(
        *(
            network.visit(
                id=person,
                patient_id=person,
                starts_at=network.monday_9_am + timedelta(minutes=30 * number),
            )
            for number, person in enumerate(people)
        )
    )
    assert await room(graph) == []
    for person, priority in (
        ("first", "NONE"),
        ("second", "NONE"),
        ("pregnant", "LEGAL"),
        ("very-old", "OVER_80"),
        ("old", "LEGAL"),
        ("bleeding", "EMERGENCY"),
    ):
        arrived = await arrive(person, priority)
        assert (arrived["status"], arrived["priority"]) == ("ARRIVED", priority)
    assert await room(graph) == ["bleeding", "very-old", "pregnant", "old", "first", "second"]


async def test_who_is_with_the_physician_or_gone_waits_no_more(graph, network, clock) -> None:
    states = ("ARRIVED", "CHECKED_IN", "IN_PROGRESS", "FULFILLED", "CANCELLED", "BOOKED")
    await network.store(
        *(
            network.visit(
                id=status,
                status=status,
                starts_at=clock.now() + timedelta(minutes=30 * number),
                arrived_at=clock.now() + timedelta(seconds=number),
            )
            for number, status in enumerate(states)
        )
    )
    assert await room(graph) == ["ARRIVED", "CHECKED_IN"]
    assert await room(graph, "manaus") == []


async def test_yesterdays_forgotten_arrivals_do_not_wait_today(graph, network, clock) -> None:
    yesterday = clock.now() - timedelta(days=1)
    await network.store(network.visit(status="ARRIVED", starts_at=yesterday, arrived_at=yesterday))
    assert await room(graph) == []


async def test_an_arrival_on_another_day_is_refused(network, arrive) -> None:
    visit = network.visit()
    await network.store(visit)
    assert (await arrive(visit.id))["reason"] == "NOT_THE_DAY"


async def test_a_clinic_that_is_not_there(graph) -> None:
    answer = await graph.answer(ROOM, clinic="nowhere")
    assert answer["errors"][0]["extensions"]["code"] == "NOT_FOUND"
