"""Claims: made when an invoice is issued, sent in batches, settled by the plan's statements.

As with authorizations, a batch is first written down under an id that is its key at the plan; then
it is sent until the plan's protocol is written down, and looked at until it is paid.
"""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from math import prod

from subgraphs.billing.client.claim_messages import (
    ClaimedBatch,
    ClaimedGuia,
    ClaimedItem,
    StatementMessage,
)
from subgraphs.billing.domain.claim import ClaimStatus, status_after_statement
from subgraphs.billing.domain.errors import NothingToClaim, PlanUnavailable, StatementMismatch
from subgraphs.billing.domain.rounding import ZERO
from subgraphs.billing.domain.tiss import care_codes
from subgraphs.billing.models import (
    ClaimBatchRow,
    ClaimItemRow,
    ClaimRow,
    CoverageRow,
    InvoiceLineRow,
    InvoiceRow,
)
from subgraphs.billing.repository import authorizations, claims, coverages, invoices
from subgraphs.billing.service.announcing import tell_denial
from subgraphs.billing.service.plan_money import receive_from_plan
from subgraphs.billing.service.resources import Resources
from subgraphs.kit.database import Database, Session
from subgraphs.kit.identifiers import new_id

GUIAS_IN_A_BATCH = 100


async def make_claim(
    session: Session, invoice: InvoiceRow, lines: Sequence[InvoiceLineRow], now: datetime
) -> None:
    """The claim of an invoice that was just issued, if the plan owes anything on it."""
    if not invoice.due_from_plan or invoice.coverage_id is None or invoice.number is None:
        return
    coverage = (await coverages.by_ids(session, [invoice.coverage_id]))[invoice.coverage_id]
    claim = ClaimRow(
        id=new_id(),
        invoice_id=invoice.id,
        ans_registry=coverage.ans_registry,
        guia_number=f"{invoice.series}{invoice.number:013d}",
        status=ClaimStatus.DRAFT,
        billed=invoice.due_from_plan,
        recovered=ZERO,
        created_at=now,
    )
    session.add(claim)
    await session.flush()
    claimed = [line for line in lines if line.due_from_plan]
    session.add_all(
        ClaimItemRow(
            id=new_id(),
            claim_id=claim.id,
            sequence=line.position,
            tuss_code=line.tuss_code,
            quantity=line.quantity,
            billed=line.due_from_plan,
        )
        for line in claimed
    )
    await session.flush()


async def write_batch(session: Session, ans_registry: str, actor: str, now: datetime) -> str:
    """Put the oldest unsent claims on an insurer into a batch; its id.

    Raises:
        NothingToClaim: there are none.
    """
    taken = await claims.take_drafts(session, ans_registry, GUIAS_IN_A_BATCH)
    if not taken:
        raise NothingToClaim
    batch = ClaimBatchRow(id=new_id(), ans_registry=ans_registry, created_at=now, created_by=actor)
    session.add(batch)
    await session.flush()
    for claim in taken:
        claim.batch_id = batch.id
        claim.status = ClaimStatus.SUBMITTED
    await session.flush()
    return batch.id


async def advance_batch(
    database: Database, resources: Resources, batch_id: str, now: datetime
) -> ClaimBatchRow | None:
    """Bring a batch one step further; None where it is unknown.

    Where the plan does not answer, the batch stays as it is, and can be advanced again.

    Raises:
        StatementMismatch: the plan's statement does not add up; nothing of it was taken over.
    """
    async with database.read() as session:
        batch = (await claims.batches_by_ids(session, [batch_id])).get(batch_id)
        if batch is None or batch.paid_at is not None:
            return batch
        outgoing = await _outgoing(session, batch) if batch.protocol is None else None
    try:
        if outgoing is not None:
            protocol = await resources.claims.send_batch(outgoing)
            async with database.transaction() as session:
                return await _write_protocol(session, batch_id, protocol)
        statement = await resources.claims.statement(batch.ans_registry, batch.protocol or "")
    except PlanUnavailable:
        return batch
    async with database.transaction() as session:
        return await _write_statement(session, batch_id, statement, now)


