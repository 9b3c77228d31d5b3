"""Rooms and equipment: whoever books is given what the service needs, while there is any."""

import asyncio
from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import uuid4

import pytest
from exam_rooms import device, room

from subgraphs.appointments.models import (
    Availability,
    HealthcareService,
    Practitioner,
    PractitionerService,
)

THURSDAY_10 = datetime(2026, 3, 5, 13, 0, tzinfo=UTC)
"""Ten o'clock in São Paulo, when the eight who do ultrasound are all at the clinic."""


EIGHT = [f"sono-{number}" for number in range(8)]


SLOTS = """query ($search: SlotSearchInput!) { availableSlots(search: $search, first: 500) {
  token start practitioner { id } } }"""


VISIT = """__typename
  ... on Appointment { id version start room { id name kind category } equipment { id } }
  ... on SlotTaken { code alternatives { start } }
  ... on ResourceTaken { code category kind message alternatives { start } }
  ... on UserError { code path }"""


BOOK = f"mutation ($input: BookInput!) {{ result: bookAppointment(input: $input) {{ {VISIT} }} }}"


HOLD = f"mutation ($input: BookInput!) {{ result: holdSlot(input: $input) {{ {VISIT} }} }}"


MOVE = f"""mutation ($input: RescheduleAppointmentInput!) {{
  result: rescheduleAppointment(input: $input) {{ {VISIT} }} }}"""


RETURN = f"""mutation ($input: TransitionAppointmentInput!) {{
  result: transitionAppointment(input: $input) {{ {VISIT} }} }}"""


SQUEEZE = f"""mutation ($input: OverbookAppointmentInput!) {{
  result: overbookAppointment(input: $input) {{ {VISIT} }} }}"""


SERIES = """mutation ($input: BookSeriesInput!) { result: bookSeries(input: $input) { __typename
  ... on AppointmentSeries { appointments { start room { id } } }
  ... on SeriesRefused { starts } } }"""


REGISTER = """mutation ($input: RegisterClinicResourceInput!) {
  result: registerClinicResource(input: $input) { __typename
  ... on ClinicResource { id category kind name } ... on UserError { code path message } } }"""


@pytest.fixture
async def exams(network: Any, patients_service: Any) -> Any:
    """Eight who do ultrasound, each Thursday from nine to noon, and eight patients."""
    exam = HealthcareService(
        id="ultrassom",
        name="Ultrassonografia",
        tuss_code="40901122",
        duration_minutes=30,
        buffer_minutes=0,
        room_kind="EXAM",
        equipment_kind="ULTRASOUND",
    )
    people = [
        Practitioner(
            id=id,
            name=id,
            council_body="CRM",
            council_number=f"77{number}",
            council_uf="SP",
            cbo="225320",
            specialties=[],
            rqe=[],
            return_window_days=None,
        )
        for number, id in enumerate(EIGHT)
    ]
    openings = [
        Availability(
            id=f"{id}-4",
            practitioner_id=id,
            clinic_id="paulista",
            weekday=4,
            opens=time(9),
            closes=time(12),
            valid_from=date(2016, 1, 1),
            valid_until=None,
        )
        for id in EIGHT
    ]
    offered = [PractitionerService(practitioner_id=id, service_id=exam.id) for id in EIGHT]
    await network.store(exam, *people, *openings, *offered)
    for number in range(8):
        id = f"p{number}"
        patients_service.patients[id] = {
            "id": id,
            "displayName": id,
            "status": "ACTIVE",
            "version": 1,
        }
    return network


class Desk:
    """Looks for ultrasound slots, and books them."""

    def __init__(self, graph: Any) -> None:
        self.graph = graph

    async def slots(self, start: datetime = THURSDAY_10, hours: float = 0.5) -> dict[Any, str]:
        search = {
            "serviceId": "ultrassom",
            "from": start.isoformat(),
            "to": (start + timedelta(hours=hours)).isoformat(),
        }
        found = (await self.graph(SLOTS, search=search))["availableSlots"]
        return {(slot["practitioner"]["id"], slot["start"]): slot["token"] for slot in found}

    async def do(self, mutation: str, **values: Any) -> Any:
        values.setdefault("idempotencyKey", str(uuid4()))
        return (await self.graph(mutation, input=values))["result"]

    async def book(self, token: str, patient: str, mutation: str = BOOK) -> Any:
        return await self.do(mutation, slotToken=token, patientId=patient)


