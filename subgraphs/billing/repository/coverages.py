"""Coverages by id and by patient."""

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from subgraphs.billing.models import AuthorizationRow, CoverageRow, InvoiceRow


async def by_ids(session: AsyncSession, ids: Sequence[str]) -> dict[str, CoverageRow]:
    """Coverages by id; unknown ids are absent."""
    rows = await session.scalars(select(CoverageRow).where(CoverageRow.id.in_(ids)))
    return {row.id: row for row in rows}


async def of_patients(
    session: AsyncSession, patient_ids: Sequence[str]
) -> dict[str, list[CoverageRow]]:
    """Each patient's coverages, oldest first."""
    rows = await session.scalars(
        select(CoverageRow).where(CoverageRow.patient_id.in_(patient_ids)).order_by(CoverageRow.id)
    )
    found: defaultdict[str, list[CoverageRow]] = defaultdict(list)
    for row in rows:
        found[row.patient_id].append(row)
    return found


async def unused(session: AsyncSession, patient_ids: Sequence[str]) -> list[CoverageRow]:
    """The cards of these registrations that nothing was billed or asked with, held."""
    billed = exists().where(InvoiceRow.coverage_id == CoverageRow.id)
    asked = exists().where(AuthorizationRow.coverage_id == CoverageRow.id)
    rows = await session.scalars(
        select(CoverageRow)
        .where(CoverageRow.patient_id.in_(patient_ids), ~billed, ~asked)
        .order_by(CoverageRow.id)
        .with_for_update()
    )
    return list(rows)


async def lock(session: AsyncSession, coverage_id: str) -> CoverageRow | None:
    """The card, held until the transaction ends: nothing can be billed with it meanwhile."""
    return await session.scalar(
        select(CoverageRow)
        .where(CoverageRow.id == coverage_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


async def by_card(session: AsyncSession, ans_registry: str, card_number: str) -> CoverageRow | None:
    """The coverage that a card stands for."""
    return await session.scalar(
        select(CoverageRow).where(
            CoverageRow.ans_registry == ans_registry, CoverageRow.card_number == card_number
        )
    )
