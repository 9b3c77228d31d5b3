"""Payments by invoice."""

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from subgraphs.billing.models import PaymentRow


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
