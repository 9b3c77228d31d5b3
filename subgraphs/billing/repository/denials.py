"""Denials by insurer and reason, summed by the database in two statements."""

from datetime import date

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from subgraphs.billing.domain.denials import DenialReason, InsurerDenials
from subgraphs.billing.domain.rounding import ZERO
from subgraphs.billing.models import ClaimItemRow, ClaimRow, InvoiceRow


async def by_insurer(
    session: AsyncSession, first_day: date, last_day: date
) -> list[InsurerDenials]:
    """Judged claims of services between two days, both included; who denied most comes first."""
    served = InvoiceRow.service_day.between(first_day, last_day)
    sums = await session.execute(
        select(
            ClaimRow.ans_registry,
            func.count(),
            func.sum(ClaimRow.billed),
            func.sum(ClaimRow.denied),
            func.sum(ClaimRow.recovered),
        )
        .join(InvoiceRow, InvoiceRow.id == ClaimRow.invoice_id)
        .where(served, ClaimRow.denied.is_not(None))
        .group_by(ClaimRow.ans_registry)
    )
    found = {
        ans_registry: InsurerDenials(ans_registry, count, billed, denied or ZERO, recovered)
        for ans_registry, count, billed, denied, recovered in sums
    }
    amount = func.sum(ClaimItemRow.denied)
    reasons = await session.execute(
        select(
            ClaimRow.ans_registry,
            ClaimItemRow.denial_code,
            func.max(ClaimItemRow.denial_reason),
            func.count(),
            amount,
        )
        .join(ClaimRow, ClaimRow.id == ClaimItemRow.claim_id)
        .join(InvoiceRow, InvoiceRow.id == ClaimRow.invoice_id)
        .where(served, ClaimItemRow.denied > 0)
        .group_by(ClaimRow.ans_registry, ClaimItemRow.denial_code)
        .order_by(amount.desc(), ClaimItemRow.denial_code)
    )
    for ans_registry, code, description, count, denied in reasons:
        reason = DenialReason(code, description, count, denied or ZERO)
        found[ans_registry].reasons.append(reason)
    return sorted(found.values(), key=lambda one: (-one.denied, one.ans_registry))
