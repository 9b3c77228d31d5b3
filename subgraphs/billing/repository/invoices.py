"""Invoices: found, listed, locked, numbered."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from subgraphs.billing.domain.invoice import DEAD, OPEN, InvoiceStatus
from subgraphs.billing.models import InvoiceLineRow, InvoiceRow, InvoiceSeriesRow
from subgraphs.kit.keyset import Page, PageRequest, fetch_page

_ORDER: tuple[ColumnElement[Any], ...] = (InvoiceRow.id.expression,)


@dataclass(frozen=True, slots=True)
class PatientPage:
    """A page of one patient's invoices, newest first."""

    patient_id: str
    first: int
    after: str | None


@dataclass(frozen=True, slots=True)
class InvoiceFilter:
    """Which invoices a list shows."""

    statuses: Sequence[InvoiceStatus] | None = None
    cancel_requested: bool = False
    """Only those that wait to be called off."""


async def by_ids(session: AsyncSession, ids: Sequence[str]) -> dict[str, InvoiceRow]:
    """Invoices by id; unknown ids are absent."""
    rows = await session.scalars(select(InvoiceRow).where(InvoiceRow.id.in_(ids)))
    return {row.id: row for row in rows}


async def live_by_appointments(
    session: AsyncSession, appointment_ids: Sequence[str]
) -> dict[str, InvoiceRow]:
    """The one live invoice of each appointment that has one."""
    rows = await session.scalars(
        select(InvoiceRow).where(
            InvoiceRow.appointment_id.in_(appointment_ids), InvoiceRow.status.not_in(DEAD)
        )
    )
    return {row.appointment_id: row for row in rows}


async def lines_of(
    session: AsyncSession, invoice_ids: Sequence[str]
) -> dict[str, list[InvoiceLineRow]]:
    """The lines of each invoice, in order."""
    rows = await session.scalars(
        select(InvoiceLineRow)
        .where(InvoiceLineRow.invoice_id.in_(invoice_ids))
        .order_by(InvoiceLineRow.invoice_id, InvoiceLineRow.position)
    )
    found: defaultdict[str, list[InvoiceLineRow]] = defaultdict(list)
    for row in rows:
        found[row.invoice_id].append(row)
    return found


async def page(
    session: AsyncSession, wanted: InvoiceFilter, request: PageRequest
) -> Page[InvoiceRow]:
    """One page of all invoices, newest first."""
    statement = select(InvoiceRow)
    if wanted.statuses is not None:
        statement = statement.where(InvoiceRow.status.in_(wanted.statuses))
    if wanted.cancel_requested:
        statement = statement.where(
            InvoiceRow.cancel_requested_at.is_not(None), InvoiceRow.status.not_in(DEAD)
        )
    return await fetch_page(session, statement, _ORDER, request, descending=True)


async def patient_pages(
    session: AsyncSession, pages: Sequence[PatientPage]
) -> dict[PatientPage, Page[InvoiceRow]]:
    """A page for each patient; those that ask alike share a statement."""
    alike: defaultdict[tuple[int, str | None], list[PatientPage]] = defaultdict(list)
    for wanted in pages:
        alike[wanted.first, wanted.after].append(wanted)
    found: dict[PatientPage, Page[InvoiceRow]] = {}
    for (first, after), group in alike.items():
        rows = await _newest(session, [wanted.patient_id for wanted in group], first + 1, after)
        for wanted in group:
            own = rows[wanted.patient_id]
            found[wanted] = Page(own[:first], has_next=len(own) > first)
    return found


async def _newest(
    session: AsyncSession, patient_ids: Sequence[str], count: int, after: str | None
) -> dict[str, list[InvoiceRow]]:
    rank = func.row_number().over(partition_by=InvoiceRow.patient_id, order_by=InvoiceRow.id.desc())
    ranked = select(InvoiceRow, rank.label("rank")).where(InvoiceRow.patient_id.in_(patient_ids))
    if after is not None:
        ranked = ranked.where(InvoiceRow.id < after)
    subquery = ranked.subquery()
    row = aliased(InvoiceRow, subquery)
    rows = await session.scalars(
        select(row).where(subquery.c.rank <= count).order_by(row.patient_id, row.id.desc())
    )
    found: defaultdict[str, list[InvoiceRow]] = defaultdict(list)
    for invoice in rows:
        found[invoice.patient_id].append(invoice)
    return found


async def balances(session: AsyncSession, patient_ids: Sequence[str]) -> dict[str, Decimal]:
    """What each patient owes on open invoices; who owes nothing is absent."""
    owed = func.sum(InvoiceRow.due_from_patient - InvoiceRow.patient_paid)
    rows = await session.execute(
        select(InvoiceRow.patient_id, owed)
        .where(InvoiceRow.patient_id.in_(patient_ids), InvoiceRow.status.in_(OPEN))
        .group_by(InvoiceRow.patient_id)
    )
    return {patient_id: amount for patient_id, amount in rows if amount is not None}


async def lock(session: AsyncSession, invoice_id: str) -> InvoiceRow | None:
    """The invoice, held until the transaction ends: others who want to change it wait."""
    return await session.scalar(
        select(InvoiceRow)
        .where(InvoiceRow.id == invoice_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


async def next_number(session: AsyncSession, series: str) -> int:
    """The next number of a series. A transaction that rolls back gives its number back.

    The series' row stays locked until then, so that numbers are given in the order of commits.
    """
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    statement = dialect.insert(InvoiceSeriesRow).values(series=series, last_number=1)
    counted = statement.on_conflict_do_update(
        index_elements=[InvoiceSeriesRow.series],
        set_={"last_number": InvoiceSeriesRow.last_number + 1},
    ).returning(InvoiceSeriesRow.last_number)
    number: int = (await session.execute(counted)).scalar_one()
    return number
