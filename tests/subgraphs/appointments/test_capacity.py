"""Capacity: as many patients to a slot as the hours have room for, never one more."""

import asyncio
from collections import Counter
from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from subgraphs.appointments.models import Appointment, Availability

TUESDAY_9 = datetime(2026, 3, 3, 12, 0, tzinfo=UTC)
"""Nine o'clock in São Paulo; Dra. Lima is there from eight to noon."""
PEOPLE = [f"p{number}" for number in range(12)]

SLOTS = """query ($search: SlotSearchInput!) { availableSlots(search: $search, first: 500) {
  token start } }"""
VISIT = "__typename ... on Appointment { id version start } ... on UserError { code }"
BOOK = f"mutation ($input: BookInput!) {{ result: bookAppointment(input: $input) {{ {VISIT} }} }}"
HOLD = f"mutation ($input: BookInput!) {{ result: holdSlot(input: $input) {{ {VISIT} }} }}"
CANCEL = f"""mutation ($input: CancelAppointmentInput!) {{
  result: cancelAppointment(input: $input) {{ {VISIT} }} }}"""
MOVE = f"""mutation ($input: RescheduleAppointmentInput!) {{
  result: rescheduleAppointment(input: $input) {{ {VISIT} }} }}"""
TRANSITION = f"""mutation ($input: TransitionAppointmentInput!) {{
  result: transitionAppointment(input: $input) {{ {VISIT} }} }}"""
SQUEEZE = f"""mutation ($input: OverbookAppointmentInput!) {{
  result: overbookAppointment(input: $input) {{ {VISIT} }} }}"""
OPEN = """mutation ($input: OpenAgendaInput!) { result: openAgenda(input: $input) { __typename
  ... on WeeklyAvailability { id capacity } ... on InvalidInput { message } } }"""


class Desk:
    """Looks for slots on a Tuesday, and books them."""

    def __init__(self, graph: Any) -> None:
        self.graph = graph

    async def token(self, start: datetime = TUESDAY_9) -> str | None:
        """What to book the slot at that time with; None where none is free."""
        search = {
            "serviceId": "consulta",
            "from": start.isoformat(),
            "to": (start + timedelta(minutes=30)).isoformat(),
        }
        found = (await self.graph(SLOTS, search=search))["availableSlots"]
        assert len(found) < 2, "a slot is offered once, however many seats are free"
        return found[0]["token"] if found else None

    async def do(self, mutation: str, **values: Any) -> Any:
        values.setdefault("idempotencyKey", str(uuid4()))
        return (await self.graph(mutation, input=values))["result"]

    async def book(self, token: str | None, patient: str, mutation: str = BOOK) -> Any:
        return await self.do(mutation, slotToken=token, patientId=patient)


@pytest.fixture
def desk(graph: Any, patients_service: Any) -> Desk:
    for id in PEOPLE:
        patient = {"id": id, "displayName": id, "status": "ACTIVE", "version": 1}
        patients_service.patients[id] = patient
    return Desk(graph)


@pytest.fixture
async def three_at_a_time(network: Any) -> None:
    """Dra. Lima sees three patients in each slot of a Tuesday."""
    async with network.database.transaction() as session:
        rows = await session.scalars(
            select(Availability).where(
                Availability.practitioner_id == "lima", Availability.weekday == 2
            )
        )
        rows.one().capacity = 3


