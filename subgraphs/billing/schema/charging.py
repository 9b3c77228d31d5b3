"""Mutations of charges: planned from documents, confirmed when done, given up."""

from decimal import Decimal
from uuid import UUID

import strawberry
from strawberry import ID

from subgraphs.billing.schema.once import Once
from subgraphs.billing.service.charging import (
    Requests,
    abort_charge,
    confirm_charge,
    plan_charges,
)
from subgraphs.billing.types.access import WRITE
from subgraphs.billing.types.charge_item import ChargeItem
from subgraphs.billing.types.context import BillingContext, Info
from subgraphs.billing.types.entities import Appointment
from subgraphs.billing.types.errors import shown
from subgraphs.billing.types.results import ChargeItemResult, PlanChargesResult
from subgraphs.kit.database import Session
from subgraphs.kit.directives import with_directives
from subgraphs.kit.errors import DomainError, NotFound


@strawberry.type
class ChargeMutation:
    """What can be done with charges."""

    @with_directives(WRITE)
    @strawberry.mutation
    async def plan_charges(
        self, info: Info, appointment_id: ID, idempotency_key: UUID
    ) -> PlanChargesResult:
        """Bring a visit's charges in line with the procedures that its signed documents request."""
        once = Once(info.context, "planCharges", idempotency_key, [appointment_id])
        try:
            planned = await once.answered() or await _plan(info.context, once, appointment_id)
        except DomainError as error:
            refused: PlanChargesResult = shown(error)
            return refused
        return Appointment(id=ID(planned))

    @with_directives(WRITE)
    @strawberry.mutation
    async def confirm_charge(
        self, info: Info, charge_item_id: ID, quantity: Decimal, idempotency_key: UUID
    ) -> ChargeItemResult:
        """A planned procedure was done here, so that it can be billed."""

        async def effect(session: Session) -> str:
            return await confirm_charge(session, charge_item_id, quantity)

        body = [charge_item_id, quantity]
        once = Once(info.context, "confirmCharge", idempotency_key, body)
        try:
            return await _charge(info.context, await once.do(effect))
        except DomainError as error:
            refused: ChargeItemResult = shown(error)
            return refused

    @with_directives(WRITE)
    @strawberry.mutation
    async def abort_charge(
        self, info: Info, charge_item_id: ID, idempotency_key: UUID
    ) -> ChargeItemResult:
        """A procedure will not be done here, or not be billed."""

        async def effect(session: Session) -> str:
            return await abort_charge(session, charge_item_id)

        once = Once(info.context, "abortCharge", idempotency_key, [charge_item_id])
        try:
            return await _charge(info.context, await once.do(effect))
        except DomainError as error:
            refused: ChargeItemResult = shown(error)
            return refused


async def _plan(context: BillingContext, once: Once, appointment_id: str) -> str:
    visit = await context.services.appointments.visit(appointment_id)
    requests = Requests(visit, await context.services.records.requests_of(appointment_id))

    async def effect(session: Session) -> str:
        await plan_charges(session, requests, context.clock.now())
        return visit.appointment_id

    return await once.do(effect)


async def _charge(context: BillingContext, charge_item_id: str) -> ChargeItem:
    context.forget()
    row = await context.loaders.charges.load(charge_item_id)
    if row is None:
        raise NotFound("Este item não existe.")
    return ChargeItem.of(row)
