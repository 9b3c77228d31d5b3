"""Every change of a registration is remembered as a version, and told to the other services."""

from typing import Any

from subgraphs.kit.database import Session
from subgraphs.kit.events.event import Fact
from subgraphs.patients.domain.events import Snapshot, event_payload, event_types
from subgraphs.patients.models import PatientRow, PatientVersionRow, outbox
from subgraphs.patients.repository import history, patients
from subgraphs.patients.service.author import Author
from subgraphs.patients.service.stored_form import snapshot_of


async def store(
    session: Session,
    row: PatientRow,
    expected_version: int,
    values: dict[str, Any],
    author: Author,
) -> None:
    """Store ``values`` as the next version, remember it, and tell it.

    Raises ``StaleVersion`` and ``CpfAlreadyRegistered``.
    """
    before = snapshot_of(row)
    await patients.update_patient(
        session, row, expected_version, {**values, "updated_at": author.at}
    )
    await remember(session, row, author, before)


async def remember(
    session: Session, row: PatientRow, author: Author, before: Snapshot | None = None
) -> None:
    """Add the version that the registration now has to its history, and tell what is new."""
    snapshot = snapshot_of(row)
    version = PatientVersionRow(
        patient_id=row.id,
        version=row.version,
        changed_at=author.at,
        changed_by=author.actor_id,
        reason=author.reason,
        snapshot=snapshot,
    )
    await history.insert_version(session, version)
    for type_ in event_types(before, snapshot):
        fact = Fact(type_, "Patient", row.id, row.version, event_payload(snapshot))
        await outbox.record(session, fact, author.at)
