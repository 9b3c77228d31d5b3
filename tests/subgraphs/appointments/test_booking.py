"""Booking over the graph: one wins, the others are told why not, and nothing happens twice."""

import asyncio
from collections import Counter
from datetime import timedelta
from uuid import uuid4

import pytest
from fastapi import Response
from sqlalchemy import func, select

from subgraphs.appointments.models import Appointment, PatientReplica, StatusChange

SLOTS = """
query ($search: SlotSearchInput!) { availableSlots(search: $search, first: 500) { token start } }
"""

BOOK = """
mutation ($input: BookInput!) {
  bookAppointment(input: $input) {
    __typename
    ... on Appointment {
      id version status kind start coverageId
      patient { id displayName } practitioner { id } returnOf { id }
      history { fromStatus toStatus }
    }
    ... on UserError { code message path }
    ... on SlotTaken { alternatives { token start } }
    ... on SlotOfferRefused { expired }
    ... on PatientNotBookable { reason }
    ... on PatientServiceUnavailable { retryAfterSeconds }
  }
}
"""


class Desk:
    """Books as the front desk does: looks for slots, then books one by its token."""

    def __init__(self, graph, clock) -> None:
        self.graph = graph
        self.clock = clock

    async def tokens(self, practitioner: str = "lima", days: int = 7) -> dict[str, str]:
        search = {
            "serviceId": "consulta",
            "from": self.clock.now().isoformat(),
            "to": (self.clock.now() + timedelta(days=days)).isoformat(),
            "practitionerIds": [practitioner],
        }
        data = await self.graph(SLOTS, search=search)
        return {slot["start"]: slot["token"] for slot in data["availableSlots"]}

    async def book(self, token: str, patient: str = "ana", key: str | None = None, **values):
        values = {"patientId": patient, "slotToken": token, **values}
        values["idempotencyKey"] = key or str(uuid4())
        return (await self.graph(BOOK, input=values))["bookAppointment"]


@pytest.fixture
def desk(graph, clock) -> Desk:
    return Desk(graph, clock)


async def count(network, model=Appointment) -> int:
    async with network.database.read() as session:
        return await session.scalar(select(func.count()).select_from(model))


async def test_a_slot_is_booked(desk) -> None:
    [(start, token), *_] = (await desk.tokens()).items()
    booked = await desk.book(token, coverageId="card-1")
    assert booked.pop("id")
    assert booked == {
        "__typename": "Appointment",
        "version": 1,
        "status": "BOOKED",
        "kind": "FIRST",
        "start": start,
        "coverageId": "card-1",
        "patient": {"id": "ana", "displayName": "Ana Souza"},
        "practitioner": {"id": "lima"},
        "returnOf": None,
        "history": [{"fromStatus": None, "toStatus": "BOOKED"}],
    }
    assert start not in await desk.tokens()


