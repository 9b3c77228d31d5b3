"""Mutations that prepare invoices: cards, prices, authorizations."""

from uuid import UUID

import strawberry
from strawberry import ID

from subgraphs.billing.schema.inputs import (
    PublishPriceTableInput,
    RegisterCoverageInput,
    RequestAuthorizationInput,
)
from subgraphs.billing.schema.once import Once
from subgraphs.billing.service.authorizing import AuthorizationOrder, advance, write_request
from subgraphs.billing.service.registering import (
    publish_price_table,
    register_coverage,
    remove_coverage,
)
from subgraphs.billing.types.access import CARDS, PLAN, WRITE
from subgraphs.billing.types.authorization import Authorization
from subgraphs.billing.types.context import BillingContext, Info
from subgraphs.billing.types.coverage import Coverage, RemovedCoverage
from subgraphs.billing.types.errors import shown
from subgraphs.billing.types.price_table import PriceTable
from subgraphs.billing.types.results import (
    PublishPriceTableResult,
    RegisterCoverageResult,
    RemoveCoverageResult,
    RequestAuthorizationResult,
)
from subgraphs.kit.database import Session
from subgraphs.kit.directives import with_directives
from subgraphs.kit.errors import DomainError, NotFound


@strawberry.type
class PlanMutation:
    """What can be done before there is an invoice."""

    @with_directives(CARDS)
    @strawberry.mutation
    async def register_coverage(
        self, info: Info, input: RegisterCoverageInput
    ) -> RegisterCoverageResult:
        """Write down a patient's health plan card."""
        context = info.context

        async def effect(session: Session) -> str:
            return await register_coverage(session, input.entry(), context.clock.now())

        once = Once(context, "registerCoverage", input.idempotency_key, input.body())
        try:
            row = await context.loaders.coverages.load(await once.do(effect))
        except DomainError as error:
            refused: RegisterCoverageResult = shown(error)
            return refused
        if row is None:
            raise NotFound("Este convênio não existe.")
        return Coverage.of(row)

    @with_directives(CARDS)
    @strawberry.mutation
    async def remove_coverage(
        self, info: Info, id: ID, idempotency_key: UUID
    ) -> RemoveCoverageResult:
        """Take out a card that was typed wrong. One that something rests on stays."""
        context = info.context

        async def effect(session: Session) -> str:
            return await remove_coverage(session, id, context.clock.now())

        once = Once(context, "removeCoverage", idempotency_key, [id])
        try:
            return RemovedCoverage(id=ID(await once.do(effect)))
        except DomainError as error:
            refused: RemoveCoverageResult = shown(error)
            return refused

    @with_directives(WRITE)
    @strawberry.mutation
    async def publish_price_table(
        self, info: Info, input: PublishPriceTableInput
    ) -> PublishPriceTableResult:
        """Publish a new version of a payer's prices. Earlier versions stay as they were."""
        context = info.context

        async def effect(session: Session) -> str:
            return await publish_price_table(
                session, input.table(), context.actor.id, context.clock.now()
            )

        once = Once(context, "publishPriceTable", input.idempotency_key, input.body())
        try:
            row = await context.loaders.price_tables.load(await once.do(effect))
        except DomainError as error:
            refused: PublishPriceTableResult = shown(error)
            return refused
        if row is None:
            raise NotFound("Esta tabela não existe.")
        return PriceTable.of(row)

    @with_directives(PLAN)
    @strawberry.mutation
    async def request_authorization(
        self, info: Info, input: RequestAuthorizationInput
    ) -> RequestAuthorizationResult:
        """Ask the plan about a procedure. Where it does not answer, the request stays open."""
        once = Once(info.context, "requestAuthorization", input.idempotency_key, input.body())
        try:
            authorization_id = await once.answered() or await _request(info.context, once, input)
        except DomainError as error:
            refused: RequestAuthorizationResult = shown(error)
            return refused
        authorization = await _advance(info.context, authorization_id)
        if authorization is None:
            raise NotFound("Esta autorização não existe.")
        return authorization

    @with_directives(PLAN)
    @strawberry.mutation
    async def refresh_authorization(self, info: Info, id: ID) -> Authorization | None:
        """Ask the plan how a request stands, or send it if the plan has not taken it yet."""
        return await _advance(info.context, id)


async def _request(context: BillingContext, once: Once, input: RequestAuthorizationInput) -> str:
    order = AuthorizationOrder(
        visit=await context.services.appointments.visit(input.appointment_id),
        tuss_code=input.tuss_code,
        quantity=input.quantity,
        document_id=input.document_id,
        urgent=input.urgent,
        actor=context.actor.id,
    )

    async def effect(session: Session) -> str:
        return await write_request(session, order, context.clock.now())

    return await once.do(effect)


async def _advance(context: BillingContext, authorization_id: str) -> Authorization | None:
    row = await advance(context.database, context.services, authorization_id, context.clock.now())
    return Authorization.of(row) if row else None
