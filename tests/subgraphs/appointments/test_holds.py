"""Holds, and what time alone does: holds run out, patients do not come."""

import asyncio
from collections import Counter
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import text

from subgraphs.appointments.app import AppointmentsSettings, create
from subgraphs.appointments.models import Appointment
from subgraphs.appointments.service.sweep import Swept, sweep

SLOTS = """query ($search: SlotSearchInput!) { availableSlots(search: $search) { token start } }"""
RESULT = """{
  __typename
  ... on Appointment {
    id version status holdUntil cancellation { by reason late } history { toStatus actor reason }
  }
  ... on UserError { code }
}"""
TAKE = "mutation ($input: BookInput!) { result: %s(input: $input) " + RESULT + " }"
REFUSED = "  ... on AppointmentTransitionNotAllowed { reason } }"
CONFIRM = f"""mutation ($input: TransitionAppointmentInput!) {{
  result: transitionAppointment(input: $input) {RESULT[:-1] + REFUSED} }}"""
NOTHING = Swept(expired_holds=0, no_shows=0)
NOBODY_CAME = Swept(expired_holds=0, no_shows=1)


@pytest.fixture
def slots(graph, clock):
    async def slots() -> dict[str, str]:
        search = {
            "serviceId": "consulta",
            "from": clock.now().isoformat(),
            "to": (clock.now() + timedelta(days=2)).isoformat(),
            "practitionerIds": ["lima"],
        }
        data = await graph(SLOTS, search=search)
        return {slot["start"]: slot["token"] for slot in data["availableSlots"]}

    return slots


@pytest.fixture
def take(graph):
    async def take(mutation: str, token: str, patient: str = "ana"):
        values = {"slotToken": token, "patientId": patient, "idempotencyKey": str(uuid4())}
        return (await graph(TAKE % mutation, input=values))["result"]

    return take


@pytest.fixture
def confirm(graph):
    async def confirm(id: str, version: int = 1):
        values = {"id": id, "to": "BOOKED", "expectedVersion": version}
        return (await graph(CONFIRM, input=values | {"idempotencyKey": str(uuid4())}))["result"]

    return confirm


async def swept_now(graph, clock) -> Swept:
    async with graph.database.transaction() as session:
        return await sweep(session, clock.now())


async def status(graph, id: str) -> str:
    async with graph.database.read() as session:
        return (await session.get_one(Appointment, id)).status


async def test_a_held_slot_is_nobody_elses_and_can_be_confirmed(slots, take, confirm) -> None:
    [(start, token), *_] = (await slots()).items()
    held = await take("holdSlot", token)
    assert (held["status"], held["holdUntil"]) == ("PENDING", "2026-03-02T12:10:00Z")
    assert start not in await slots()
    assert (await take("bookAppointment", token, "bia"))["__typename"] == "SlotTaken"
    booked = await confirm(held["id"])
    assert (booked["status"], booked["holdUntil"]) == ("BOOKED", None)


async def test_a_hold_that_ran_out_cannot_be_confirmed(slots, take, confirm, clock) -> None:
    token = list((await slots()).values())[2]
    held = await take("holdSlot", token)
    clock.advance(timedelta(minutes=10))
    refused = await confirm(held["id"])
    assert (refused["__typename"], refused["reason"]) == (
        "AppointmentTransitionNotAllowed",
        "HOLD_EXPIRED",
    )


async def test_a_hold_that_ran_out_gives_its_slot_away(graph, slots, take, clock) -> None:
    [*_, (start, token)] = (await slots()).items()
    held = await take("holdSlot", token)
    clock.advance(timedelta(minutes=10))
    assert start in await slots()
    assert (await take("bookAppointment", token, "bia"))["status"] == "BOOKED"
    assert await status(graph, held["id"]) == "CANCELLED"


async def test_a_hold_that_ran_out_elsewhere_does_not_stand_in_the_patients_way(
    graph, network, slots, take, clock
) -> None:
    [*_, (_, token)] = (await slots()).items()
    wanted = clock.now() + timedelta(days=1, hours=2.5)
    elsewhere = network.visit(
        practitioner_id="reis",
        status="PENDING",
        starts_at=wanted,
        hold_until=clock.now() - timedelta(seconds=1),
    )
    await network.store(elsewhere)
    booked = await take("bookAppointment", token)
    assert booked["status"] == "BOOKED"
    assert await status(graph, elsewhere.id) == "CANCELLED"


async def test_of_many_who_hold_and_book_one_slot_one_has_it(graph, slots, take) -> None:
    token = next(iter((await slots()).values()))
    results = await asyncio.gather(
        *(
            take(how, token, who)
            for how in ("holdSlot", "bookAppointment")
            for who in ("ana", "bia")
        )
    )
    kinds = Counter(result["__typename"] for result in results)
    assert kinds["Appointment"] == 1
    assert kinds["SlotTaken"] + kinds["PatientDoubleBooked"] == 3