@pytest.fixture
def desk(graph: Any) -> Desk:
    return Desk(graph)


@pytest.fixture
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Many at once on a busy machine: the patients service may take its time."""
    monkeypatch.setattr("subgraphs.appointments.client.DEADLINE_SECONDS", 60.0)


@pytest.mark.usefixtures("patience")
@pytest.mark.parametrize("rooms", [1, 3])
async def test_of_eight_who_book_where_rooms_are_few_as_many_get_one(
    desk: Desk, exams: Any, rooms: int
) -> None:
    await exams.store(*(room(f"r{n}") for n in range(rooms)), *(device(f"u{n}") for n in range(8)))
    slots = await desk.slots()
    assert len(slots) == 8  # Any of the eight could have the room.
    answers = await asyncio.gather(
        *(desk.book(token, f"p{number}") for number, token in enumerate(slots.values()))
    )
    made = [answer for answer in answers if answer["__typename"] == "Appointment"]
    refused = [answer for answer in answers if answer["__typename"] == "ResourceTaken"]
    assert (len(made), len(refused)) == (rooms, 8 - rooms)
    assert {one["room"]["id"] for one in made} == {f"r{n}" for n in range(rooms)}
    assert len({one["equipment"]["id"] for one in made}) == rooms
    for one in refused:
        assert (one["code"], one["category"], one["kind"]) == ("RESOURCE_TAKEN", "ROOM", "EXAM")
        assert one["message"].startswith("Não há sala do tipo EXAM livre")
        assert one["alternatives"][0]["start"] != "2026-03-05T13:00:00Z"
    assert await desk.slots() == {}


@pytest.mark.usefixtures("patience")
async def test_of_those_who_hold_and_book_for_one_device_one_has_it(desk: Desk, exams: Any) -> None:
    await exams.store(*(room(f"r{n}") for n in range(8)), device("u1"))
    tokens = list((await desk.slots()).values())
    answers = await asyncio.gather(
        *(
            desk.book(token, f"p{number}", HOLD if number % 2 else BOOK)
            for number, token in enumerate(tokens)
        )
    )
    kinds = Counter((answer["__typename"], answer.get("category")) for answer in answers)
    assert kinds == {("Appointment", None): 1, ("ResourceTaken", "EQUIPMENT"): 7}


async def test_without_a_room_of_the_kind_nothing_is_offered(desk: Desk, exams: Any) -> None:
    await exams.store(room("r1", "SURGERY"), room("r2", clinic="manaus"), device("u1"))
    assert await desk.slots() == {}


async def test_a_hold_that_ran_out_keeps_no_room_from_others(
    desk: Desk, exams: Any, clock: Any
) -> None:
    await exams.store(room("r1"), device("u1"))
    first, *_ = (await desk.slots()).values()
    assert (await desk.book(first, "p0", HOLD))["room"]["id"] == "r1"
    assert await desk.slots() == {}
    clock.advance(timedelta(minutes=11))
    _, second, *_ = (await desk.slots()).values()
    assert (await desk.book(second, "p1"))["room"]["id"] == "r1"


async def test_who_moves_gives_the_room_back_and_takes_one(desk: Desk, exams: Any) -> None:
    await exams.store(room("r1"), device("u1"))
    slots = await desk.slots(hours=1)
    first = await desk.book(slots["sono-0", "2026-03-05T13:00:00Z"], "p0")
    other = await desk.book(slots["sono-1", "2026-03-05T13:30:00Z"], "p1")
    assert other["room"]["id"] == "r1"
    move = {"id": first["id"], "expectedVersion": first["version"], "requestedBy": "PATIENT"}
    there = slots["sono-2", "2026-03-05T13:30:00Z"]
    refused = await desk.do(MOVE, slotToken=there, **move)
    assert (refused["code"], refused["category"]) == ("RESOURCE_TAKEN", "ROOM")
    same_time = slots["sono-2", "2026-03-05T13:00:00Z"]
    moved = await desk.do(MOVE, slotToken=same_time, **move)
    assert moved["room"]["id"] == "r1"


async def test_a_series_needs_its_room_each_time(desk: Desk, exams: Any) -> None:
    await exams.store(room("r1"), device("u1"))
    slots = await desk.slots()
    token = slots["sono-0", "2026-03-05T13:00:00Z"]
    week_later = await desk.slots(THURSDAY_10 + timedelta(days=7))
    await desk.book(week_later["sono-1", "2026-03-12T13:00:00Z"], "p1")
    series = {"slotToken": token, "patientId": "p0", "count": 3}
    refused = await desk.do(SERIES, **series)
    assert refused == {"__typename": "SeriesRefused", "starts": ["2026-03-12T13:00:00Z"]}
    made = await desk.do(SERIES, allOrNothing=False, **series)
    assert [visit["room"]["id"] for visit in made["appointments"]] == ["r1", "r1"]


async def test_who_is_squeezed_in_needs_equipment_of_their_own(desk: Desk, exams: Any) -> None:
    await exams.store(room("r1"), device("u1"))
    token = (await desk.slots())["sono-0", "2026-03-05T13:00:00Z"]
    await desk.book(token, "p0")
    wanted = {
        "patientId": "p1",
        "practitionerId": "sono-0",
        "clinicId": "paulista",
        "serviceId": "ultrassom",
        "start": THURSDAY_10.isoformat(),
        "reason": "Urgência",
    }
    refused = await desk.do(SQUEEZE, **wanted)
    assert (refused["code"], refused["category"]) == ("RESOURCE_TAKEN", "EQUIPMENT")
    await exams.store(device("u2"))
    made = await desk.do(SQUEEZE, **wanted)
    assert (made["room"]["id"], made["equipment"]["id"]) == ("r1", "u2")


async def test_who_comes_after_all_gets_a_room_while_there_is_one(
    desk: Desk, exams: Any, clock: Any
) -> None:
    await exams.store_patients("p8", "p9")
    visits = [
        exams.visit(
            patient_id=patient,
            practitioner_id=by,
            service_id="ultrassom",
            room_id="r1",
            equipment_id="u1",
            status=status,
            starts_at=THURSDAY_10,
        )
        for patient, by, status in (("p8", "sono-0", "NO_SHOW"), ("p9", "sono-1", "IN_PROGRESS"))
    ]
    await exams.store(room("r1"), device("u1"), device("u2"), *visits)
    clock.advance(THURSDAY_10 + timedelta(minutes=20) - clock.now())
    back = {"id": visits[0].id, "to": "ARRIVED", "expectedVersion": 1}
    refused = await desk.do(RETURN, **back)
    assert (refused["code"], refused["category"]) == ("RESOURCE_TAKEN", "ROOM")
    await exams.store(room("r2"))
    arrived = await desk.do(RETURN, **back)
    assert (arrived["room"]["id"], arrived["equipment"]["id"]) == ("r2", "u2")


async def test_a_room_is_registered_once(desk: Desk, graph: Any) -> None:
    new = {"clinicId": "paulista", "category": "ROOM", "kind": "exam", "name": " Sala 1 "}
    made = await desk.do(REGISTER, **new)
    assert (made["kind"], made["name"]) == ("EXAM", "Sala 1")
    for values, code, path in (
        ({}, "ALREADY_REGISTERED", "name"),
        ({"name": " "}, "INVALID_INPUT", "name"),
        ({"kind": "sala de exame"}, "INVALID_INPUT", "kind"),
        ({"clinicId": "nowhere"}, "NOT_FOUND", "clinicId"),
    ):
        refused = await desk.do(REGISTER, **(new | values))
        assert (refused["code"], refused["path"]) == (code, [path])
    clinic = await graph('{ clinic(id: "paulista") { resources { id category kind name } } }')
    assert clinic["clinic"]["resources"] == [
        {key: value for key, value in made.items() if key != "__typename"}
    ]
