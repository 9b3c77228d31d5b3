"""Issuing: the draft's unknown parts are asked once more, then it gets its number and is frozen."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from subgraphs.billing.domain.authorization import covers
from subgraphs.billing.domain.charge import ChargeStatus
from subgraphs.billing.domain.errors import (
    AuthorizationRequired,
    ConsentRequired,
    InvoiceStateConflict,
    PlanUnavailable,
)
from subgraphs.billing.domain.events import EventType
from subgraphs.billing.domain.invoice import InvoiceStatus
from subgraphs.billing.domain.modifier import Occasion
from subgraphs.billing.domain.quote import QuotedLine
from subgraphs.billing.domain.rounding import ZERO
from subgraphs.billing.domain.share import ShareStatus
from subgraphs.billing.models import InvoiceLineRow, InvoiceRow
from subgraphs.billing.repository import authorizations, charges, coverages, invoices, prices
from subgraphs.billing.service.announcing import tell_invoice, tell_settled
from subgraphs.billing.service.claiming import make_claim
from subgraphs.billing.service.invoice_lines import write_line, write_totals
from subgraphs.billing.service.locking import account_of, locked_invoice
from subgraphs.billing.service.quoting import (
    Procedure,
    ask_terms,
    price_keys,
    questions,
    quote_procedures,
)
from subgraphs.billing.service.resources import Resources
from subgraphs.kit.database import Database, Session


@dataclass(frozen=True, slots=True)
class IssueOrder:
    """Issue an invoice as somebody saw it."""

    invoice_id: str
    expected_version: int
    patient_consents: bool
    actor: str


async def requote(
    database: Database, resources: Resources, invoice_id: str
) -> Sequence[QuotedLine] | None:
    """The lines of a draft with unknown parts, quoted anew; None where nothing is unknown."""
    async with database.read() as session:
        invoice = (await invoices.by_ids(session, [invoice_id])).get(invoice_id)
        lines = (await invoices.lines_of(session, [invoice_id])).get(invoice_id, [])
        if invoice is None or not _unknown(lines) or invoice.coverage_id is None:
            return None
        coverage = (await coverages.by_ids(session, [invoice.coverage_id]))[invoice.coverage_id]
        procedures = [_procedure(line) for line in lines]
        wanted = price_keys(coverage, procedures, invoice.service_day)
        in_force = await prices.in_force(session, wanted)
    asked = questions(coverage, procedures, invoice.service_day)
    answers = await ask_terms(resources.plan, asked)
    occasion = Occasion(invoice.service_day, invoice.service_time, invoice.urgent)
    return quote_procedures(coverage, procedures, occasion, in_force, answers)


async def issue(
    session: Session, order: IssueOrder, requoted: Sequence[QuotedLine] | None, now: datetime
) -> str:
    """Give the invoice its number and freeze it; its id.

    Raises:
        NotFound, StaleVersion, InvoiceStateConflict.
        PlanUnavailable: the plan's part is not known; the invoice stays a draft.
        AuthorizationRequired, ConsentRequired: something must be settled first.
    """
    invoice = await locked_invoice(session, order.invoice_id, order.expected_version)
    if invoice.status != InvoiceStatus.DRAFT:
        raise InvoiceStateConflict("Esta fatura não é mais um rascunho.", invoice.status)
    lines = (await invoices.lines_of(session, [invoice.id])).get(invoice.id, [])
    if requoted is not None and _unknown(lines):
        for line, quoted in zip(lines, requoted, strict=True):
            write_line(line, quoted)
        write_totals(invoice, requoted)
        await session.flush()
    await _check_issuable(session, invoice, lines, order, now)
    await _number(session, invoice, order.actor, now)
    billed = await charges.move_charges_of(
        session, invoice.id, ChargeStatus.BILLABLE, ChargeStatus.BILLED
    )
    if billed != len(lines):
        raise InvoiceStateConflict(
            "Um dos itens não pode mais ser cobrado. Cancele o rascunho e faça outro.",
            InvoiceStatus.DRAFT,
        )
    await make_claim(session, invoice, lines, now)
    await tell_invoice(session, invoice, EventType.INVOICE_ISSUED, now)
    await tell_settled(session, invoice, InvoiceStatus.DRAFT, now)
    return invoice.id


def _unknown(lines: Sequence[InvoiceLineRow]) -> bool:
    return any(line.share_status == ShareStatus.UNKNOWN_PLAN_UNAVAILABLE for line in lines)


def _procedure(line: InvoiceLineRow) -> Procedure:
    free = line.share_status == ShareStatus.FREE_RETURN
    return Procedure(line.tuss_code, line.quantity, is_free_return=free)


async def _check_issuable(
    session: Session,
    invoice: InvoiceRow,
    lines: Sequence[InvoiceLineRow],
    order: IssueOrder,
    now: datetime,
) -> None:
    """Refuse what is not settled; keep that the patient consented, where that was needed."""
    if not lines:
        raise InvoiceStateConflict("Uma fatura sem itens não pode ser emitida.", invoice.status)
    if _unknown(lines):
        raise PlanUnavailable
    blocked = await _without_authorization(session, invoice, lines, invoice.service_day)
    if blocked:
        raise AuthorizationRequired(blocked)
    uncovered = [line.tuss_code for line in lines if line.share_status == ShareStatus.NOT_COVERED]
    if uncovered and not order.patient_consents:
        raise ConsentRequired(uncovered)
    if uncovered:
        invoice.consented_at = now


async def _without_authorization(
    session: Session, invoice: InvoiceRow, lines: Sequence[InvoiceLineRow], on: date
) -> list[str]:
    """What could wait needs the plan's yes; what could not is claimed as urgent without it."""
    required: defaultdict[str, Decimal] = defaultdict(Decimal)
    for line in lines:
        if line.authorization_required:
            required[line.tuss_code] += line.quantity
    if not required or invoice.urgent:
        return []
    asked = await authorizations.of_appointment(session, invoice.appointment_id)
    granted = {
        row.tuss_code: row.quantity if row.authorized_quantity is None else row.authorized_quantity
        for row in asked
        if covers(row.status, row.valid_until, on)
    }
    return [code for code, wanted in required.items() if wanted > granted.get(code, ZERO)]


async def _number(session: Session, invoice: InvoiceRow, actor: str, now: datetime) -> None:
    invoice.number = await invoices.next_number(session, invoice.series)
    invoice.issued_at = now
    invoice.issued_by = actor
    invoice.status = account_of(invoice).status
    invoice.version += 1
    await session.flush()
