"""Mutations of claims: sent, looked at, contested, given up."""

from uuid import UUID

import strawberry
from strawberry import ID

from subgraphs.billing.schema.once import Once
from subgraphs.billing.service.claiming import advance_batch, write_batch
from subgraphs.billing.service.contesting import accept_denial, advance_appeal, write_appeal
from subgraphs.billing.types.access import WRITE
from subgraphs.billing.types.claim import Claim, ClaimBatch
from subgraphs.billing.types.context import BillingContext, Info
from subgraphs.billing.types.errors import shown
from subgraphs.billing.types.results import ClaimResult, SubmitClaimsResult
from subgraphs.kit.database import Session
from subgraphs.kit.directives import with_directives
from subgraphs.kit.errors import DomainError, NotFound


@strawberry.type
class ClaimMutation:
    """What can be done with claims."""

    @with_directives(WRITE)
    @strawberry.mutation
    async def submit_claims(
        self, info: Info, ans_registry: str, idempotency_key: UUID
    ) -> SubmitClaimsResult:
        """Send an insurer its oldest unsent claims. Where it is silent, the batch waits."""
        context = info.context

        async def effect(session: Session) -> str:
            return await write_batch(session, ans_registry, context.actor.id, context.clock.now())

        once = Once(context, "submitClaims", idempotency_key, [ans_registry])
        try:
            batch_id = await once.do(effect)
        except DomainError as error:
            refused: SubmitClaimsResult = shown(error)
            return refused
        batch = await _advance(context, batch_id)
        if batch is None:
            raise NotFound("Este lote não existe.")
        return batch

    @with_directives(WRITE)
    @strawberry.mutation
    async def refresh_claim_batch(self, info: Info, id: ID) -> ClaimBatch | None:
        """Ask the insurer how a batch stands, or send it if it has not taken it yet."""
        return await _advance(info.context, id)

    @with_directives(WRITE)
    @strawberry.mutation
    async def appeal_denial(
        self, info: Info, claim_id: ID, justification: str, idempotency_key: UUID
    ) -> ClaimResult:
        """Contest everything that was denied on a claim."""

        async def effect(session: Session) -> str:
            return await write_appeal(session, claim_id, justification)

        once = Once(info.context, "appealDenial", idempotency_key, [claim_id, justification])
        try:
            await once.do(effect)
        except DomainError as error:
            refused: ClaimResult = shown(error)
            return refused
        return await _advance_appeal(info.context, claim_id) or _missing()

    @with_directives(WRITE)
    @strawberry.mutation
    async def refresh_appeal(self, info: Info, claim_id: ID) -> Claim | None:
        """Ask the insurer how an appeal stands, or send it if it has not taken it yet."""
        return await _advance_appeal(info.context, claim_id)

    @with_directives(WRITE)
    @strawberry.mutation
    async def accept_denial(self, info: Info, claim_id: ID, idempotency_key: UUID) -> ClaimResult:
        """Give up what was denied on a claim. The patient does not owe it instead."""

        async def effect(session: Session) -> str:
            return await accept_denial(session, claim_id, info.context.clock.now())

        once = Once(info.context, "acceptDenial", idempotency_key, [claim_id])
        try:
            await once.do(effect)
        except DomainError as error:
            refused: ClaimResult = shown(error)
            return refused
        info.context.forget()
        return await Claim.resolve_reference(info, claim_id) or _missing()


async def _advance(context: BillingContext, batch_id: str) -> ClaimBatch | None:
    row = await advance_batch(context.database, context.services, batch_id, context.clock.now())
    context.forget()
    return ClaimBatch.of(row) if row else None


async def _advance_appeal(context: BillingContext, claim_id: str) -> Claim | None:
    row = await advance_appeal(context.database, context.services, claim_id, context.clock.now())
    context.forget()
    return Claim.of(row) if row else None


def _missing() -> Claim:
    raise NotFound("Esta guia não existe.")
