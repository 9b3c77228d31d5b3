"""Denials (glosas): contested with the plan, or accepted and written off.

What a plan denies is the clinic's to contest. It is never put on the patient's bill.
"""

from datetime import datetime

from subgraphs.billing.client.claim_messages import Appeal, AppealMessage
from subgraphs.billing.domain.claim import CONTESTABLE, ClaimStatus, recovered_within
from subgraphs.billing.domain.errors import ClaimStateConflict, PlanUnavailable
from subgraphs.billing.domain.rounding import CENT, ZERO
from subgraphs.billing.models import ClaimItemRow, ClaimRow
from subgraphs.billing.repository import claims
from subgraphs.billing.service.plan_money import receive_from_plan, write_off
from subgraphs.billing.service.resources import Resources
from subgraphs.kit.database import Database, Session
from subgraphs.kit.errors import InvalidInput, NotFound


async def write_appeal(session: Session, claim_id: str, justification: str) -> str:
    """Contest everything that was denied on a claim; its id. It is sent afterwards.

    Raises:
        NotFound, ClaimStateConflict.
        InvalidInput: no justification, or one longer than TISS allows.
    """
    text = justification.strip()
    if not 3 <= len(text) <= 500:
        raise InvalidInput("Justifique em 3 a 500 caracteres.", path=["justification"])
    claim = await _contestable(session, claim_id)
    claim.status = ClaimStatus.APPEALED
    claim.appeal_justification = text
    await session.flush()
    return claim.id


async def accept_denial(session: Session, claim_id: str, now: datetime) -> str:
    """Give up what was denied on a claim; its id.

    Raises:
        NotFound, ClaimStateConflict.
    """
    claim = await _contestable(session, claim_id)
    await write_off(session, claim.invoice_id, claim.denied or ZERO, now)
    claim.status = ClaimStatus.PAID if claim.released else ClaimStatus.CLOSED_UNPAID
    await session.flush()
    return claim.id


async def advance_appeal(
    database: Database, resources: Resources, claim_id: str, now: datetime
) -> ClaimRow | None:
    """Send an appeal, or ask how it stands; None where there is no such claim.

    Where the plan does not answer, the appeal stays as it is, and can be advanced again.
    """
    async with database.read() as session:
        claim = (await claims.by_ids(session, [claim_id])).get(claim_id)
        if claim is None or claim.status != ClaimStatus.APPEALED:
            return claim
        appeal = await _appeal(session, claim)
    try:
        if claim.appeal_reference is None:
            answer = await resources.claims.send_appeal(appeal)
        else:
            answer = await resources.claims.appeal(claim.ans_registry, claim.appeal_reference)
    except PlanUnavailable:
        return claim
    async with database.transaction() as session:
        return await _write_answer(session, claim_id, answer, now)


async def _contestable(session: Session, claim_id: str) -> ClaimRow:
    claim = await claims.lock(session, claim_id)
    if claim is None:
        raise NotFound("Esta guia não existe.", path=["claimId"])
    batch_id = claim.batch_id or ""
    batch = (await claims.batches_by_ids(session, [batch_id])).get(batch_id)
    if claim.status not in CONTESTABLE or batch is None or batch.paid_at is None:
        raise ClaimStateConflict(claim.status)
    return claim


async def _appeal(session: Session, claim: ClaimRow) -> Appeal:
    batch_id = claim.batch_id or ""
    batch = (await claims.batches_by_ids(session, [batch_id]))[batch_id]
    return Appeal(
        key=f"appeal-{claim.id}",
        ans_registry=claim.ans_registry,
        protocol=batch.protocol or "",
        guia_number=claim.guia_number,
        amounts=tuple(
            (item.sequence, item.denied) for item in await _denied(session, claim) if item.denied
        ),
        justification=claim.appeal_justification or "",
    )


async def _denied(session: Session, claim: ClaimRow) -> list[ClaimItemRow]:
    items = (await claims.items_of(session, [claim.id])).get(claim.id, [])
    return [item for item in items if item.denied]


async def _write_answer(
    session: Session, claim_id: str, answer: AppealMessage, now: datetime
) -> ClaimRow | None:
    """An answer that comes twice changes nothing the second time."""
    claim = await claims.lock(session, claim_id)
    if claim is None or claim.status != ClaimStatus.APPEALED:
        return claim
    claim.appeal_reference = answer.id
    if answer.decided:
        items = await _denied(session, claim)
        back = {item.sequence: item.recovered.quantize(CENT) for item in answer.items}
        claim.recovered = recovered_within(
            [item.denied or ZERO for item in items],
            [back.get(item.sequence, ZERO) for item in items],
        )
        await receive_from_plan(session, claim.invoice_id, claim.recovered, now)
        await write_off(session, claim.invoice_id, (claim.denied or ZERO) - claim.recovered, now)
        got_something = bool(claim.released) or claim.recovered > 0
        claim.status = ClaimStatus.PAID if got_something else ClaimStatus.CLOSED_UNPAID
    await session.flush()
    return claim
