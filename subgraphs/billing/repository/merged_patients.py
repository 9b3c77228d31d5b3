"""Registrations that stand for one patient: linked, parted, and found by any of them."""

from collections.abc import Iterable, Sequence

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from subgraphs.billing.models import MergedPatientRow


async def link(session: AsyncSession, source_id: str, target_id: str) -> None:
    """The source stands for the target from now on; told twice, it changes nothing."""
    row = await session.get(MergedPatientRow, source_id)
    if row is None:
        session.add(MergedPatientRow(source_id=source_id, target_id=target_id))
    else:
        row.target_id = target_id
    await session.flush()


async def part(session: AsyncSession, source_id: str) -> None:
    """The source stands for itself again; told twice, it changes nothing."""
    await session.execute(delete(MergedPatientRow).where(MergedPatientRow.source_id == source_id))


async def current(session: AsyncSession, ids: Iterable[str]) -> dict[str, str]:
    """For each registration the one that stands for the patient now; mostly that is itself."""
    now = {id: id for id in ids}
    seen: set[str] = set()
    while frontier := set(now.values()) - seen:
        seen |= frontier
        rows = await session.execute(
            select(MergedPatientRow.source_id, MergedPatientRow.target_id).where(
                MergedPatientRow.source_id.in_(frontier)
            )
        )
        onward = {source: target for source, target in rows}
        now = {id: onward.get(stand_in, stand_in) for id, stand_in in now.items()}
    return now


async def families(session: AsyncSession, ids: Sequence[str]) -> dict[str, list[str]]:
    """For each registration all that stand for the same patient; the current one comes first."""
    now = await current(session, ids)
    root_of = {root: root for root in now.values()}
    members = {root: [root] for root in root_of}
    frontier = set(root_of)
    while frontier:
        rows = await session.execute(
            select(MergedPatientRow.source_id, MergedPatientRow.target_id)
            .where(MergedPatientRow.target_id.in_(frontier))
            .order_by(MergedPatientRow.source_id)
        )
        found = [(source, target) for source, target in rows if source not in root_of]
        for source, target in found:
            root_of[source] = root_of[target]
            members[root_of[source]].append(source)
        frontier = {source for source, _ in found}
    return {id: members[root] for id, root in now.items()}


async def same(session: AsyncSession, one_id: str, other_id: str) -> bool:
    """Whether two registrations stand for one patient."""
    now = await current(session, {one_id, other_id})
    return now[one_id] == now[other_id]
