"""Mutations of payments by PIX: asked for, and confirmed when the money came."""

from decimal import Decimal
from uuid import UUID

import strawberry
from strawberry import ID

from subgraphs.billing.schema.once import Once
from subgraphs.billing.service.pix import PixOrder, confirm_pix, request_pix
from subgraphs.billing.types.access import WRITE
from subgraphs.billing.types.context import BillingContext, Info
from subgraphs.billing.types.errors import shown
from subgraphs.billing.types.pix import PixCharge
from subgraphs.billing.types.results import PixResult
from subgraphs.kit.database import Session
from subgraphs.kit.directives import with_directives
from subgraphs.kit.errors import DomainError, NotFound


@strawberry.type
class PixMutation:
    """What can be done with payments by PIX."""

    @with_directives(WRITE)
    @strawberry.mutation
    async def request_pix(
        self,
        info: Info,
        invoice_id: ID,
        expected_version: int,
        amount: Decimal,
        idempotency_key: UUID,
    ) -> PixResult:
        """Make a PIX code for what a patient owes, or a part of it. It counts for half an hour."""
        context = info.context
        order = PixOrder(invoice_id, expected_version, amount, context.actor.id)

        async def effect(session: Session) -> str:
            return await request_pix(session, order, context.services.pix, context.clock.now())

        body = [invoice_id, expected_version, amount]
        once = Once(context, "requestPix", idempotency_key, body)
        try:
            return await _pix(context, await once.do(effect))
        except DomainError as error:
            refused: PixResult = shown(error)
            return refused

    @with_directives(WRITE)
    @strawberry.mutation
    async def confirm_pix(
        self, info: Info, pix_charge_id: ID, end_to_end_id: str, idempotency_key: UUID
    ) -> PixResult:
        """The bank says that a PIX came, under this number: it is a payment now."""
        context = info.context

        async def effect(session: Session) -> str:
            actor, now = context.actor.id, context.clock.now()
            return await confirm_pix(session, pix_charge_id, end_to_end_id, actor, now)

        once = Once(context, "confirmPix", idempotency_key, [pix_charge_id, end_to_end_id])
        try:
            return await _pix(context, await once.do(effect))
        except DomainError as error:
            refused: PixResult = shown(error)
            return refused


async def _pix(context: BillingContext, pix_id: str) -> PixCharge:
    context.forget()
    row = await context.loaders.pix_charges.load(pix_id)
    if row is None:
        raise NotFound("Este Pix não existe.")
    return PixCharge.of(row)
