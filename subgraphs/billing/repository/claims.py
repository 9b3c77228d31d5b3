"""Claims, their batches and items."""

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from subgraphs.billing.domain.claim import ClaimStatus
from subgraphs.billing.models import ClaimBatchRow, ClaimItemRow, ClaimRow


async def by_ids(session: AsyncSession, ids: Sequence[str]) -> dict[str, ClaimRow]:
    """Claims by id; unknown ids are absent."""
    rows = await session.scalars(select(ClaimRow).where(ClaimRow.id.in_(ids)))
    return {row.id: row for row in rows}


async def of_invoices(session: AsyncSession, invoice_ids: Sequence[str]) -> dict[str, ClaimRow]:
    """The claim of each invoice that has one."""
    rows = await session.scalars(select(ClaimRow).where(ClaimRow.invoice_id.in_(invoice_ids)))
    return {row.invoice_id: row for row in rows}


async def of_batches(session: AsyncSession, batch_ids: Sequence[str]) -> dict[str, list[ClaimRow]]:
    """The claims of each batch, oldest first."""
    rows = await session.scalars(
        select(ClaimRow).where(ClaimRow.batch_id.in_(batch_ids)).order_by(ClaimRow.id)
    )
    found: defaultdict[str, list[ClaimRow]] = defaultdict(list)
    for row in rows:
        if row.batch_id is not None:
            found[row.batch_id].append(row)
    return found


async def items_of(
    session: AsyncSession, claim_ids: Sequence[str]
) -> dict[str, list[ClaimItemRow]]:
    """The items of each claim, in order."""
    rows = await session.scalars(
        select(ClaimItemRow)
        .where(ClaimItemRow.claim_id.in_(claim_ids))
        .order_by(ClaimItemRow.claim_id, ClaimItemRow.sequence)
    )
    found: defaultdict[str, list[ClaimItemRow]] = defaultdict(list)
    for row in rows:
        found[row.claim_id].append(row)
    return found


async def batches_by_ids(session: AsyncSession, ids: Sequence[str]) -> dict[str, ClaimBatchRow]:
    """Batches by id; unknown ids are absent."""
    rows = await session.scalars(select(ClaimBatchRow).where(ClaimBatchRow.id.in_(ids)))
    return {row.id: row for row in rows}


async def take_drafts(session: AsyncSession, ans_registry: str, limit: int) -> list[ClaimRow]:
    """The oldest unsent claims on an insurer, held; those that another clerk holds are left out."""
    rows = await session.scalars(
        select(ClaimRow)
        .where(ClaimRow.ans_registry == ans_registry, ClaimRow.status == ClaimStatus.DRAFT)
        .order_by(ClaimRow.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return list(rows)


async def unpaid_batches(session: AsyncSession, limit: int) -> Sequence[str]:
    """The batches that the plan has still to take, to judge or to pay, oldest first."""
    rows = await session.scalars(
        select(ClaimBatchRow.id)
        .where(ClaimBatchRow.paid_at.is_(None))
        .order_by(ClaimBatchRow.id)
        .limit(limit)
    )
    return rows.all()


async def undecided_appeals(session: AsyncSession, limit: int) -> Sequence[str]:
    """The claims whose denials are contested, oldest first."""
    rows = await session.scalars(
        select(ClaimRow.id)
        .where(ClaimRow.status == ClaimStatus.APPEALED)
        .order_by(ClaimRow.id)
        .limit(limit)
    )
    return rows.all()


async def lock(session: AsyncSession, claim_id: str) -> ClaimRow | None:
    """The claim, held until the transaction ends."""
    return await session.scalar(
        select(ClaimRow)
        .where(ClaimRow.id == claim_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


async def lock_batch(session: AsyncSession, batch_id: str) -> ClaimBatchRow | None:
    """The batch, held until the transaction ends."""
    return await session.scalar(
        select(ClaimBatchRow)
        .where(ClaimBatchRow.id == batch_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
