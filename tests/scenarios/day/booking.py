"""The agenda fills: slots, a hold, a move, a visit squeezed in, a series of three."""

from __future__ import annotations

from datetime import datetime, timedelta

from day.story import SAO_PAULO, Day
from workplace import VISIT

BOOKED = {"Maria": "08:00", "João": "08:30", "Rosa": "09:00", "Pedro": "09:30"}


async def booking(day: Day) -> None:
    """Who comes when, and who cannot."""
    day.at("07:40")
    world, book = day.world, day.world.reception.do
    for name, clock in BOOKED.items():
        day.visits[name] = await book(
            "bookAppointment",
            VISIT,
            slotToken=await day.slot(clock),
            patientId=day.patients[name]["id"],
            coverageId=day.coverages.get(name),
        )
        assert day.visits[name]["status"] == "BOOKED"
    await _held_and_moved(day)
    await _squeezed_in(day)
    await _series(day)

    agenda = await world.reception.get(
        "query($filter: AppointmentFilter!) { appointments(filter: $filter) { edges { node {"
        " start patient { displayName } } } } }",
        filter={"clinicId": world.clinic_id, "day": "2026-11-23", "status": ["BOOKED"]},
    )
    listed = [
        (
            f"{datetime.fromisoformat(edge['node']['start']).astimezone(SAO_PAULO):%H:%M}",
            edge["node"]["patient"]["displayName"],
        )
        for edge in agenda["appointments"]["edges"]
    ]
    assert sorted(listed) == [
        ("08:00", "Malu Souza"),
        ("08:30", "João Pedro Almeida"),
        ("08:30", "Lucas Ferraz"),
        ("09:00", "Rosa Antunes"),
        ("09:30", "Pedro Gusmão"),
        ("11:00", "Beatriz Lopes"),
    ]


async def _held_and_moved(day: Day) -> None:
    """Bia holds ten o'clock, nobody else gets it, she confirms, and then comes at eleven."""
    reception, wanted = day.world.reception, await day.slot("10:00")
    held = await reception.do(
        "holdSlot", f"{VISIT} holdUntil", slotToken=wanted, patientId=day.patients["Bia"]["id"]
    )
    assert held["status"] == "PENDING"
    assert datetime.fromisoformat(held["holdUntil"]) == day.world.network.clock.now() + timedelta(
        minutes=10
    )
    late = await reception.attempt(
        "bookAppointment",
        "... on SlotTaken { alternatives { start } }",
        slotToken=wanted,
        patientId=day.patients["Lucas"]["id"],
    )
    assert late["__typename"] == "SlotTaken"
    assert late["alternatives"]

    booked = await day.world.move(held, "BOOKED")
    moved = await reception.do(
        "rescheduleAppointment",
        f"{VISIT} rescheduledFrom {{ id status cancellation {{ by late }} }}",
        id=booked["id"],
        expectedVersion=booked["version"],
        slotToken=await day.slot("11:00"),
        requestedBy="PATIENT",
    )
    assert moved["rescheduledFrom"]["id"] == held["id"]
    assert moved["rescheduledFrom"]["status"] == "CANCELLED"
    assert await day.slot("10:00"), "what was left is free again"
    day.visits["Bia"] = moved


async def _squeezed_in(day: Day) -> None:
    """Lucas cannot wait; reception may not squeeze him in, the manager may."""
    world = day.world
    wanted = {
        "patientId": day.patients["Lucas"]["id"],
        "practitionerId": world.practitioner_id,
        "clinicId": world.clinic_id,
        "serviceId": world.service_id,
        "start": "2026-11-23T08:30:00-03:00",
        "reason": "Dor no peito desde a madrugada.",
    }
    refused = await world.reception.ask(
        "mutation($input: OverbookAppointmentInput!) {"
        " overbookAppointment(input: $input) { __typename } }",
        input={**wanted, "idempotencyKey": "0193a7c0-0000-4000-8000-000000000001"},
    )
    assert "errors" in refused
    day.visits["Lucas"] = await world.manager.do(
        "overbookAppointment", f"{VISIT} overbooked", **wanted
    )
    assert day.visits["Lucas"]["overbooked"] is True


async def _series(day: Day) -> None:
    """Bia comes on three more Thursdays, or not at all."""
    series = await day.world.reception.do(
        "bookSeries",
        "appointments { start status }",
        slotToken=await day.slot("14:00", day="2026-11-26"),
        patientId=day.patients["Bia"]["id"],
        count=3,
        everyDays=7,
    )
    starts = [datetime.fromisoformat(visit["start"]) for visit in series["appointments"]]
    assert [f"{start.astimezone(SAO_PAULO):%d/%m %H:%M}" for start in starts] == [
        "26/11 14:00",
        "03/12 14:00",
        "10/12 14:00",
    ]
