"""People arrive; the law says who is called first (10.048/2000, 10.741/2003)."""

from __future__ import annotations

from day.story import Day
from workplace import VISIT


async def waiting_room(day: Day) -> None:
    """Four wait; an emergency goes first, then who is over eighty, then the others in turn."""
    world = day.world
    for clock, name, priority in (
        ("07:50", "Maria", "NONE"),
        ("07:52", "João", "LEGAL"),
        ("07:55", "Lucas", "EMERGENCY"),
        ("07:58", "Rosa", "OVER_80"),
    ):
        day.at(clock)
        visit = day.visits[name]
        day.visits[name] = await world.reception.do(
            "registerArrival",
            f"{VISIT} arrivedAt priority",
            id=visit["id"],
            expectedVersion=visit["version"],
            priority=priority,
        )
        assert day.visits[name]["status"] == "ARRIVED"

    room = await world.reception.get(
        "query($id: ID!) { waitingRoom(clinicId: $id) { patient { displayName } } }",
        id=world.clinic_id,
    )
    assert [visit["patient"]["displayName"] for visit in room["waitingRoom"]] == [
        "Lucas Ferraz",
        "Rosa Antunes",
        "João Pedro Almeida",
        "Malu Souza",
    ]

    seen_twice = await world.reception.attempt(
        "registerArrival",
        "... on StaleVersion { currentVersion }",
        id=day.visits["Maria"]["id"],
        expectedVersion=day.visits["Maria"]["version"] - 1,
    )
    assert seen_twice["currentVersion"] == day.visits["Maria"]["version"]
    await world.network.settled()
