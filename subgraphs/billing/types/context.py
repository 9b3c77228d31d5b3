"""The context of a request to billing, and the loaders that batch its reads."""

from collections.abc import Awaitable, Callable, Sequence
from decimal import Decimal
from functools import cached_property
from typing import TypeVar

import strawberry
from strawberry.dataloader import DataLoader

from subgraphs.billing.domain.eligibility import Eligibility
from subgraphs.billing.domain.modifier import Modifier
from subgraphs.billing.models import (
    AuthorizationRow,
    CashDeskRow,
    ChargeItemRow,
    ClaimBatchRow,
    ClaimItemRow,
    ClaimRow,
    CoverageRow,
    InvoiceLineRow,
    InvoiceRow,
    PaymentRow,
    PixChargeRow,
    PriceTableVersion,
    RefundRow,
)
from subgraphs.billing.repository import (
    authorizations,
    cash_desks,
    charges,
    claims,
    coverages,
    invoices,
    merged_patients,
    payments,
    pix,
    prices,
)
from subgraphs.billing.repository.cash_closing import DayAtClinic
from subgraphs.billing.repository.invoices import PatientPage
from subgraphs.billing.service.checking_eligibility import EligibilityRequest, check_eligibility
from subgraphs.billing.service.closing_days import ClosingRequest, close_days
from subgraphs.billing.service.estimating import Estimate, EstimateRequest, estimate
from subgraphs.billing.service.resources import Resources
from subgraphs.kit.context import Context
from subgraphs.kit.database import Session
from subgraphs.kit.keyset import Page

KeyT = TypeVar("KeyT")
RowT = TypeVar("RowT")

Fetch = Callable[[Session, Sequence[KeyT]], Awaitable[dict[KeyT, RowT]]]


class Loaders:
    """One loader per kind of key; each turns all keys of a moment into a statement or two."""

    def __init__(self, context: "BillingContext") -> None:
        self._context = context
        self.invoices: DataLoader[str, InvoiceRow | None] = self._of(invoices.by_ids)
        self.live_invoices: DataLoader[str, InvoiceRow | None] = self._of(
            invoices.live_by_appointments
        )
        self.lines: DataLoader[str, list[InvoiceLineRow] | None] = self._of(invoices.lines_of)
        self.payments: DataLoader[str, list[PaymentRow] | None] = self._of(payments.of_invoices)
        self.refunds: DataLoader[str, list[RefundRow] | None] = self._of(payments.refunds_of)
        self.refunds_by_id: DataLoader[str, RefundRow | None] = self._of(payments.refunds_by_ids)
        self.cash_desks: DataLoader[str, CashDeskRow | None] = self._of(cash_desks.by_ids)
        self.claims: DataLoader[str, ClaimRow | None] = self._of(claims.by_ids)
        self.invoice_claims: DataLoader[str, ClaimRow | None] = self._of(claims.of_invoices)
        self.claim_items: DataLoader[str, list[ClaimItemRow] | None] = self._of(claims.items_of)
        self.claim_batches: DataLoader[str, ClaimBatchRow | None] = self._of(claims.batches_by_ids)
        self.batch_claims: DataLoader[str, list[ClaimRow] | None] = self._of(claims.of_batches)
        self.patient_pages: DataLoader[PatientPage, Page[InvoiceRow] | None] = self._of(
            invoices.patient_pages
        )
        self.balances: DataLoader[str, Decimal | None] = self._of(invoices.balances)
        self.charges: DataLoader[str, ChargeItemRow | None] = self._of(charges.by_ids)
        self.document_charges: DataLoader[str, list[ChargeItemRow] | None] = self._of(
            charges.of_documents
        )
        self.appointment_charges: DataLoader[str, list[ChargeItemRow] | None] = self._of(
            charges.of_appointments
        )
        self.coverages: DataLoader[str, CoverageRow | None] = self._of(coverages.by_ids)
        self.patient_coverages: DataLoader[str, list[CoverageRow] | None] = self._of(
            coverages.of_patients
        )
        self.pix_charges: DataLoader[str, PixChargeRow | None] = self._of(pix.by_ids)
        self.families: DataLoader[str, list[str] | None] = self._of(merged_patients.families)
        self.authorizations: DataLoader[str, AuthorizationRow | None] = self._of(
            authorizations.by_ids
        )
        self.document_authorizations: DataLoader[str, AuthorizationRow | None] = self._of(
            authorizations.of_documents
        )
        self.price_tables: DataLoader[str, PriceTableVersion | None] = self._of(
            prices.versions_by_ids
        )
        self.price_modifiers: DataLoader[str, tuple[Modifier, ...] | None] = self._of(
            prices.modifiers_of
        )
        self.closings = DataLoader(self._closings)
        self.estimates = DataLoader(self._estimates)
        self.eligibilities = DataLoader(self._eligibilities)

    def _of(self, fetch: Fetch[KeyT, RowT]) -> DataLoader[KeyT, RowT | None]:
        async def load(keys: list[KeyT]) -> list[RowT | None]:
            async with self._context.database.read() as session:
                found = await fetch(session, keys)
            return [found.get(key) for key in keys]

        return DataLoader(load)

    async def _closings(self, requests: list[ClosingRequest]) -> list[DayAtClinic]:
        return await close_days(self._context.database, requests)

    async def _estimates(self, requests: list[EstimateRequest]) -> list[Estimate]:
        context = self._context
        return await estimate(context.database, context.services.plan, requests)

    async def _eligibilities(self, requests: list[EligibilityRequest]) -> list[Eligibility | None]:
        context = self._context
        now = context.clock.now()
        return await check_eligibility(context.database, context.services.plan, requests, now)


class BillingContext(Context):
    """A request to billing."""

    @cached_property
    def loaders(self) -> Loaders:
        """The loaders of this request."""
        return Loaders(self)

    def forget(self) -> None:
        """Read everything anew: a mutation has changed what the loaders remember."""
        self.__dict__.pop("loaders", None)

    @property
    def services(self) -> Resources:
        """The services that billing asks."""
        resources: Resources = self.resources
        return resources


Info = strawberry.Info[BillingContext, None]
