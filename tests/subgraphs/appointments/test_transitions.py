"""Moving appointments over the graph: only along the edges, one version at a time, on record."""

import asyncio
from collections import Counter
from datetime import timedelta
from itertools import product
from uuid import uuid4

import pytest
from fastapi import Response

from subgraphs.appointments.domain.status import EDGES, AppointmentStatus

RESULT = """{
  __typename
  ... on Appointment {
    id version status
    cancellation { at by reason late }
    history { fromStatus toStatus actor reason }
  }
  ... on UserError { code message path }
  ... on AppointmentTransitionNotAllowed { reason }
  ... on StaleVersion { currentVersion }
  ... on RecordsServiceUnavailable { retryAfterSeconds }
}"""
MOVE = f"""mutation ($input: TransitionAppointmentInput!) {{
  result: transitionAppointment(input: $input) {RESULT}
}}"""
CANCEL = f"""mutation ($input: CancelAppointmentInput!) {{
  result: cancelAppointment(input: $input) {RESULT}
}}"""


@pytest.fixture
def move(graph):
    async def move(id: str, to: str, version: int = 1, **values):
        values = {"idempotencyKey": str(uuid4()), "expectedVersion": version, **values}
        return (await graph(MOVE, input={"id": id, "to": to, **values}))["result"]

    return move


@pytest.fixture
def cancel(graph):
    async def cancel(id: str, version: int = 1, **values):
        values = {
            "idempotencyKey": str(uuid4()),
            "expectedVersion": version,
            "reason": "Viagem",
            "cancelledBy": "PATIENT",
            **values,
        }
        return (await graph(CANCEL, input={"id": id, **values}))["result"]

    return cancel


async def test_a_reason_that_is_too_long_is_refused(network, cancel, move) -> None:
    visit = network.visit()
    await network.store(visit)
    for refused in (
        await cancel(visit.id, reason="x" * 501),
        await move(visit.id, "CANCELLED", reason="x" * 501),
    ):
        assert refused["__typename"] == "InvalidInput"
    assert (await cancel(visit.id, reason="x" * 500))["status"] == "CANCELLED"


async def test_every_pair_of_states(network, move, clock) -> None:
    # Twenty minutes into the visit no guard of the clock stands in the way of any edge.
    clock.advance(timedelta(minutes=20))
    people = {status: f"patient-{status.value.lower()}" for status in AppointmentStatus}
    await network.store_patients(*people.values())
    for number, (origin, target) in enumerate(product(AppointmentStatus, repeat=2)):
        visit = network.visit(
            status=origin,
            patient_id=people[origin],
            # Different days of one practitioner would not be today: so short visits, side by side.
            starts_at=network.monday_9_am + timedelta(seconds=number * 2),
            ends_at=network.monday_9_am + timedelta(seconds=number * 2 + 2),
        )
        await network.store(visit)
        result = await move(visit.id, target, reason="motivo")
        if target in EDGES[origin]:
            assert (result["status"], result["version"]) == (target, 2), (origin, target)
        else:
            assert result["code"] == "TRANSITION_NOT_ALLOWED", (origin, target)
            assert result["reason"] == "TRANSITION_NOT_ALLOWED"


async def test_a_visit_from_arrival_to_its_end(network, move, clock) -> None:
    visit = network.visit(starts_at=clock.now())
    await network.store(visit)
    for version, status in enumerate(("ARRIVED", "CHECKED_IN", "IN_PROGRESS", "FULFILLED"), 1):
        result = await move(visit.id, status, version)
        assert (result["status"], result["version"]) == (status, version + 1)
    steps = [(step["fromStatus"], step["toStatus"]) for step in result["history"]]
    assert steps == [
        ("BOOKED", "ARRIVED"),
        ("ARRIVED", "CHECKED_IN"),
        ("CHECKED_IN", "IN_PROGRESS"),
        ("IN_PROGRESS", "FULFILLED"),
    ]


@pytest.mark.parametrize(
    ("hours_before", "late"), [(24 + 1 / 3600, False), (24, False), (24 - 1 / 3600, True)]
)
async def test_the_24_hour_rule_is_recorded(network, cancel, clock, hours_before, late) -> None:
    visit = network.visit(starts_at=clock.now() + timedelta(hours=hours_before))
    await network.store(visit)
    result = await cancel(visit.id)
    assert result["status"] == "CANCELLED"
    assert result["cancellation"] == {
        "at": "2026-03-02T12:00:00Z",
        "by": "PATIENT",
        "reason": "Viagem",
        "late": late,
    }


async def test_cancelling_needs_a_reason(network, cancel) -> None:
    visit = network.visit()
    await network.store(visit)
    assert (await cancel(visit.id, reason="  "))["reason"] == "REASON_REQUIRED"


async def test_a_cancelled_time_is_free_again(network, cancel) -> None:
    visit = network.visit()
    await network.store(visit)
    await cancel(visit.id)
    await network.store(network.visit(patient_id="bia"))


