"""Payments by PIX that were asked for."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from subgraphs.billing.domain.rounding import ZERO
from subgraphs.billing.models import PixChargeRow
from subgraphs.billing.repository.adding import NotUnique
from subgraphs.kit.constraints import violated_constraint


async def by_ids(session: AsyncSession, ids: Sequence[str]) -> dict[str, PixChargeRow]:
    """PIX by id; unknown ids are absent."""
    rows = await session.scalars(select(PixChargeRow).where(PixChargeRow.id.in_(ids)))
    return {row.id: row for row in rows}


async def again(session: AsyncSession, row: PixChargeRow) -> PixChargeRow:
    """The PIX read anew, after a lock was waited for."""
    await session.refresh(row)
    return row


async def confirm(
    session: AsyncSession, row: PixChargeRow, payment_id: str, end_to_end_id: str
) -> None:
    """Note by which payment a PIX came.

    Raises:
        NotUnique: another one came under this number.
    """
    try:
        async with session.begin_nested():
            row.payment_id, row.end_to_end_id = payment_id, end_to_end_id
            await session.flush()
    except IntegrityError as error:
        constraint = violated_constraint(error)
        if constraint != "uq_pix_charges_end_to_end_id":
            raise
        raise NotUnique(constraint) from error


async def pending(session: AsyncSession, invoice_id: str, now: datetime) -> Decimal:
    """What may still come in for an invoice by codes that count."""
    asked = await session.scalar(
        select(func.sum(PixChargeRow.amount)).where(
            PixChargeRow.invoice_id == invoice_id,
            PixChargeRow.payment_id.is_(None),
            PixChargeRow.expires_at > now,
        )
    )
    return asked or ZERO
