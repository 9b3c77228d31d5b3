"""An invoice's first state: what was done, at what price, and who pays how much as far as known."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from subgraphs.billing.domain.charge import ChargeStatus
from subgraphs.billing.domain.errors import (
    AlreadyInvoiced,
    AppointmentNotBillable,
    CoverageNotFound,
)
from subgraphs.billing.domain.invoice import InvoiceStatus
from subgraphs.billing.domain.modifier import Occasion
from subgraphs.billing.domain.quote import QuotedLine
from subgraphs.billing.domain.rounding import ZERO
from subgraphs.billing.domain.visit import Visit
from subgraphs.billing.models import Base, ChargeItemRow, CoverageRow, InvoiceRow
from subgraphs.billing.repository import charges, coverages, invoices, merged_patients, prices
from subgraphs.billing.repository.adding import NotUnique, add_unique
from subgraphs.billing.service.announcing import tell_charge
from subgraphs.billing.service.invoice_lines import new_line, write_totals
from subgraphs.billing.service.quoting import (
    Procedure,
    ask_terms,
    price_keys,
    questions,
    quote_procedures,
)
from subgraphs.billing.service.resources import Resources
from subgraphs.kit.database import Database, Session
from subgraphs.kit.identifiers import new_id


@dataclass(frozen=True, slots=True)
class DraftFacts:
    """All that a draft is made of, gathered from three services before the transaction."""

    visit: Visit
    coverage: CoverageRow | None
    charges: Sequence[ChargeItemRow | None]
    """For each line its charge; None where it is still to be made."""
    lines: Sequence[QuotedLine]
    urgent: bool = False


async def gather_draft(
    database: Database, resources: Resources, appointment_id: str, *, urgent: bool = False
) -> DraftFacts:
    """Ask for the facts of a visit, its prices, and the plan's terms.

    The plan may not answer: then the parts of its lines stay unknown.

    Raises:
        AppointmentNotFound, AppointmentNotBillable, CoverageNotFound, PriceNotFound.
        AppointmentsUnavailable: nobody can tell now.
    """
    visit = await resources.appointments.visit(appointment_id)
    if not visit.is_billable:
        raise AppointmentNotBillable(visit.status)
    day = visit.service_day
    async with database.read() as session:
        coverage = await _coverage(session, visit)
        billed = _own_first(visit, await charges.billable(session, appointment_id))
        procedures = [_procedure(visit, charge) for charge in billed]
        in_force = await prices.in_force(session, price_keys(coverage, procedures, day))
    answers = await ask_terms(resources.plan, questions(coverage, procedures, day))
    occasion = Occasion(day, visit.service_time, urgent)
    lines = quote_procedures(coverage, procedures, occasion, in_force, answers)
    return DraftFacts(visit, coverage, billed, lines, urgent)


async def create_draft(session: Session, facts: DraftFacts, actor: str, now: datetime) -> str:
    """Write the draft down; its id.

    Raises:
        AlreadyInvoiced: the appointment has a live invoice.
    """
    known = await charges.by_ids(session, [charge.id for charge in facts.charges if charge])
    billed = [
        known[seen.id] if seen else await _charge_visit(session, facts.visit, line, now)
        for seen, line in zip(facts.charges, facts.lines, strict=True)
    ]
    invoice = _invoice(facts, actor, now)
    write_totals(invoice, facts.lines)
    rows: list[Base] = [invoice]
    for position, (charge, line) in enumerate(zip(billed, facts.lines, strict=True), start=1):
        charge.unit_price = line.price.unit_price
        charge.price_table_version = line.price.table_version
        rows.append(new_line(invoice.id, position, charge.id, line))
    try:
        await add_unique(session, rows, "uq_invoices_appointment_id")
    except NotUnique as error:
        raise await _already_invoiced(session, facts.visit.appointment_id) from error
    return invoice.id


async def _charge_visit(
    session: Session, visit: Visit, line: QuotedLine, now: datetime
) -> ChargeItemRow:
    """The visit's own charge: made here, unless an event made it since the facts were gathered."""
    charge = _visit_charge(visit, line, now)
    try:
        await add_unique(session, [charge], "uq_charge_items_appointment_id_tuss_code")
    except NotUnique as error:
        made_meanwhile = await charges.of_visit(session, visit.appointment_id)
        if made_meanwhile is None:  # it is on an invoice that was issued already
            raise await _already_invoiced(session, visit.appointment_id) from error
        return made_meanwhile
    await tell_charge(session, charge, now)
    return charge


async def _already_invoiced(session: Session, appointment_id: str) -> AlreadyInvoiced:
    live = await invoices.live_by_appointments(session, [appointment_id])
    return AlreadyInvoiced(live[appointment_id].id)


async def _coverage(session: Session, visit: Visit) -> CoverageRow | None:
    if visit.coverage_id is None:
        return None
    coverage = (await coverages.by_ids(session, [visit.coverage_id])).get(visit.coverage_id)
    if coverage is None or not await merged_patients.same(
        session, coverage.patient_id, visit.patient_id
    ):
        raise CoverageNotFound
    return coverage


def _own_first(visit: Visit, known: Sequence[ChargeItemRow]) -> list[ChargeItemRow | None]:
    """The visit's own charge, which may still have to be made, and then whatever else was done."""
    own = next((charge for charge in known if charge.document_id is None), None)
    return [own, *(charge for charge in known if charge is not own)]


def _procedure(visit: Visit, charge: ChargeItemRow | None) -> Procedure:
    if charge is None or charge.document_id is None:
        return Procedure(visit.tuss_code, is_free_return=visit.is_free_return)
    return Procedure(charge.tuss_code, charge.quantity)


def _invoice(facts: DraftFacts, actor: str, now: datetime) -> InvoiceRow:
    visit = facts.visit
    return InvoiceRow(
        id=new_id(),
        version=1,
        status=InvoiceStatus.DRAFT,
        series=visit.cnes,
        patient_id=visit.patient_id,
        appointment_id=visit.appointment_id,
        clinic_id=visit.clinic_id,
        coverage_id=facts.coverage.id if facts.coverage else None,
        service_day=visit.service_day,
        service_time=visit.service_time,
        visit_kind=visit.kind,
        urgent=facts.urgent,
        discount=ZERO,
        patient_paid=ZERO,
        plan_paid=ZERO,
        written_off=ZERO,
        created_at=now,
        created_by=actor,
    )


def _visit_charge(visit: Visit, line: QuotedLine, now: datetime) -> ChargeItemRow:
    return ChargeItemRow(
        id=new_id(),
        status=ChargeStatus.BILLABLE,
        patient_id=visit.patient_id,
        appointment_id=visit.appointment_id,
        tuss_code=line.tuss_code,
        quantity=line.quantity,
        unit_price=line.price.unit_price,
        price_table_version=line.price.table_version,
        service_day=visit.service_day,
        created_at=now,
    )