async def test_confirming_at_the_last_moment_and_booking_leave_one_visit(
    graph, slots, take, confirm, clock
) -> None:
    token = list((await slots()).values())[-1]
    held = await take("holdSlot", token)
    clock.advance(timedelta(minutes=10, seconds=-1))
    results = await asyncio.gather(confirm(held["id"]), take("bookAppointment", token, "bia"))
    assert results[0]["status"] == "BOOKED"
    assert results[1]["__typename"] == "SlotTaken"


async def test_giving_a_hold_back_is_free(network, slots, take, graph) -> None:
    held = await take("holdSlot", next(iter((await slots()).values())))
    query = f"""mutation ($input: CancelAppointmentInput!) {{
      result: cancelAppointment(input: $input) {RESULT} }}"""
    values = {
        "idempotencyKey": str(uuid4()),
        "id": held["id"],
        "expectedVersion": 1,
        "reason": "Desistiu",
        "cancelledBy": "PATIENT",
    }
    cancelled = (await graph(query, input=values))["result"]
    assert cancelled["cancellation"] == {"by": "PATIENT", "reason": "Desistiu", "late": False}


async def test_a_sweep_cancels_holds_that_ran_out(graph, slots, take, clock) -> None:
    held = await take("holdSlot", next(iter((await slots()).values())))
    assert await swept_now(graph, clock) == NOTHING
    clock.advance(timedelta(minutes=10))
    assert await swept_now(graph, clock) == Swept(expired_holds=1, no_shows=0)
    assert await swept_now(graph, clock) == NOTHING
    query = f"query ($id: ID!) {{ result: appointment(id: $id) {RESULT} }}".replace(
        "... on UserError { code }", ""
    )
    swept = (await graph(query, id=held["id"]))["result"]
    assert swept["status"] == "CANCELLED"
    assert swept["cancellation"] == {"by": "SYSTEM", "reason": "HOLD_EXPIRED", "late": False}
    assert swept["history"][-1] == {
        "toStatus": "CANCELLED",
        "actor": "system",
        "reason": "HOLD_EXPIRED",
    }


@pytest.mark.parametrize(
    ("after_start", "swept"),
    [
        (timedelta(minutes=15), NOTHING),
        (timedelta(minutes=15, seconds=1), NOBODY_CAME),
        (timedelta(days=3), NOBODY_CAME),
    ],
)
async def test_a_sweep_notes_who_did_not_come_within_the_tolerance(
    graph, network, clock, after_start, swept
) -> None:
    visit = network.visit(starts_at=clock.now())
    arrived = network.visit(starts_at=clock.now() + timedelta(hours=1), status="ARRIVED")
    await network.store(visit, arrived)
    clock.advance(after_start)
    assert await swept_now(graph, clock) == swept
    assert await status(graph, visit.id) == ("BOOKED" if swept is NOTHING else "NO_SHOW")
    assert await status(graph, arrived.id) == "ARRIVED"


async def test_sweeps_at_once_note_each_visit_once(graph, network, clock) -> None:
    await network.store(
        *(
            network.visit(starts_at=clock.now() + timedelta(minutes=30 * number))
            for number in range(8)
        )
    )
    clock.advance(timedelta(days=1))
    results = await asyncio.gather(*(swept_now(graph, clock) for _ in range(4)))
    assert sum(result.no_shows for result in results) == 8


async def test_the_app_sweeps_by_itself(network, database_url, clock) -> None:
    visit = network.visit(starts_at=clock.now() - timedelta(hours=1))
    await network.store(visit)
    settings = AppointmentsSettings(
        service="appointments", database_url=database_url, sweep_seconds=0.02
    )
    app = create(settings, clock)
    async with app.router.lifespan_context(app):
        await noted(network, visit.id)


async def test_a_sweep_that_fails_is_followed_by_one_that_does_not(
    network, database_url, clock
) -> None:
    visit = network.visit(starts_at=clock.now() - timedelta(hours=1))
    await network.store(visit)
    settings = AppointmentsSettings(
        service="appointments", database_url=database_url, sweep_seconds=0.02
    )
    app = create(settings, clock)
    async with app.router.lifespan_context(app):
        await rename(network, "appointments", "gone")
        await asyncio.sleep(0.2)
        await rename(network, "gone", "appointments")
        await noted(network, visit.id)


async def rename(network, old: str, new: str) -> None:
    async with network.database.transaction() as session:
        await session.execute(text(f"ALTER TABLE {old} RENAME TO {new}"))


async def noted(network, id: str) -> None:
    """Wait, for a while, until somebody noted the no-show."""
    for _ in range(300):
        if await status(network, id) == "NO_SHOW":
            return
        await asyncio.sleep(0.02)
    pytest.fail("nobody noted the no-show")
