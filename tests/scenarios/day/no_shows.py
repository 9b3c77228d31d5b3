"""Pedro does not come: fifteen minutes are forgiven, then the agenda says so by itself."""

from __future__ import annotations

from day.story import Day
from network import eventually
from workplace import VISIT


async def no_shows(day: Day) -> None:
    """Who is late is noted; Bia comes in time, and is called off when she has to leave."""

    async def status(name: str) -> str:
        found = await day.world.reception.get(
            f"query($id: ID!) {{ appointment(id: $id) {{ {VISIT} }} }}", id=day.visits[name]["id"]
        )
        day.visits[name] = found["appointment"]
        current: str = found["appointment"]["status"]
        return current

    async def missed() -> bool:
        return [await status(name) for name in ("Pedro", "Bia")] == ["NO_SHOW", "NO_SHOW"]

    await eventually(missed)  # it is past eleven
    arrived = await day.world.move(day.visits["Bia"], "ARRIVED")
    assert arrived["status"] == "ARRIVED", "late, but on the same day"
    left = await day.world.reception.do(
        "cancelAppointment",
        f"{VISIT} cancellation {{ by late }}",
        id=arrived["id"],
        expectedVersion=arrived["version"],
        reason="Não pôde esperar.",
        cancelledBy="PATIENT",
    )
    assert left["cancellation"] == {"by": "PATIENT", "late": True}
    refused = await day.world.physician.attempt(
        "transitionAppointment",
        "... on AppointmentTransitionNotAllowed { reason }",
        id=day.visits["Pedro"]["id"],
        expectedVersion=day.visits["Pedro"]["version"],
        to="FULFILLED",
    )
    assert refused["__typename"] == "AppointmentTransitionNotAllowed"
