"""Mutations of invoices: draft, issue, pay, call off."""

from uuid import UUID

import strawberry
from strawberry import ID

from subgraphs.billing.domain.discount import Discount
from subgraphs.billing.domain.invoice import InvoiceStatus
from subgraphs.billing.schema.inputs import (
    CancelInvoiceInput,
    DiscountInvoiceInput,
    IssueInvoiceInput,
    RegisterPaymentInput,
)
from subgraphs.billing.schema.once import Once
from subgraphs.billing.service.cancelling import CancelOrder, cancel
from subgraphs.billing.service.discounting import DiscountOrder, discount_invoice
from subgraphs.billing.service.drafting import create_draft, gather_draft
from subgraphs.billing.service.issuing import IssueOrder, issue, requote
from subgraphs.billing.service.paying import register_payment
from subgraphs.billing.types.access import CANCEL, WRITE
from subgraphs.billing.types.context import BillingContext, Info
from subgraphs.billing.types.entities import Invoice
from subgraphs.billing.types.errors import shown
from subgraphs.billing.types.results import (
    CancelInvoiceResult,
    CreateInvoiceResult,
    DiscountInvoiceResult,
    IssueInvoiceResult,
    RegisterPaymentResult,
)
from subgraphs.kit.database import Session
from subgraphs.kit.directives import with_directives
from subgraphs.kit.errors import DomainError, NotFound


@strawberry.type
class InvoiceMutation:
    """What can be done with invoices."""

    @with_directives(WRITE)
    @strawberry.mutation
    async def create_invoice(
        self, info: Info, appointment_id: ID, idempotency_key: UUID, urgent: bool = False
    ) -> CreateInvoiceResult:
        """Draft the invoice of a visit. Where the plan does not answer, its part stays unknown.

        What was urgent needs no authorization, and may cost more by the contract.
        """
        body = [appointment_id, *([urgent] if urgent else [])]
        once = Once(info.context, "createInvoice", idempotency_key, body)
        try:
            invoice_id = await once.answered() or await _create(
                info.context, once, appointment_id, urgent
            )
        except DomainError as error:
            refused: CreateInvoiceResult = shown(error)
            return refused
        return await _invoice(info.context, invoice_id)

    @with_directives(WRITE)
    @strawberry.mutation
    async def issue_invoice(self, info: Info, input: IssueInvoiceInput) -> IssueInvoiceResult:
        """Give a draft its number, and freeze it. A part that is still unknown is asked again."""
        once = Once(info.context, "issueInvoice", input.idempotency_key, input.body())
        try:
            invoice_id = await once.answered() or await _issue(info.context, once, input)
        except DomainError as error:
            refused: IssueInvoiceResult = shown(error)
            return refused
        return await _invoice(info.context, invoice_id)

    @with_directives(WRITE)
    @strawberry.mutation
    async def discount_invoice(
        self, info: Info, input: DiscountInvoiceInput
    ) -> DiscountInvoiceResult:
        """Let a patient off some of what a draft asks for. Who drafted it cannot approve it."""
        context = info.context
        discount = Discount(input.amount, input.reason)
        order = DiscountOrder(input.invoice_id, input.expected_version, discount, context.actor.id)

        async def effect(session: Session) -> str:
            return await discount_invoice(session, order, context.clock.now())

        once = Once(context, "discountInvoice", input.idempotency_key, input.body())
        try:
            return await _invoice(context, await once.do(effect))
        except DomainError as error:
            refused: DiscountInvoiceResult = shown(error)
            return refused

    @with_directives(WRITE)
    @strawberry.mutation
    async def register_payment(
        self, info: Info, input: RegisterPaymentInput
    ) -> RegisterPaymentResult:
        """Take a payment from the patient, of the whole debt or a part of it."""
        context = info.context

        async def effect(session: Session) -> str:
            return await register_payment(
                session,
                input.invoice_id,
                input.expected_version,
                input.tender(),
                context.actor.id,
                context.clock.now(),
            )

        once = Once(context, "registerPayment", input.idempotency_key, input.body())
        try:
            return await _invoice(context, await once.do(effect))
        except DomainError as error:
            refused: RegisterPaymentResult = shown(error)
            return refused

    @with_directives(CANCEL)
    @strawberry.mutation
    async def cancel_invoice(self, info: Info, input: CancelInvoiceInput) -> CancelInvoiceResult:
        """Call a draft or an unpaid invoice off. Its number stays used."""
        return await _cancel(info.context, "cancelInvoice", input, InvoiceStatus.CANCELLED)

    @with_directives(CANCEL)
    @strawberry.mutation
    async def mark_invoice_entered_in_error(
        self, info: Info, input: CancelInvoiceInput
    ) -> CancelInvoiceResult:
        """Strike out an invoice that should never have been. Its number stays used."""
        return await _cancel(
            info.context,
            "markInvoiceEnteredInError",
            input,
            InvoiceStatus.ENTERED_IN_ERROR,
        )


async def _create(context: BillingContext, once: Once, appointment_id: str, urgent: bool) -> str:
    # Others are asked before the transaction: no lock is held while waiting for them.
    facts = await gather_draft(context.database, context.services, appointment_id, urgent=urgent)

    async def effect(session: Session) -> str:
        return await create_draft(session, facts, context.actor.id, context.clock.now())

    return await once.do(effect)


async def _issue(context: BillingContext, once: Once, input: IssueInvoiceInput) -> str:
    requoted = await requote(context.database, context.services, input.invoice_id)
    order = IssueOrder(
        input.invoice_id, input.expected_version, input.patient_consents, context.actor.id
    )

    async def effect(session: Session) -> str:
        return await issue(session, order, requoted, context.clock.now())

    return await once.do(effect)


async def _cancel(
    context: BillingContext, operation: str, input: CancelInvoiceInput, target: InvoiceStatus
) -> CancelInvoiceResult:
    order = CancelOrder(
        input.invoice_id, input.expected_version, input.reason, context.actor.id, target
    )

    async def effect(session: Session) -> str:
        return await cancel(session, order, context.clock.now())

    once = Once(context, operation, input.idempotency_key, input.body())
    try:
        return await _invoice(context, await once.do(effect))
    except DomainError as error:
        refused: CancelInvoiceResult = shown(error)
        return refused


async def _invoice(context: BillingContext, invoice_id: str) -> Invoice:
    """The invoice as it is after the change."""
    context.forget()
    row = await context.loaders.invoices.load(invoice_id)
    if row is None:
        raise NotFound("Esta fatura não existe.")
    return Invoice.of(row)
