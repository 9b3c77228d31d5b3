"""What belongs to a patient, under whichever of the patient's registrations it was written down."""

from decimal import Decimal

from subgraphs.billing.domain.rounding import ZERO
from subgraphs.billing.models import CoverageRow, InvoiceRow
from subgraphs.billing.repository.invoices import PatientPage
from subgraphs.billing.types.access import sees
from subgraphs.billing.types.context import BillingContext
from subgraphs.kit.keyset import Page


async def registrations(context: BillingContext, patient_id: str) -> list[str]:
    """All registrations of the patient, the current one first."""
    return await context.loaders.families.load(patient_id) or [patient_id]


async def is_seen(context: BillingContext, patient_id: str) -> bool:
    """Whether the patient's cards and debts are for the actor's eyes."""
    actor = context.actor
    return sees(actor, [patient_id]) or sees(actor, await registrations(context, patient_id))


async def cards(context: BillingContext, patient_id: str) -> list[CoverageRow]:
    """The patient's cards, oldest first."""
    family = await registrations(context, patient_id)
    found = await context.loaders.patient_coverages.load_many(family)
    return sorted((row for rows in found for row in rows or []), key=lambda row: row.id)


async def balance(context: BillingContext, patient_id: str) -> Decimal:
    """What the patient owes on all open invoices."""
    family = await registrations(context, patient_id)
    return sum((owed or ZERO for owed in await context.loaders.balances.load_many(family)), ZERO)


async def invoices(
    context: BillingContext, patient_id: str, first: int, after: str | None
) -> Page[InvoiceRow]:
    """A page of the patient's invoices, newest first."""
    family = await registrations(context, patient_id)
    wanted = [PatientPage(member, first, after) for member in family]
    pages = [page for page in await context.loaders.patient_pages.load_many(wanted) if page]
    rows = sorted((row for page in pages for row in page.rows), key=lambda row: row.id)[::-1]
    more = len(rows) > first or any(page.has_next for page in pages)
    return Page(rows[:first], has_next=more)