async def test_of_two_who_saw_the_same_version_one_wins(network, move, cancel, clock) -> None:
    visit = network.visit(starts_at=clock.now())
    await network.store(visit)
    results = await asyncio.gather(move(visit.id, "ARRIVED"), cancel(visit.id))
    kinds = Counter(result["__typename"] for result in results)
    assert kinds == {"Appointment": 1, "StaleVersion": 1}
    [stale] = [result for result in results if result["__typename"] == "StaleVersion"]
    assert (stale["code"], stale["currentVersion"]) == ("STALE_VERSION", 2)


async def test_the_same_key_moves_once(network, move, clock) -> None:
    visit = network.visit(starts_at=clock.now())
    await network.store(visit)
    key = str(uuid4())
    first = await move(visit.id, "ARRIVED", idempotencyKey=key)
    assert await move(visit.id, "ARRIVED", idempotencyKey=key) == first
    other = await move(visit.id, "NO_SHOW", idempotencyKey=key)
    assert other["__typename"] == "IdempotencyKeyReused"


async def test_an_appointment_that_is_not_there(move) -> None:
    result = await move("nothing", "ARRIVED")
    assert (result["__typename"], result["code"]) == ("NotFound", "NOT_FOUND")


async def test_who_comes_after_all_finds_the_time_given_away(network, move, clock) -> None:
    missed = network.visit(starts_at=clock.now(), status="NO_SHOW")
    await network.store(missed, network.visit(starts_at=clock.now(), patient_id="bia"))
    result = await move(missed.id, "ARRIVED")
    assert result["__typename"] == "SlotTaken"
    elsewhere = network.visit(
        starts_at=clock.now() + timedelta(hours=1), patient_id="bia", status="NO_SHOW"
    )
    await network.store(
        elsewhere,
        network.visit(starts_at=elsewhere.starts_at, patient_id="bia", practitioner_id="reis"),
    )
    result = await move(elsewhere.id, "ARRIVED")
    assert result["__typename"] == "PatientDoubleBooked"


UNSIGNED = {"encounter": {"closedAt": None, "signedDocuments": 0}}
CLOSED = {"encounter": {"closedAt": "2026-03-02T12:00:00Z", "signedDocuments": 0}}


@pytest.mark.parametrize("care", [{"encounter": None}, CLOSED])
async def test_a_visit_begins_with_an_open_encounter(
    network, move, clock, records_service, care
) -> None:
    visit = network.visit(starts_at=clock.now(), status="CHECKED_IN")
    await network.store(visit)
    records_service.care = care
    assert (await move(visit.id, "IN_PROGRESS"))["reason"] == "NO_OPEN_ENCOUNTER"


async def test_a_visit_ends_with_something_signed_or_a_reason(
    network, move, clock, records_service
) -> None:
    visit = network.visit(starts_at=clock.now(), status="IN_PROGRESS")
    await network.store(visit)
    records_service.care = UNSIGNED
    assert (await move(visit.id, "FULFILLED"))["reason"] == "NOTHING_SIGNED"
    ended = await move(visit.id, "FULFILLED", reason="Paciente recusou o atendimento")
    assert ended["status"] == "FULFILLED"
    assert ended["history"][-1]["reason"] == "Paciente recusou o atendimento"
    assert records_service.asked == 1


@pytest.mark.parametrize(
    "answer",
    [
        Response(status_code=503),
        Response('{"data": {"_entities": []}}', media_type="application/json"),
        Response('{"data": {"_entities": [null]}}', media_type="application/json"),
        Response('{"data": {"_entities": [{"encounter": 1}]}}', media_type="application/json"),
    ],
    ids=["503", "nothing", "null", "number"],
)
async def test_records_that_do_not_answer_are_not_a_no(
    network, move, clock, records_service, answer
) -> None:
    visit = network.visit(starts_at=clock.now(), status="CHECKED_IN")
    await network.store(visit)
    records_service.answer = lambda: answer
    key = str(uuid4())
    refused = await move(visit.id, "IN_PROGRESS", idempotencyKey=key)
    assert refused["code"] == "RECORDS_SERVICE_UNAVAILABLE"
    assert refused["retryAfterSeconds"] > 0
    records_service.answer = None
    begun = await move(visit.id, "IN_PROGRESS", idempotencyKey=key)
    assert begun["status"] == "IN_PROGRESS"
    records_service.answer = lambda: answer
    assert await move(visit.id, "IN_PROGRESS", idempotencyKey=key) == begun


async def test_other_moves_do_not_ask_records(network, move, clock, records_service) -> None:
    visit = network.visit(starts_at=clock.now())
    await network.store(visit)
    await move(visit.id, "ARRIVED")
    await move(visit.id, "CHECKED_IN", 2)
    assert records_service.asked == 0
