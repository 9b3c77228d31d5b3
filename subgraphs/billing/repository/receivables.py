"""Receivables by age, summed by the database."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from subgraphs.billing.domain.invoice import OPEN
from subgraphs.billing.domain.receivables import AgeBand, Receivable
from subgraphs.billing.domain.rounding import ZERO
from subgraphs.billing.models import InvoiceRow


async def by_age(session: AsyncSession, bands: Sequence[AgeBand], as_of: date) -> list[Receivable]:
    """What patients and plans owe on open invoices, for each band. One statement a band."""
    return [await _in_band(session, band, as_of) for band in bands]


async def _in_band(session: AsyncSession, band: AgeBand, as_of: date) -> Receivable:
    patients = func.sum(InvoiceRow.due_from_patient - InvoiceRow.patient_paid)
    plans = func.sum(InvoiceRow.due_from_plan - InvoiceRow.plan_paid - InvoiceRow.written_off)
    statement = select(func.count(), patients, plans).where(
        InvoiceRow.status.in_(OPEN), InvoiceRow.service_day <= band.last_day(as_of)
    )
    first_day = band.first_day(as_of)
    if first_day is not None:
        statement = statement.where(InvoiceRow.service_day >= first_day)
    count, from_patients, from_plans = (await session.execute(statement)).one()
    return Receivable(band, count, from_patients or ZERO, from_plans or ZERO)
