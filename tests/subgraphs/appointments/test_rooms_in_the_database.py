"""Rooms and equipment: the database lets nothing be used twice at once."""

from datetime import timedelta
from typing import Any

import pytest
from exam_rooms import device, room
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from subgraphs.appointments.domain.status import OCCUPYING, AppointmentStatus

MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize("offset", [-29, -15, 0, 15, 29])
async def test_two_practitioners_never_share_a_room(network: Any, offset: int) -> None:
    first = network.visit(room_id="r1")
    await network.store(room("r1"), first)
    other = network.visit(
        practitioner_id="reis",
        patient_id="bia",
        room_id="r1",
        starts_at=first.starts_at + offset * MINUTE,
    )
    with pytest.raises(IntegrityError, match="no_room_overlap"):
        await network.store(other)


@pytest.mark.parametrize("offset", [-29, 0, 29])
async def test_two_visits_never_share_equipment_whatever_their_lane(
    network: Any, offset: int
) -> None:
    first = network.visit(equipment_id="u1")
    await network.store(device("u1"), first)
    squeezed = network.visit(
        patient_id="bia",
        lane=1,
        equipment_id="u1",
        starts_at=first.starts_at + offset * MINUTE,
    )
    with pytest.raises(IntegrityError, match="no_equipment_overlap"):
        await network.store(squeezed)


async def test_who_is_squeezed_in_is_seen_in_the_practitioners_room(network: Any) -> None:
    await network.store(room("r1"), network.visit(room_id="r1"))
    await network.store(network.visit(patient_id="bia", lane=1, room_id="r1"))


@pytest.mark.parametrize("offset", [-30, 30])
async def test_visits_touch_in_a_room_and_other_rooms_do_not_matter(
    network: Any, offset: int
) -> None:
    first = network.visit(room_id="r1", equipment_id="u1")
    await network.store(room("r1"), room("r2"), device("u1"), first)
    moved = {"practitioner_id": "reis", "patient_id": "bia"}
    later = first.starts_at + offset * MINUTE
    await network.store(
        network.visit(room_id="r1", equipment_id="u1", starts_at=later, **moved),
        network.visit(room_id="r2", **moved),
    )


@pytest.mark.parametrize("status", list(AppointmentStatus))
async def test_only_what_occupies_the_time_keeps_the_room(network: Any, status: str) -> None:
    await network.store(room("r1"), network.visit(room_id="r1", status=status))
    other = network.visit(room_id="r1", practitioner_id="reis", patient_id="bia")
    if status in OCCUPYING:
        with pytest.raises(IntegrityError, match="no_room_overlap"):
            await network.store(other)
    else:
        await network.store(other)


@pytest.mark.parametrize(
    "change",
    ["room_id = 'r1'", "status = 'BOOKED', room_id = 'r1'", "equipment_id = 'u1'"],
)
async def test_a_change_is_checked_too(network: Any, change: str) -> None:
    other = network.visit(practitioner_id="reis", patient_id="bia", room_id="r2")
    await network.store(
        room("r1"),
        room("r2"),
        device("u1"),
        network.visit(room_id="r1", equipment_id="u1"),
        other,
    )
    with pytest.raises(IntegrityError, match="overlap"):
        async with network.database.transaction() as session:
            await session.execute(
                text(f"UPDATE appointments SET {change} WHERE id = :id"), {"id": other.id}
            )
