"""Which insurance cards patients have."""

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import delete, func, or_, select
from sqlalchemy.dialects import postgresql, sqlite

from subgraphs.kit.database import Session
from subgraphs.patients.models import PatientCoverageRow, PatientRow

_STANDS_FOR = func.coalesce(PatientRow.merged_into_id, PatientRow.id)


async def coverages_of(session: Session, patient_ids: Sequence[str]) -> dict[str, list[str]]:
    """The ids of these patients' coverages, in order, in two statements.

    A person's cards are those of all registrations that were merged, by whichever one asks.
    """
    asked = await session.execute(
        select(PatientRow.id, _STANDS_FOR).where(PatientRow.id.in_(patient_ids))
    )
    current = {patient_id: stand_in for patient_id, stand_in in asked}
    roots = set(current.values())
    rows = await session.execute(
        select(_STANDS_FOR, PatientCoverageRow.coverage_id)
        .join(PatientRow, PatientRow.id == PatientCoverageRow.patient_id)
        .where(or_(PatientRow.id.in_(roots), PatientRow.merged_into_id.in_(roots)))
        .order_by(PatientCoverageRow.coverage_id)
    )
    found: defaultdict[str, list[str]] = defaultdict(list)
    for root, coverage_id in rows:
        found[root].append(coverage_id)
    return {id: found[current[id]] if id in current else [] for id in patient_ids}


async def link_coverage(session: Session, patient_id: str, coverage_id: str) -> None:
    """Note that a patient has a coverage; a second time, or at once, changes nothing."""
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    link = dialect.insert(PatientCoverageRow).on_conflict_do_nothing()
    await session.execute(link.values(patient_id=patient_id, coverage_id=coverage_id))


async def unlink_coverage(session: Session, coverage_id: str) -> None:
    """Note that a coverage is nobody's any more; a second time changes nothing."""
    await session.execute(
        delete(PatientCoverageRow).where(PatientCoverageRow.coverage_id == coverage_id)
    )
