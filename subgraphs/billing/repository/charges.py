"""Charge items."""

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from subgraphs.billing.domain.charge import VOIDABLE, ChargeStatus
from subgraphs.billing.models import ChargeItemRow, InvoiceLineRow


async def by_ids(session: AsyncSession, ids: Sequence[str]) -> dict[str, ChargeItemRow]:
    """Charge items by id; unknown ids are absent."""
    rows = await session.scalars(select(ChargeItemRow).where(ChargeItemRow.id.in_(ids)))
    return {row.id: row for row in rows}


async def of_documents(
    session: AsyncSession, document_ids: Sequence[str]
) -> dict[str, list[ChargeItemRow]]:
    """The charges that came from each clinical document."""
    rows = await session.scalars(
        select(ChargeItemRow)
        .where(ChargeItemRow.document_id.in_(document_ids))
        .order_by(ChargeItemRow.id)
    )
    found: defaultdict[str, list[ChargeItemRow]] = defaultdict(list)
    for row in rows:
        if row.document_id is not None:
            found[row.document_id].append(row)
    return found


async def billable(session: AsyncSession, appointment_id: str) -> list[ChargeItemRow]:
    """What can be billed for an appointment, oldest first."""
    rows = await session.scalars(
        select(ChargeItemRow)
        .where(
            ChargeItemRow.appointment_id == appointment_id,
            ChargeItemRow.status == ChargeStatus.BILLABLE,
        )
        .order_by(ChargeItemRow.id)
    )
    return list(rows)


async def of_visit(session: AsyncSession, appointment_id: str) -> ChargeItemRow | None:
    """The billable charge of the visit itself, which no document requested."""
    return await session.scalar(
        select(ChargeItemRow).where(
            ChargeItemRow.appointment_id == appointment_id,
            ChargeItemRow.document_id.is_(None),
            ChargeItemRow.status == ChargeStatus.BILLABLE,
        )
    )


async def of_appointments(
    session: AsyncSession, appointment_ids: Sequence[str]
) -> dict[str, list[ChargeItemRow]]:
    """Everything that was or may be charged for each appointment, oldest first."""
    rows = await session.scalars(
        select(ChargeItemRow)
        .where(ChargeItemRow.appointment_id.in_(appointment_ids))
        .order_by(ChargeItemRow.id)
    )
    found: defaultdict[str, list[ChargeItemRow]] = defaultdict(list)
    for row in rows:
        found[row.appointment_id].append(row)
    return found


async def lock(session: AsyncSession, charge_item_id: str) -> ChargeItemRow | None:
    """The charge, held until the transaction ends."""
    return await session.scalar(
        select(ChargeItemRow)
        .where(ChargeItemRow.id == charge_item_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


async def give_up_of_documents(session: AsyncSession, document_ids: Sequence[str]) -> None:
    """Abort what these clinical documents requested, unless it is billed by now."""
    await _give_up(session, ChargeItemRow.document_id.in_(document_ids))


async def give_up_of_appointment(session: AsyncSession, appointment_id: str) -> None:
    """Abort what was or may be charged for an appointment, unless it is billed by now."""
    await _give_up(session, ChargeItemRow.appointment_id == appointment_id)


async def _give_up(session: AsyncSession, which: ColumnElement[bool]) -> None:
    # In one statement: who issues the invoice at this moment is waited for, and looked at again.
    await session.execute(
        update(ChargeItemRow)
        .where(which, ChargeItemRow.status.in_(VOIDABLE))
        .values(status=ChargeStatus.ABORTED)
        .execution_options(synchronize_session=False)
    )


async def move_charges_of(
    session: AsyncSession, invoice_id: str, origin: ChargeStatus, target: ChargeStatus
) -> int:
    """Move the charges of an invoice's lines from one status to another; how many were moved."""
    on_invoice = select(InvoiceLineRow.charge_item_id).where(
        InvoiceLineRow.invoice_id == invoice_id
    )
    moved = await session.scalars(
        update(ChargeItemRow)
        .where(ChargeItemRow.id.in_(on_invoice), ChargeItemRow.status == origin)
        .values(status=target)
        .returning(ChargeItemRow.id)
        .execution_options(synchronize_session=False)
    )
    return len(moved.all())