@pytest.fixture
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Many at once on a busy machine: the patients service may take its time."""
    monkeypatch.setattr("subgraphs.appointments.client.DEADLINE_SECONDS", 60.0)


@pytest.mark.usefixtures("patience")
async def test_of_64_who_try_for_one_slot_one_gets_it(desk, network, patients_service) -> None:
    people = [f"patient-{number}" for number in range(64)]
    for person in people:
        patients_service.patients[person] = {
            "id": person,
            "displayName": person,
            "status": "ACTIVE",
            "version": 1,
        }
    token = next(iter((await desk.tokens()).values()))
    answers = await asyncio.gather(*(desk.book(token, person) for person in people))
    assert Counter(answer["__typename"] for answer in answers) == {
        "Appointment": 1,
        "SlotTaken": 63,
    }
    assert await count(network) == 1


async def test_a_patient_who_is_elsewhere_at_that_time_is_not_booked(desk, network, clock) -> None:
    elsewhere = network.visit(practitioner_id="reis", starts_at=clock.now() + timedelta(hours=2.5))
    await network.store(elsewhere)
    tokens = await desk.tokens("lima")
    answer = await desk.book(tokens["2026-03-02T14:30:00Z"])
    assert answer["__typename"] == "PatientDoubleBooked"
    assert answer["path"] == ["patientId"]
    assert await count(network) == 1


@pytest.mark.usefixtures("patience")
async def test_many_patients_and_slots_at_once_leave_no_overlap(desk, network) -> None:
    tokens = list((await desk.tokens()).values())[:8]
    answers = await asyncio.gather(
        *(desk.book(token, person) for token in tokens for person in ("ana", "bia") * 2)
    )
    kinds = Counter(answer["__typename"] for answer in answers)
    assert kinds["Appointment"] == 8
    assert set(kinds) <= {"Appointment", "SlotTaken", "PatientDoubleBooked"}
    assert await count(network) == 8


async def test_who_comes_late_is_shown_what_is_free_nearby(desk) -> None:
    [(start, token), (following, _), *_] = (await desk.tokens()).items()
    await desk.book(token)
    refused = await desk.book(token, "bia")
    assert refused["code"] == "SLOT_TAKEN"
    assert "horário" in refused["message"]
    alternatives = refused["alternatives"]
    assert len(alternatives) == 5
    assert alternatives[0]["start"] == following
    assert start not in {slot["start"] for slot in alternatives}
    second_try = await desk.book(alternatives[0]["token"], "bia")
    assert second_try["__typename"] == "Appointment"


async def test_the_same_key_books_once_and_answers_alike(desk, network) -> None:
    token = next(iter((await desk.tokens()).values()))
    key = str(uuid4())
    answers = await asyncio.gather(*(desk.book(token, key=key) for _ in range(8)))
    assert {answer["__typename"] for answer in answers} == {"Appointment"}
    assert len({answer["id"] for answer in answers}) == 1
    assert await count(network) == 1


async def test_a_key_stands_for_one_request(desk, network) -> None:
    first, second, *_ = (await desk.tokens()).values()
    key = str(uuid4())
    await desk.book(first, key=key)
    refused = await desk.book(second, key=key)
    assert refused["__typename"] == "IdempotencyKeyReused"
    assert await count(network) == 1


async def test_a_repeated_booking_does_not_ask_the_patients_service(desk, patients_service) -> None:
    token = next(iter((await desk.tokens()).values()))
    key = str(uuid4())
    booked = await desk.book(token, key=key)
    patients_service.answer = lambda: Response(status_code=503)
    assert await desk.book(token, key=key) == booked


@pytest.mark.parametrize(
    ("patient", "reason"),
    [("nobody", "NOT_FOUND"), ("caio", "MERGED"), ("duda", "DECEASED")],
)
async def test_who_cannot_be_booked_is_told_apart(desk, network, patient, reason) -> None:
    token = next(iter((await desk.tokens()).values()))
    refused = await desk.book(token, patient)
    assert refused["__typename"] == "PatientNotBookable"
    assert refused["reason"] == reason
    assert refused["message"]
    assert await count(network) == 0


@pytest.mark.parametrize(
    "answer",
    [
        Response(status_code=503),
        Response("<html>", media_type="text/html"),
        Response("[]", media_type="application/json"),
        Response("{}", media_type="application/json"),
        Response('{"data": {}}', media_type="application/json"),
        Response('{"data": {"patient": {"id": "ana"}}}', media_type="application/json"),
        Response(
            '{"data": {"patient": null}, "errors": [{"message": "x"}]}',
            media_type="application/json",
        ),
    ],
    ids=["503", "html", "list", "empty", "no-patient-field", "half-a-patient", "errors"],
)
async def test_no_usable_answer_is_not_a_no(desk, network, patients_service, answer) -> None:
    token = next(iter((await desk.tokens()).values()))
    patients_service.answer = lambda: answer
    refused = await desk.book(token, "somebody new")
    assert refused["__typename"] == "PatientServiceUnavailable"
    assert refused["code"] == "PATIENT_SERVICE_UNAVAILABLE"
    assert refused["retryAfterSeconds"] > 0
    assert await count(network) == 0


async def test_the_same_key_succeeds_once_the_patients_service_is_back(
    desk, patients_service
) -> None:
    token = next(iter((await desk.tokens()).values()))
    key = str(uuid4())
    eva = {"id": "eva", "displayName": "Eva Reis", "status": "ACTIVE", "version": 1}
    patients_service.patients["eva"] = eva
    patients_service.answer = lambda: Response(status_code=503)
    refused = await desk.book(token, "eva", key=key)
    assert refused["__typename"] == "PatientServiceUnavailable"
    patients_service.answer = None
    assert (await desk.book(token, "eva", key=key))["__typename"] == "Appointment"


async def test_a_token_that_expired_or_was_made_up_is_refused(desk, clock, network) -> None:
    token = next(iter((await desk.tokens()).values()))
    forged = await desk.book(token[:-2] + ("AA" if token[-2:] != "AA" else "BB"))
    assert (forged["__typename"], forged["expired"]) == ("SlotOfferRefused", False)
    clock.advance(timedelta(minutes=15))
    late = await desk.book(token)
    assert (late["__typename"], late["expired"]) == ("SlotOfferRefused", True)
    assert await count(network) == 0


async def test_the_name_is_remembered_and_the_newest_wins(desk, network, patients_service) -> None:
    first, second, third, *_ = (await desk.tokens()).values()
    patients_service.patients["ana"].update(displayName="Ana Lúcia Souza", version=3)
    assert (await desk.book(first))["patient"]["displayName"] == "Ana Lúcia Souza"
    patients_service.patients["ana"].update(displayName="An old name", version=2)
    assert (await desk.book(second))["patient"]["displayName"] == "Ana Lúcia Souza"
    assert (await desk.book(third, "bia"))["patient"]["displayName"] == "Bia Nunes"
    async with network.database.read() as session:
        ana = await session.get(PatientReplica, "ana")
    assert (ana.version, ana.display_name) == (3, "Ana Lúcia Souza")


async def test_a_refused_booking_leaves_nothing_behind(desk, network) -> None:
    token = next(iter((await desk.tokens()).values()))
    await desk.book(token)
    await desk.book(token, "bia")
    assert (await count(network), await count(network, StatusChange)) == (1, 1)


async def test_a_return_to_the_same_physician_is_booked(desk, network, clock) -> None:
    source = network.visit(starts_at=clock.now() - timedelta(days=10), status="FULFILLED")
    await network.store(source)
    token = next(iter((await desk.tokens()).values()))
    booked = await desk.book(token, kind="RETURN", returnOfId=source.id)
    assert booked["returnOf"] == {"id": source.id}


@pytest.mark.parametrize(
    ("practitioner", "values"),
    [
        ("lima", {"kind": "RETURN"}),
        ("lima", {"kind": "RETURN", "returnOfId": "nothing"}),
        ("lima", {"kind": "FOLLOW_UP", "returnOfId": "source"}),
        ("reis", {"kind": "RETURN", "returnOfId": "source"}),
    ],
)
async def test_a_return_that_is_none_is_refused(desk, network, clock, practitioner, values) -> None:
    await network.store(
        network.visit(id="source", starts_at=clock.now() - timedelta(days=10), status="FULFILLED")
    )
    token = next(iter((await desk.tokens(practitioner)).values()))
    refused = await desk.book(token, **values)
    assert refused["__typename"] == "ReturnVisitRefused"
    assert refused["path"] == ["returnOfId"]
