"""Telling the other services what happened in records."""

from datetime import datetime

from subgraphs.kit.database import Session
from subgraphs.kit.events.event import Fact
from subgraphs.records.domain.content import Content
from subgraphs.records.domain.events import encounter_payload, tuss_codes
from subgraphs.records.models import OUTBOX, BreakGlass, ClinicalDocument, Encounter
from subgraphs.records.repository import encounters


async def tell_encounter(session: Session, type_: str, encounter: Encounter, at: datetime) -> None:
    """Record that an encounter was opened or closed, after it was."""
    await session.flush()
    payload = encounter_payload(
        encounter.appointment_id, encounter.patient_id, encounter.practitioner_id
    )
    fact = Fact(type_, "Encounter", encounter.id, encounter.version, payload)
    await OUTBOX.record(session, fact, at)


async def tell_document(
    session: Session, type_: str, document: ClinicalDocument, content: Content, at: datetime
) -> None:
    """Record that a document was signed or struck, after it was: its kind and codes, no text."""
    await session.flush()
    encounter = (await encounters.encounters(session, [document.encounter_id]))[
        document.encounter_id
    ]
    payload = {
        "kind": document.kind,
        "tussCodes": tuss_codes(content),
        "amendsId": document.amends_id,
        "encounterId": encounter.id,
        "serviceDay": encounter.service_day.isoformat(),
        **encounter_payload(encounter.appointment_id, document.patient_id, document.author_id),
    }
    fact = Fact(type_, "ClinicalDocument", document.id, document.version, payload)
    await OUTBOX.record(session, fact, at)


async def tell_emergency(session: Session, emergency: BreakGlass) -> None:
    """Record that somebody broke the glass, for the privacy officer; the reason stays here."""
    payload = {
        "patientId": emergency.patient_id,
        "actorId": emergency.actor_id,
        "expiresAt": emergency.expires_at.isoformat(),
    }
    fact = Fact("RecordOpenedInEmergency", "Emergency", emergency.id, 1, payload)
    await OUTBOX.record(session, fact, emergency.at)
