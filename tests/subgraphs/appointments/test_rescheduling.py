"""Rescheduling is one operation: the new visit is booked and the old one given up, or neither."""

import asyncio
from collections import Counter
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from subgraphs.appointments.models import Appointment, HealthcareService, PractitionerService

SLOTS = """query ($search: SlotSearchInput!) {
  availableSlots(search: $search, first: 500) { token start } }"""
MOVE = """mutation ($input: RescheduleAppointmentInput!) {
  result: rescheduleAppointment(input: $input) {
    __typename
    ... on Appointment {
      id version status kind start coverageId
      rescheduledFrom { id status cancellation { by reason late } rescheduledTo { id } }
      returnOf { id }
    }
    ... on UserError { code path }
    ... on AppointmentTransitionNotAllowed { reason }
    ... on SlotTaken { alternatives { start } }
  }
}"""


@pytest.fixture
def slots(graph, clock):
    async def slots(practitioner: str = "lima", service: str = "consulta") -> dict[str, str]:
        search = {
            "serviceId": service,
            "from": clock.now().isoformat(),
            "to": (clock.now() + timedelta(days=60)).isoformat(),
            "practitionerIds": [practitioner],
        }
        data = await graph(SLOTS, search=search)
        return {slot["start"]: slot["token"] for slot in data["availableSlots"]}

    return slots


@pytest.fixture
def move(graph):
    async def move(id: str, token: str, version: int = 1, **values):
        values = {
            "idempotencyKey": str(uuid4()),
            "expectedVersion": version,
            "requestedBy": "PATIENT",
            **values,
        }
        return (await graph(MOVE, input={"id": id, "slotToken": token, **values}))["result"]

    return move


async def visits(graph) -> dict[str, str]:
    async with graph.database.read() as session:
        rows = await session.scalars(select(Appointment))
        return {row.id: row.status for row in rows}


@pytest.mark.parametrize(("days", "late"), [(1, False), (0.5, True)])
async def test_a_visit_moves_and_the_old_one_points_to_it(network, slots, move, days, late) -> None:
    old = network.visit(starts_at=network.monday_9_am + timedelta(days=days), coverage_id="card-1")
    await network.store(old)
    [(start, token), *_] = (await slots("reis")).items()
    new = await move(old.id, token)
    id = new.pop("id")
    assert new == {
        "__typename": "Appointment",
        "version": 1,
        "status": "BOOKED",
        "kind": "FIRST",
        "start": start,
        "coverageId": "card-1",
        "rescheduledFrom": {
            "id": old.id,
            "status": "CANCELLED",
            "cancellation": {"by": "PATIENT", "reason": "RESCHEDULED", "late": late},
            "rescheduledTo": {"id": id},
        },
        "returnOf": None,
    }


async def test_a_visit_can_move_onto_part_of_its_own_time(network, slots, move, clock) -> None:
    tomorrow = clock.now() + timedelta(days=1)
    tokens = await slots()
    old = network.visit(starts_at=tomorrow + timedelta(minutes=15))
    await network.store(old)
    moved = await move(old.id, tokens["2026-03-03T12:00:00Z"])
    assert moved["start"] == "2026-03-03T12:00:00Z"


async def test_a_visit_whose_new_time_is_taken_stays(graph, network, slots, move, clock) -> None:
    tokens = await slots()
    old = network.visit()
    other = network.visit(patient_id="bia", starts_at=clock.now() + timedelta(days=2))
    await network.store(old, other)
    refused = await move(old.id, tokens["2026-03-04T12:00:00Z"])
    assert refused["__typename"] == "SlotTaken"
    assert refused["alternatives"]
    assert await visits(graph) == {old.id: "BOOKED", other.id: "BOOKED"}


async def test_a_patient_does_not_move_onto_another_visit_of_theirs(
    graph, network, slots, move, clock
) -> None:
    tokens = await slots()
    old = network.visit()
    other = network.visit(practitioner_id="reis", starts_at=clock.now() + timedelta(days=2))
    await network.store(old, other)
    refused = await move(old.id, tokens["2026-03-04T12:00:00Z"])
    assert refused["__typename"] == "PatientDoubleBooked"
    assert await visits(graph) == {old.id: "BOOKED", other.id: "BOOKED"}


