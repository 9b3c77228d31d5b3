"""Which insurance cards patients have."""

from collections.abc import Sequence

from sqlalchemy import select

from subgraphs.kit.database import Session
from subgraphs.patients.models import PatientCoverageRow


async def coverages_of(session: Session, patient_ids: Sequence[str]) -> dict[str, list[str]]:
    """The ids of these patients' coverages, in order, in one statement."""
    rows = await session.scalars(
        select(PatientCoverageRow)
        .where(PatientCoverageRow.patient_id.in_(patient_ids))
        .order_by(PatientCoverageRow.patient_id, PatientCoverageRow.coverage_id)
    )
    found: dict[str, list[str]] = {id: [] for id in patient_ids}
    for row in rows:
        found[row.patient_id].append(row.coverage_id)
    return found


async def link_coverage(session: Session, patient_id: str, coverage_id: str) -> None:
    """Note that a patient has a coverage; a second time changes nothing."""
    if await session.get(PatientCoverageRow, (patient_id, coverage_id)) is None:
        session.add(PatientCoverageRow(patient_id=patient_id, coverage_id=coverage_id))
        await session.flush()
