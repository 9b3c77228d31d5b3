"""Mutations of cash desks and refunds."""

from decimal import Decimal
from uuid import UUID

import strawberry
from strawberry import ID

from subgraphs.billing.domain.refund import RefundClaim
from subgraphs.billing.schema.once import Once
from subgraphs.billing.service.cash_desk import close_cash_desk, open_cash_desk
from subgraphs.billing.service.refunding import RefundDecision, decide_refund, request_refund
from subgraphs.billing.types.access import WRITE
from subgraphs.billing.types.cash_desk import CashDesk
from subgraphs.billing.types.context import BillingContext, Info
from subgraphs.billing.types.errors import shown
from subgraphs.billing.types.invoice_line import Refund
from subgraphs.billing.types.results import (
    CloseCashDeskResult,
    DecideRefundResult,
    OpenCashDeskResult,
    RequestRefundResult,
)
from subgraphs.kit.database import Session
from subgraphs.kit.directives import with_directives
from subgraphs.kit.errors import DomainError, NotFound


@strawberry.type
class CashMutation:
    """What can be done with cash, and with money that goes back."""

    @with_directives(WRITE)
    @strawberry.mutation
    async def open_cash_desk(
        self, info: Info, clinic_id: ID, opening_float: Decimal, idempotency_key: UUID
    ) -> OpenCashDeskResult:
        """Open one's desk at a clinic, with the change that is in it."""
        context = info.context

        async def effect(session: Session) -> str:
            now = context.clock.now()
            return await open_cash_desk(session, clinic_id, opening_float, context.actor.id, now)

        once = Once(context, "openCashDesk", idempotency_key, [clinic_id, opening_float])
        try:
            return await _desk(context, await once.do(effect))
        except DomainError as error:
            refused: OpenCashDeskResult = shown(error)
            return refused

    @with_directives(WRITE)
    @strawberry.mutation
    async def close_cash_desk(
        self, info: Info, cash_desk_id: ID, counted: Decimal, idempotency_key: UUID
    ) -> CloseCashDeskResult:
        """Close a desk with what was counted in it. A difference is kept, not hidden."""
        context = info.context

        async def effect(session: Session) -> str:
            return await close_cash_desk(session, cash_desk_id, counted, context.clock.now())

        once = Once(context, "closeCashDesk", idempotency_key, [cash_desk_id, counted])
        try:
            return await _desk(context, await once.do(effect))
        except DomainError as error:
            refused: CloseCashDeskResult = shown(error)
            return refused

    @with_directives(WRITE)
    @strawberry.mutation
    async def request_refund(
        self, info: Info, payment_id: ID, amount: Decimal, reason: str, idempotency_key: UUID
    ) -> RequestRefundResult:
        """Ask for money to go back. Nothing does until somebody else approves it."""
        context = info.context
        claim = RefundClaim(amount, reason)

        async def effect(session: Session) -> str:
            now = context.clock.now()
            return await request_refund(session, payment_id, claim, context.actor.id, now)

        once = Once(context, "requestRefund", idempotency_key, [payment_id, amount, reason])
        try:
            return await _refund(context, await once.do(effect))
        except DomainError as error:
            refused: RequestRefundResult = shown(error)
            return refused

    @with_directives(WRITE)
    @strawberry.mutation
    async def decide_refund(
        self, info: Info, refund_id: ID, approve: bool, idempotency_key: UUID
    ) -> DecideRefundResult:
        """Approve or reject a refund that somebody else asked for."""
        context = info.context
        decision = RefundDecision(refund_id, approve, context.actor.id)

        async def effect(session: Session) -> str:
            return await decide_refund(session, decision, context.clock.now())

        once = Once(context, "decideRefund", idempotency_key, [refund_id, approve])
        try:
            return await _refund(context, await once.do(effect))
        except DomainError as error:
            refused: DecideRefundResult = shown(error)
            return refused


async def _desk(context: BillingContext, cash_desk_id: str) -> CashDesk:
    context.forget()
    row = await context.loaders.cash_desks.load(cash_desk_id)
    if row is None:
        raise NotFound("Este caixa não existe.")
    return CashDesk.of(row)


async def _refund(context: BillingContext, refund_id: str) -> Refund:
    context.forget()
    row = await context.loaders.refunds_by_id.load(refund_id)
    if row is None:
        raise NotFound("Este estorno não existe.")
    return Refund.of(row)
