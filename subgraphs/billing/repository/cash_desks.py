"""Cash desks, and the cash that went through them."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from subgraphs.billing.domain.cash_desk import CashCount
from subgraphs.billing.domain.refund import RefundStatus
from subgraphs.billing.domain.rounding import ZERO
from subgraphs.billing.models import CashDeskRow, PaymentRow, RefundRow


async def by_ids(session: AsyncSession, ids: Sequence[str]) -> dict[str, CashDeskRow]:
    """Desks by id; unknown ids are absent."""
    rows = await session.scalars(select(CashDeskRow).where(CashDeskRow.id.in_(ids)))
    return {row.id: row for row in rows}


async def open_desk(session: AsyncSession, clinic_id: str, clerk: str) -> CashDeskRow | None:
    """The clerk's open desk at a clinic, held until the transaction ends.

    So a payment is either before the closing and counted, or after it and refused.
    """
    return await session.scalar(
        select(CashDeskRow)
        .where(
            CashDeskRow.clinic_id == clinic_id,
            CashDeskRow.clerk == clerk,
            CashDeskRow.closed_at.is_(None),
        )
        .with_for_update()
        .execution_options(populate_existing=True)
    )


async def lock(session: AsyncSession, cash_desk_id: str) -> CashDeskRow | None:
    """The desk, held until the transaction ends."""
    return await session.scalar(
        select(CashDeskRow)
        .where(CashDeskRow.id == cash_desk_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


async def cash_in(session: AsyncSession, desk: CashDeskRow) -> CashCount:
    """What went through a desk."""
    received = await session.scalar(
        select(func.sum(PaymentRow.amount)).where(PaymentRow.cash_desk_id == desk.id)
    )
    refunded = await session.scalar(
        select(func.sum(RefundRow.amount)).where(
            RefundRow.cash_desk_id == desk.id, RefundRow.status == RefundStatus.APPROVED
        )
    )
    return CashCount(desk.opening_float, received or ZERO, refunded or ZERO)