@pytest.fixture
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Many at once on a busy machine: the patients service may take its time."""
    monkeypatch.setattr("subgraphs.appointments.client.DEADLINE_SECONDS", 60.0)


@pytest.mark.usefixtures("patience", "three_at_a_time")
async def test_of_twelve_who_try_for_three_seats_three_get_one(desk: Desk, network: Any) -> None:
    token = await desk.token()
    answers = await asyncio.gather(
        *(
            desk.book(token, id, HOLD if number % 3 == 0 else BOOK)
            for number, id in enumerate(PEOPLE)
        )
    )
    assert Counter(one["__typename"] for one in answers) == {"Appointment": 3, "SlotTaken": 9}
    async with network.database.read() as session:
        seats = (await session.scalars(select(Appointment.seat))).all()
    assert sorted(seats) == [0, 1, 2]
    assert await desk.token() is None


@pytest.mark.usefixtures("three_at_a_time")
async def test_a_slot_is_offered_until_its_last_seat_and_again_when_one_comes_free(
    desk: Desk,
) -> None:
    visits = [await desk.book(await desk.token(), id) for id in PEOPLE[:3]]
    assert await desk.token() is None
    cancel = {"expectedVersion": 1, "reason": "Viagem", "cancelledBy": "PATIENT"}
    assert (await desk.do(CANCEL, id=visits[1]["id"], **cancel))["__typename"] == "Appointment"
    token = await desk.token()
    assert (await desk.book(token, "p3"))["__typename"] == "Appointment"
    assert (await desk.book(token, "p4"))["code"] == "SLOT_TAKEN"


@pytest.mark.usefixtures("three_at_a_time")
async def test_a_patient_has_one_seat_of_a_slot(desk: Desk) -> None:
    token = await desk.token()
    await desk.book(token, "p0")
    assert (await desk.book(token, "p0"))["code"] == "PATIENT_DOUBLE_BOOKED"


@pytest.mark.usefixtures("three_at_a_time")
async def test_who_moves_takes_a_seat_that_is_left(desk: Desk) -> None:
    later = await desk.token(TUESDAY_9 + timedelta(minutes=30))
    visit = await desk.book(later, "p3")
    move = {"id": visit["id"], "expectedVersion": 1, "requestedBy": "PATIENT"}
    nine = await desk.token()
    for id in PEOPLE[:2]:
        await desk.book(nine, id)
    moved = await desk.do(MOVE, slotToken=nine, **move)
    assert moved["start"] == "2026-03-03T12:00:00Z"
    assert await desk.token() is None


@pytest.mark.usefixtures("three_at_a_time")
async def test_who_comes_after_all_takes_a_seat_that_is_left(
    desk: Desk, network: Any, clock: Any
) -> None:
    await network.store_patients("late")
    missed = network.visit(patient_id="late", status="NO_SHOW")
    await network.store(missed, network.visit(patient_id="bia", seat=0))
    clock.advance(TUESDAY_9 + timedelta(minutes=20) - clock.now())
    arrived = await desk.do(TRANSITION, id=missed.id, to="ARRIVED", expectedVersion=1)
    assert arrived["__typename"] == "Appointment"


@pytest.mark.usefixtures("three_at_a_time")
async def test_squeezing_in_is_beside_the_seats_and_not_one_of_them(desk: Desk) -> None:
    wanted = {
        "practitionerId": "lima",
        "clinicId": "paulista",
        "serviceId": "consulta",
        "start": TUESDAY_9.isoformat(),
        "reason": "Dor forte",
    }
    for id in PEOPLE[:2]:
        squeezed = await desk.do(SQUEEZE, patientId=id, **wanted)
        assert squeezed["__typename"] == "Appointment"
    for id in PEOPLE[2:5]:
        assert (await desk.book(await desk.token(), id))["__typename"] == "Appointment"
    assert await desk.token() is None
    assert (await desk.do(SQUEEZE, patientId="p6", **wanted))["code"] == "SLOT_TAKEN"


async def test_the_database_keeps_a_seat_for_one(network: Any) -> None:
    await network.store(network.visit(seat=1))
    with pytest.raises(IntegrityError, match="no_practitioner_overlap"):
        await network.store(network.visit(patient_id="bia", seat=1))
    await network.store(network.visit(patient_id="bia", seat=0))


@pytest.mark.parametrize("place", [{"seat": 1}, {"lane": 1}])
async def test_no_seat_or_lane_takes_a_practitioner_to_two_clinics(
    network: Any, place: dict[str, int]
) -> None:
    await network.store(network.visit())
    with pytest.raises(IntegrityError, match="no_practitioner_elsewhere"):
        await network.store(network.visit(patient_id="bia", clinic_id="manaus", **place))


@pytest.mark.parametrize("seat", [-1, 50])
async def test_there_are_fifty_seats_at_most(network: Any, seat: int) -> None:
    with pytest.raises(IntegrityError, match="seat"):
        await network.store(network.visit(seat=seat))


@pytest.mark.usefixtures("three_at_a_time")
async def test_a_visit_in_another_clinic_takes_every_seat(desk: Desk, network: Any) -> None:
    await network.store(network.visit(clinic_id="manaus"))
    assert await desk.token() is None


async def test_an_agenda_is_opened_for_groups(desk: Desk) -> None:
    opening = {
        "practitionerId": "reis",
        "clinicId": "paulista",
        "weekday": 2,
        "opens": "22:00",
        "closes": "00:00",
        "validFrom": "2026-03-01",
    }
    assert (await desk.do(OPEN, **opening))["capacity"] == 1
    assert (await desk.do(OPEN, capacity=12, **opening))["capacity"] == 12
    for capacity in (0, 51):
        refused = await desk.do(OPEN, capacity=capacity, **opening)
        assert refused["message"] == "A capacidade vai de 1 a 50 pacientes por horário."
    # Until the end of the day, too.
    last = datetime.combine(TUESDAY_9.date(), time(23, 30)) + timedelta(hours=3)
    token = await desk.token(last.replace(tzinfo=UTC))
    for id in PEOPLE:
        assert (await desk.book(token, id))["__typename"] == "Appointment"
    assert (await desk.book(token, "ana"))["code"] == "SLOT_TAKEN"
