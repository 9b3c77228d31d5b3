"""The versions of registrations."""

from collections.abc import Sequence

from sqlalchemy import select

from subgraphs.kit.database import Session
from subgraphs.patients.models import PatientVersionRow


async def insert_version(session: Session, version: PatientVersionRow) -> None:
    """Add to a registration's history."""
    session.add(version)
    await session.flush()


async def versions_of(
    session: Session, patient_ids: Sequence[str]
) -> dict[str, list[PatientVersionRow]]:
    """The histories of these patients, oldest version first, in one statement."""
    rows = await session.scalars(
        select(PatientVersionRow)
        .where(PatientVersionRow.patient_id.in_(patient_ids))
        .order_by(PatientVersionRow.patient_id, PatientVersionRow.version)
    )
    found: dict[str, list[PatientVersionRow]] = {id: [] for id in patient_ids}
    for row in rows:
        found[row.patient_id].append(row)
    return found