async def test_moving_twice_with_one_key_moves_once(graph, network, slots, move) -> None:
    old = network.visit()
    await network.store(old)
    token = next(iter((await slots()).values()))
    key = str(uuid4())
    results = await asyncio.gather(*(move(old.id, token, idempotencyKey=key) for _ in range(4)))
    assert len({result["id"] for result in results}) == 1
    assert Counter((await visits(graph)).values()) == {"BOOKED": 1, "CANCELLED": 1}


async def test_two_visits_that_change_places_with_two_physicians_do_not_deadlock(
    graph, network, slots, move, clock
) -> None:
    lima, reis = await slots("lima"), await slots("reis")
    first = network.visit(starts_at=clock.now() + timedelta(days=7))
    second = network.visit(
        patient_id="bia", practitioner_id="reis", starts_at=clock.now() + timedelta(days=7)
    )
    await network.store(first, second)
    for round in range(3):
        results = await asyncio.gather(
            move(first.id, list(reis.values())[round], 1),
            move(second.id, list(lima.values())[round], 1),
        )
        assert {result["__typename"] for result in results} <= {"Appointment", "StaleVersion"}
    assert Counter((await visits(graph)).values()) == {"BOOKED": 2, "CANCELLED": 2}


BOOK = """mutation ($input: BookInput!) { result: bookAppointment(input: $input) { __typename } }"""


async def test_of_those_who_move_into_a_gap_and_those_who_book_it_one_has_it(
    graph, network, slots, move, clock
) -> None:
    for week in range(3, 6):
        [(start, gap), *_] = (await slots("reis")).items()
        first = datetime.fromisoformat(start)
        old = network.visit(starts_at=clock.now() + timedelta(weeks=week))
        await network.store(old)
        booking = {"patientId": "bia", "slotToken": gap}
        results = await asyncio.gather(
            *(move(old.id, gap) for _ in range(4)),
            *(graph(BOOK, input={**booking, "idempotencyKey": str(uuid4())}) for _ in range(4)),
        )
        kinds = Counter((result.get("result") or result)["__typename"] for result in results)
        assert kinds["Appointment"] == 1, kinds
        assert kinds.keys() <= {
            "Appointment",
            "SlotTaken",
            "StaleVersion",
            "PatientDoubleBooked",
        } | {"AppointmentTransitionNotAllowed"}, kinds
        async with graph.database.read() as session:
            taken = await session.scalars(
                select(Appointment.id).where(
                    Appointment.practitioner_id == "reis",
                    Appointment.starts_at == first,
                    Appointment.status == "BOOKED",
                )
            )
            assert len(taken.all()) == 1


@pytest.mark.parametrize("status", ["PENDING", "ARRIVED", "FULFILLED", "CANCELLED", "NO_SHOW"])
async def test_only_a_booked_visit_moves(network, slots, move, status) -> None:
    old = network.visit(status=status)
    await network.store(old)
    refused = await move(old.id, list((await slots()).values())[-1])
    assert refused["__typename"] == "AppointmentTransitionNotAllowed"
    assert refused["reason"] == "NOT_BOOKED"


async def test_what_cannot_be_moved(network, slots, move, clock) -> None:
    old = network.visit()
    exam = HealthcareService(
        id="exame", name="Exame", tuss_code="40101010", duration_minutes=20, buffer_minutes=0
    )
    offered = PractitionerService(practitioner_id="lima", service_id="exame")
    await network.store(old, exam, offered)
    token = next(iter((await slots()).values()))
    other_service = next(iter((await slots(service="exame")).values()))
    kinds = [
        (await move(*arguments))["__typename"]
        for arguments in (
            ("nothing", token),
            (old.id, token, 2),
            (old.id, "no token"),
            (old.id, other_service),
        )
    ]
    assert kinds == ["NotFound", "StaleVersion", "SlotOfferRefused", "InvalidInput"]


async def test_a_return_visit_stays_one_when_it_moves(graph, network, slots, move, clock) -> None:
    source = network.visit(status="FULFILLED", starts_at=clock.now() - timedelta(days=10))
    old = network.visit(kind="RETURN", return_of_id=source.id)
    await network.store(source, old)
    tokens = await slots("lima")
    too_late = max(tokens)
    refused = await move(old.id, tokens[too_late])
    assert refused["__typename"] == "ReturnVisitRefused"
    other_physician = next(iter((await slots("reis")).values()))
    refused = await move(old.id, other_physician)
    assert refused["__typename"] == "ReturnVisitRefused"
    moved = await move(old.id, tokens["2026-03-10T12:00:00Z"])
    assert (moved["kind"], moved["returnOf"]) == ("RETURN", {"id": source.id})