async def _outgoing(session: Session, batch: ClaimBatchRow) -> ClaimedBatch:
    rows = (await claims.of_batches(session, [batch.id])).get(batch.id, [])
    items = await claims.items_of(session, [row.id for row in rows])
    billed = await invoices.by_ids(session, [row.invoice_id for row in rows])
    cards = await coverages.by_ids(
        session, [invoice.coverage_id for invoice in billed.values() if invoice.coverage_id]
    )
    lines = await invoices.lines_of(session, list(billed))
    guias = []
    for row in rows:
        invoice = billed[row.invoice_id]
        passwords = await _passwords(session, invoice)
        card = cards[invoice.coverage_id or ""]
        adjustments = {line.position: _adjustment(line) for line in lines[invoice.id]}
        claimed = [
            _item(item, invoice, passwords, adjustments[item.sequence])
            for item in items.get(row.id, [])
        ]
        guias.append(_guia(row, invoice, card, claimed))
    return ClaimedBatch(batch.id, batch.ans_registry, tuple(guias))


async def _passwords(session: Session, invoice: InvoiceRow) -> dict[str, str | None]:
    asked = await authorizations.of_appointment(session, invoice.appointment_id)
    return {row.tuss_code: row.password for row in asked if row.password}


def _adjustment(line: InvoiceLineRow) -> Decimal:
    """All that the contract multiplied the line's price by."""
    factors = [part["factor"] for part in line.price_components or ()]
    return prod((Decimal(factor) for factor in factors if factor), start=Decimal(1))


def _item(
    item: ClaimItemRow, invoice: InvoiceRow, passwords: dict[str, str | None], adjustment: Decimal
) -> ClaimedItem:
    return ClaimedItem(
        sequence=item.sequence,
        tuss_code=item.tuss_code,
        quantity=item.quantity,
        total=item.billed,
        service_day=invoice.service_day,
        password=passwords.get(item.tuss_code),
        adjustment=adjustment,
    )


def _guia(
    claim: ClaimRow, invoice: InvoiceRow, card: CoverageRow, items: Sequence[ClaimedItem]
) -> ClaimedGuia:
    return ClaimedGuia(
        guia_number=claim.guia_number,
        card_number=card.card_number,
        total=claim.billed,
        care=care_codes(invoice.visit_kind, urgent=invoice.urgent),
        items=tuple(items),
    )


async def _write_protocol(session: Session, batch_id: str, protocol: str) -> ClaimBatchRow | None:
    batch = await claims.lock_batch(session, batch_id)
    if batch is None or batch.protocol is not None:
        return batch
    batch.protocol = protocol
    for claim in (await claims.of_batches(session, [batch_id])).get(batch_id, []):
        claim.status = ClaimStatus.PROCESSING
    await session.flush()
    return batch


async def _write_statement(
    session: Session, batch_id: str, statement: StatementMessage, now: datetime
) -> ClaimBatchRow | None:
    """A statement that comes twice changes nothing the second time."""
    batch = await claims.lock_batch(session, batch_id)
    if batch is None or batch.paid_at is not None or not statement.items:
        return batch
    rows = (await claims.of_batches(session, [batch_id])).get(batch_id, [])
    if batch.statement_at is None:
        await _judge(session, rows, statement)
        batch.statement_at = now
        for claim in rows:
            if claim.denied:
                await tell_denial(session, claim, now)
    if statement.is_paid:
        for claim in rows:
            await receive_from_plan(session, claim.invoice_id, claim.released or ZERO, now)
            if claim.status == ClaimStatus.APPROVED:
                claim.status = ClaimStatus.PAID
        batch.paid_at = now
    await session.flush()
    return batch


async def _judge(session: Session, rows: Sequence[ClaimRow], statement: StatementMessage) -> None:
    verdicts = {(item.guia_number, item.sequence): item.verdict() for item in statement.items}
    items = await claims.items_of(session, [claim.id for claim in rows])
    for claim in rows:
        own = items.get(claim.id, [])
        for item in own:
            verdict = verdicts.get((claim.guia_number, item.sequence))
            if verdict is None:
                raise StatementMismatch(claim.guia_number)
            verdict.check(item.billed)
            item.released, item.denied = verdict.released, verdict.denied
            item.denial_code, item.denial_reason = verdict.reason_code, verdict.reason
        claim.released = sum((item.released or ZERO for item in own), ZERO)
        claim.denied = sum((item.denied or ZERO for item in own), ZERO)
        claim.status = status_after_statement(claim.released, claim.denied)
