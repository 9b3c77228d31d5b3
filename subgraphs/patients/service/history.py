"""Every change of a registration is remembered as a version."""

from typing import Any

from subgraphs.kit.database import Session
from subgraphs.patients.models import PatientRow, PatientVersionRow
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
    """Store ``values`` as the next version, and remember it.

    Raises ``StaleVersion`` and ``CpfAlreadyRegistered``.
    """
    await patients.update_patient(
        session, row, expected_version, {**values, "updated_at": author.at}
    )
    await remember(session, row, author)


async def remember(session: Session, row: PatientRow, author: Author) -> None:
    """Add the version that the registration now has to its history."""
    version = PatientVersionRow(
        patient_id=row.id,
        version=row.version,
        changed_at=author.at,
        changed_by=author.actor_id,
        reason=author.reason,
        snapshot=snapshot_of(row),
    )
    await history.insert_version(session, version)
