"""Encounters: found, locked, opened once."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from subgraphs.kit.database import Session
from subgraphs.records.models import Encounter


async def encounters(session: Session, ids: Sequence[str]) -> dict[str, Encounter]:
    """Encounters by id; unknown ids are absent."""
    rows = await session.scalars(select(Encounter).where(Encounter.id.in_(ids)))
    return {row.id: row for row in rows}


async def encounters_by_appointment(
    session: Session, appointment_ids: Sequence[str]
) -> dict[str, Encounter]:
    """Encounters by the appointment that they were opened from; the others are absent."""
    statement = select(Encounter).where(Encounter.appointment_id.in_(appointment_ids))
    return {row.appointment_id: row for row in await session.scalars(statement)}


async def locked_encounter(session: Session, encounter_id: str) -> Encounter | None:
    """The encounter, nobody else changing it until the transaction ends."""
    statement = select(Encounter).where(Encounter.id == encounter_id)
    return (await session.scalars(statement.with_for_update())).one_or_none()


async def open_once(session: Session, encounter: Encounter) -> Encounter:
    """Store the encounter, or give the one that the appointment already has."""
    try:
        async with session.begin_nested():
            session.add(encounter)
    except IntegrityError:
        known = await encounters_by_appointment(session, [encounter.appointment_id])
        return known[encounter.appointment_id]
    return encounter
