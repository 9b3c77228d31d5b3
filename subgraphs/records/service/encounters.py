"""Opening and closing encounters."""

from datetime import datetime

from subgraphs.kit.database import Session
from subgraphs.kit.errors import NotFound, StaleVersion
from subgraphs.kit.identifiers import new_id
from subgraphs.records.domain.appointment import AppointmentSnapshot
from subgraphs.records.domain.document import DocumentStatus
from subgraphs.records.domain.encounter import can_close
from subgraphs.records.domain.errors import EncounterClosed, EncounterHasDrafts
from subgraphs.records.models import Encounter
from subgraphs.records.repository import documents as documents_repository
from subgraphs.records.repository import encounters as repository
from subgraphs.records.service.telling import tell_encounter


async def open_for_writing(session: Session, encounter_id: str) -> Encounter:
    """The encounter, locked, if it still takes what is found.

    Raises:
        NotFound: no such encounter.
        EncounterClosed: it is over.
    """
    encounter = await repository.locked_encounter(session, encounter_id)
    if encounter is None:
        raise NotFound("Atendimento não encontrado.", path=["encounterId"])
    if encounter.closed_at is not None:
        raise EncounterClosed
    return encounter


async def open_encounter(
    session: Session, appointment: AppointmentSnapshot, now: datetime
) -> Encounter:
    """Open the appointment's encounter; one that is there already is given again."""
    new = Encounter(
        id=new_id(),
        version=1,
        appointment_id=appointment.id,
        patient_id=appointment.patient_id,
        practitioner_id=appointment.practitioner.practitioner_id,
        practitioner_name=appointment.practitioner.name,
        practitioner_council=appointment.practitioner.council,
        service_day=appointment.service_day,
        started_at=now,
    )
    encounter = await repository.open_once(session, new)
    if encounter is new:
        await tell_encounter(session, "EncounterOpened", encounter, now)
    return encounter


async def close_encounter(
    session: Session, encounter_id: str, expected_version: int, now: datetime
) -> Encounter:
    """Close the encounter for good; afterwards it takes only amendments.

    Raises:
        NotFound: no such encounter.
        StaleVersion: it changed since the caller read it.
        EncounterClosed: it is closed already.
        EncounterHasDrafts: a document is neither signed nor discarded.
    """
    encounter = await repository.locked_encounter(session, encounter_id)
    if encounter is None:
        raise NotFound("Atendimento não encontrado.", path=["id"])
    if encounter.closed_at is not None:
        raise EncounterClosed
    if encounter.version != expected_version:
        raise StaleVersion(encounter.version)
    documents = (await documents_repository.documents_by_encounter(session, [encounter_id]))[
        encounter_id
    ]
    if not can_close([DocumentStatus(document.status) for document in documents]):
        raise EncounterHasDrafts
    encounter.closed_at = now
    encounter.version += 1
    await tell_encounter(session, "EncounterClosed", encounter, now)
    return encounter
