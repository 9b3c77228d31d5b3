"""A day at clinics' desks, summed by the database. Three statements for any number of clinics."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from subgraphs.billing.domain.cash_closing import MethodTotal, Span
from subgraphs.billing.domain.payment import Payer, PaymentMethod
from subgraphs.billing.domain.refund import RefundStatus
from subgraphs.billing.domain.rounding import ZERO
from subgraphs.billing.models import CashDeskRow, InvoiceRow, PaymentRow, RefundRow


@dataclass(slots=True)
class DayAtClinic:
    """The sums by method, and the desks that were open at some time of the day."""

    totals: list[MethodTotal] = field(default_factory=list)
    desks: list[CashDeskRow] = field(default_factory=list)


async def days_at(
    session: AsyncSession, clinic_ids: Sequence[str], span: Span
) -> dict[str, DayAtClinic]:
    """The day at each clinic; one where nothing happened has no sums."""
    received = await _received(session, clinic_ids, span)
    refunded = await _refunded(session, clinic_ids, span)
    found = {clinic_id: DayAtClinic() for clinic_id in clinic_ids}
    for clinic_id, method in sorted({*received, *refunded}):
        count, amount = received.get((clinic_id, method), (0, ZERO))
        back = refunded.get((clinic_id, method), ZERO)
        total = MethodTotal(PaymentMethod(method), count, amount, back)
        found[clinic_id].totals.append(total)
    for clinic_id, desks in (await _desks(session, clinic_ids, span)).items():
        found[clinic_id].desks = desks
    return found


async def _received(
    session: AsyncSession, clinic_ids: Sequence[str], span: Span
) -> dict[tuple[str, str], tuple[int, Decimal]]:
    key = (InvoiceRow.clinic_id, PaymentRow.method)
    rows = await session.execute(
        select(*key, func.count(), func.sum(PaymentRow.amount))
        .join(InvoiceRow, InvoiceRow.id == PaymentRow.invoice_id)
        .where(
            InvoiceRow.clinic_id.in_(clinic_ids),
            PaymentRow.payer == Payer.PATIENT,
            PaymentRow.received_at >= span.begins,
            PaymentRow.received_at < span.ends,
        )
        .group_by(*key)
    )
    return {(clinic_id, method): (count, amount) for clinic_id, method, count, amount in rows}


async def _refunded(
    session: AsyncSession, clinic_ids: Sequence[str], span: Span
) -> dict[tuple[str, str], Decimal]:
    key = (InvoiceRow.clinic_id, PaymentRow.method)
    rows = await session.execute(
        select(*key, func.sum(RefundRow.amount))
        .join(PaymentRow, PaymentRow.id == RefundRow.payment_id)
        .join(InvoiceRow, InvoiceRow.id == PaymentRow.invoice_id)
        .where(
            InvoiceRow.clinic_id.in_(clinic_ids),
            RefundRow.status == RefundStatus.APPROVED,
            RefundRow.decided_at >= span.begins,
            RefundRow.decided_at < span.ends,
        )
        .group_by(*key)
    )
    return {(clinic_id, method): amount for clinic_id, method, amount in rows}


async def _desks(
    session: AsyncSession, clinic_ids: Sequence[str], span: Span
) -> dict[str, list[CashDeskRow]]:
    rows = await session.scalars(
        select(CashDeskRow)
        .where(
            CashDeskRow.clinic_id.in_(clinic_ids),
            CashDeskRow.opened_at < span.ends,
            or_(CashDeskRow.closed_at.is_(None), CashDeskRow.closed_at >= span.begins),
        )
        .order_by(CashDeskRow.id)
    )
    found: defaultdict[str, list[CashDeskRow]] = defaultdict(list)
    for row in rows:
        found[row.clinic_id].append(row)
    return found
