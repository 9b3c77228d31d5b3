"""Merges, and the registrations that they bind."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update

from subgraphs.kit.database import Session
from subgraphs.patients.domain.patient import PatientStatus
from subgraphs.patients.models import PatientMergeRow, PatientRow


async def locked(session: Session, ids: Sequence[str]) -> dict[str, PatientRow]:
    """The registrations, locked in one order, so that two merges never wait for each other."""
    rows = await session.scalars(
        select(PatientRow)
        .where(PatientRow.id.in_(ids))
        .order_by(PatientRow.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return {row.id: row for row in rows}


async def repoint(session: Session, source_id: str, target_id: str, at: datetime) -> list[str]:
    """Lead those that were merged into the source on to the target; their ids."""
    moved = await session.scalars(
        update(PatientRow)
        .where(
            PatientRow.merged_into_id == source_id,
            PatientRow.status == PatientStatus.MERGED.value,
        )
        .values(merged_into_id=target_id, updated_at=at)
        .returning(PatientRow.id)
        .execution_options(synchronize_session=False)
    )
    return sorted(moved)


async def point_back(
    session: Session, ids: Sequence[str], from_id: str, to_id: str, at: datetime
) -> None:
    """Lead those that a merge had led on, and that still go there, back to their first target."""
    await session.execute(
        update(PatientRow)
        .where(PatientRow.id.in_(ids), PatientRow.merged_into_id == from_id)
        .values(merged_into_id=to_id, updated_at=at)
        .execution_options(synchronize_session=False)
    )


async def add(session: Session, merge: PatientMergeRow) -> None:
    """Remember a merge."""
    session.add(merge)
    await session.flush()


async def live_merge(session: Session, source_id: str) -> PatientMergeRow | None:
    """The merge of a registration that was not undone."""
    found: PatientMergeRow | None = await session.scalar(
        select(PatientMergeRow).where(
            PatientMergeRow.source_id == source_id, PatientMergeRow.unmerged_at.is_(None)
        )
    )
    return found


async def merged_into(session: Session, target_id: str) -> list[PatientRow]:
    """The registrations that lead to this one, the oldest first.

    Who changes which they are locks this one first: while it is locked, they stay.
    """
    rows = await session.scalars(
        select(PatientRow).where(PatientRow.merged_into_id == target_id).order_by(PatientRow.id)
    )
    return list(rows)


async def involving(session: Session, patient_ids: Sequence[str]) -> list[PatientMergeRow]:
    """Every merge that one of these registrations had part in, undone or not."""
    source, target = PatientMergeRow.source_id, PatientMergeRow.target_id
    rows = await session.scalars(
        select(PatientMergeRow).where(source.in_(patient_ids) | target.in_(patient_ids))
    )
    return list(rows)
