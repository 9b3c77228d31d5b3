"""The database itself keeps visits apart: asked directly, without the service in front of it."""

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from subgraphs.appointments.domain.status import OCCUPYING, AppointmentStatus
from subgraphs.appointments.models import Base
from subgraphs.kit import migrations

MINUTE = timedelta(minutes=1)


async def test_the_migrations_make_what_the_models_say(network) -> None:
    found = await migrations.differences(network.database, Base.metadata)
    assert found == []


async def test_the_migrations_lead_back_to_nothing_and_up_again(database) -> None:
    package = "subgraphs.appointments.migrations"
    await migrations.upgrade(database, package)
    await migrations.downgrade(database, package)
    assert await migrations.applied(database) == set()
    await migrations.upgrade(database, package)
    assert await migrations.differences(database, Base.metadata) == []


@pytest.mark.parametrize("offset", [-29, -15, 0, 15, 29])
async def test_a_staggered_visit_of_the_same_practitioner_is_refused(network, offset) -> None:
    first = network.visit()
    await network.store(first)
    with pytest.raises(IntegrityError, match="no_practitioner_overlap"):
        await network.store(
            network.visit(patient_id="bia", starts_at=first.starts_at + offset * MINUTE)
        )


@pytest.mark.parametrize("offset", [-30, 30])
async def test_adjacent_visits_touch_and_do_not_overlap(network, offset) -> None:
    first = network.visit()
    await network.store(first)
    await network.store(network.visit(starts_at=first.starts_at + offset * MINUTE))


async def test_a_long_visit_around_a_short_one_is_refused(network) -> None:
    first = network.visit()
    await network.store(first)
    around = network.visit(
        patient_id="bia", starts_at=first.starts_at - timedelta(hours=5), minutes=600
    )
    with pytest.raises(IntegrityError, match="no_practitioner_overlap"):
        await network.store(around)


async def test_overlaps_are_found_across_midnight(network) -> None:
    late = network.monday_9_am.replace(hour=20)
    await network.store(network.visit(starts_at=late, minutes=700))
    after_midnight = late + timedelta(hours=11)
    with pytest.raises(IntegrityError, match="no_practitioner_overlap"):
        await network.store(network.visit(patient_id="bia", starts_at=after_midnight))


async def test_a_practitioner_cannot_be_in_two_clinics(network) -> None:
    await network.store(network.visit())
    with pytest.raises(IntegrityError, match="no_practitioner_overlap"):
        await network.store(network.visit(patient_id="bia", clinic_id="manaus"))


async def test_a_patient_cannot_be_with_two_practitioners(network) -> None:
    first = network.visit()
    await network.store(first)
    with pytest.raises(IntegrityError, match="no_patient_overlap"):
        await network.store(
            network.visit(practitioner_id="reis", starts_at=first.starts_at + 10 * MINUTE)
        )


@pytest.mark.parametrize("status", list(AppointmentStatus))
async def test_only_a_state_that_occupies_the_time_stands_in_the_way(network, status) -> None:
    await network.store(network.visit(status=status))
    other = network.visit(patient_id="bia")
    if status in OCCUPYING:
        with pytest.raises(IntegrityError, match="no_practitioner_overlap"):
            await network.store(other)
    else:
        await network.store(other)


async def test_a_visit_that_comes_back_or_moves_is_checked_too(network) -> None:
    gone = network.visit(status="NO_SHOW")
    moved = network.visit(starts_at=gone.starts_at + timedelta(hours=2), patient_id="bia")
    await network.store(gone, moved, network.visit(patient_id="bia"))
    for statement in (
        f"UPDATE appointments SET status = 'ARRIVED' WHERE id = '{gone.id}'",
        "UPDATE appointments SET starts_at = (SELECT starts_at FROM appointments "
        f"WHERE id = '{gone.id}') , ends_at = (SELECT ends_at FROM appointments "
        f"WHERE id = '{gone.id}') WHERE id = '{moved.id}'",
    ):
        with pytest.raises(IntegrityError, match="overlap"):
            async with network.database.transaction() as session:
                await session.execute(text(statement))


@pytest.mark.parametrize("minutes", [0, -30])
async def test_a_visit_must_end_after_it_starts(network, minutes) -> None:
    with pytest.raises(IntegrityError, match="ends_after_start"):
        await network.store(network.visit(minutes=minutes))


async def test_no_visit_is_longer_than_twelve_hours(network) -> None:
    await network.store(network.visit(minutes=12 * 60))
    with pytest.raises(IntegrityError, match="visit_length"):
        await network.store(network.visit(patient_id="bia", practitioner_id="reis", minutes=721))


async def test_an_unknown_status_is_refused(network) -> None:
    with pytest.raises(IntegrityError, match="status"):
        await network.store(network.visit(status="NEARLY"))
