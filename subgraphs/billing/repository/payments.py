"""Payments by invoice, refunds by payment, and how much of a payment is left."""

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from subgraphs.billing.domain.refund import RefundStatus
from subgraphs.billing.domain.rounding import ZERO
from subgraphs.billing.models import PaymentRow, RefundRow


async def of_invoices(
    session: AsyncSession, invoice_ids: Sequence[str]
) -> dict[str, list[PaymentRow]]:
    """The payments of each invoice, oldest first."""
    rows = await session.scalars(
        select(PaymentRow).where(PaymentRow.invoice_id.in_(invoice_ids)).order_by(PaymentRow.id)
    )
    found: defaultdict[str, list[PaymentRow]] = defaultdict(list)
    for row in rows:
        found[row.invoice_id].append(row)
    return found


async def by_ids(session: AsyncSession, ids: Sequence[str]) -> dict[str, PaymentRow]:
    """Payments by id; unknown ids are absent."""
    rows = await session.scalars(select(PaymentRow).where(PaymentRow.id.in_(ids)))
    return {row.id: row for row in rows}


async def refunds_by_ids(session: AsyncSession, ids: Sequence[str]) -> dict[str, RefundRow]:
    """Refunds by id; unknown ids are absent."""
    rows = await session.scalars(select(RefundRow).where(RefundRow.id.in_(ids)))
    return {row.id: row for row in rows}


async def refunds_of(
    session: AsyncSession, payment_ids: Sequence[str]
) -> dict[str, list[RefundRow]]:
    """The refunds of each payment, oldest first."""
    rows = await session.scalars(
        select(RefundRow).where(RefundRow.payment_id.in_(payment_ids)).order_by(RefundRow.id)
    )
    found: defaultdict[str, list[RefundRow]] = defaultdict(list)
    for row in rows:
        found[row.payment_id].append(row)
    return found


async def refund_again(session: AsyncSession, refund: RefundRow) -> RefundRow:
    """The refund read anew, after a lock was waited for."""
    await session.refresh(refund)
    return refund


async def refundable(session: AsyncSession, payment: PaymentRow) -> Decimal:
    """What is left of a payment after the refunds that were made or asked for."""
    asked = await session.scalar(
        select(func.sum(RefundRow.amount)).where(
            RefundRow.payment_id == payment.id, RefundRow.status != RefundStatus.REJECTED
        )
    )
    return payment.amount - (asked or ZERO)
