"""Invoices, and what billing adds to patients and appointments: they refer to one another."""

from datetime import date, datetime
from typing import Any, Optional, Self

import strawberry
from strawberry import ID
from strawberry.federation.schema_directives import Override

from subgraphs.billing.domain.invoice import InvoiceStatus, format_number
from subgraphs.billing.domain.visit import VisitKind
from subgraphs.billing.models import InvoiceRow
from subgraphs.billing.service.checking_eligibility import EligibilityRequest
from subgraphs.billing.types import family
from subgraphs.billing.types.access import ASKERS, READ, READERS, SIGNED_IN
from subgraphs.billing.types.amounts import known_money
from subgraphs.billing.types.charge_item import ChargeItem
from subgraphs.billing.types.claim import Claim
from subgraphs.billing.types.clinic import Clinic, HealthcareService, external
from subgraphs.billing.types.context import Info
from subgraphs.billing.types.coverage import Coverage, Eligibility
from subgraphs.billing.types.estimate import Estimate, Required, estimate_request
from subgraphs.billing.types.invoice_line import InvoiceLine, Payment
from subgraphs.kit.directives import with_directives
from subgraphs.kit.errors import InvalidInput
from subgraphs.kit.money import Money
from subgraphs.kit.pagination import Connection

strawberry.enum(InvoiceStatus)

PATIENT_INVOICES = "billing patient invoices"


@strawberry.federation.type(keys=["id"], requires_scopes=READERS)
class Invoice:
    """What patient and plan are asked to pay for a visit."""

    row: strawberry.Private[InvoiceRow]
    id: ID
    """The identifier in this network."""
    number: str | None
    """The clinic's series and a count without gaps; null for a draft."""
    version: int
    """Grows with each change; a change says which version it was made for."""
    status: InvoiceStatus
    """Where the invoice stands."""
    service_day: date
    """The day of service, where the clinic is: it picks the price table."""
    gross: Money
    """The whole price: the sum of the lines."""
    discount: Money
    """What the clinic lets the patient off."""
    plan_pays: Money | None
    """The plan's part; null while unknown, which is not zero. Both parts add up to gross."""
    patient_pays: Money | None
    """The patient's part; null while unknown, which is not zero."""
    due_from_plan: Money | None
    """What the clinic claims from the plan; null while unknown."""
    due_from_patient: Money | None
    """What the clinic collects from the patient; null while unknown."""
    paid: Money
    """What came in so far, from patient and plan."""
    patient_owes: Money | None
    """What the patient still owes; null while unknown."""
    created_at: datetime
    """When the draft was made."""
    issued_at: datetime | None
    """When it got its number and was frozen."""
    consented_at: datetime | None
    """When the patient agreed to pay what the plan does not cover; null where all is covered."""
    cancelled_at: datetime | None
    """When it was called off."""
    cancel_reason: str | None
    """Why it was called off."""
    cancel_requested_at: datetime | None
    """Since when it should be called off, because the visit did not take place."""

    @classmethod
    def of(cls, row: InvoiceRow) -> Self:
        """The stored invoice, shown."""
        due = row.due_from_patient
        return cls(
            row=row,
            id=ID(row.id),
            number=None if row.number is None else format_number(row.series, row.number),
            version=row.version,
            status=InvoiceStatus(row.status),
            service_day=row.service_day,
            gross=Money.of(row.gross),
            discount=Money.of(row.discount),
            plan_pays=known_money(row.plan_pays),
            patient_pays=known_money(row.patient_pays),
            due_from_plan=known_money(row.due_from_plan),
            due_from_patient=known_money(due),
            paid=Money.of(row.patient_paid + row.plan_paid),
            patient_owes=None if due is None else Money.of(due - row.patient_paid),
            created_at=row.created_at,
            issued_at=row.issued_at,
            consented_at=row.consented_at,
            cancelled_at=row.cancelled_at,
            cancel_reason=row.cancel_reason,
            cancel_requested_at=row.cancel_requested_at,
        )

    @classmethod
    async def resolve_reference(cls, info: Info, id: ID) -> Self | None:
        """The invoice with this id; null where there is none."""
        row = await info.context.loaders.invoices.load(id)
        return cls.of(row) if row else None

    @strawberry.field
    async def patient(self, info: Info) -> Optional["Patient"]:
        """Who was treated, under the registration that stands for the person now."""
        current, *_ = await family.registrations(info.context, self.row.patient_id)
        return Patient(id=ID(current))

    @strawberry.field
    def appointment(self) -> Optional["Appointment"]:
        """The visit that is billed."""
        return Appointment(id=ID(self.row.appointment_id))

    @strawberry.field
    async def coverage(self, info: Info) -> Coverage | None:
        """The card that was used; null for a private visit."""
        if self.row.coverage_id is None:
            return None
        row = await info.context.loaders.coverages.load(self.row.coverage_id)
        return Coverage.of(row) if row else None

    @strawberry.field
    async def lines(self, info: Info) -> list[InvoiceLine]:
        """What is billed."""
        rows = await info.context.loaders.lines.load(self.id)
        return [InvoiceLine.of(row) for row in rows or []]

    @strawberry.field
    async def claim(self, info: Info) -> Claim | None:
        """What is asked of the plan; null for a draft, and where the plan owes nothing."""
        row = await info.context.loaders.invoice_claims.load(self.id)
        return Claim.of(row) if row else None

    @strawberry.field
    async def payments(self, info: Info) -> list[Payment]:
        """What came in."""
        rows = await info.context.loaders.payments.load(self.id)
        return [Payment.of(row) for row in rows or []]


async def _coverages(parent: strawberry.Parent["Patient"], info: Info) -> list[Coverage] | None:
    """The health plans' cards of the patient, oldest first."""
    if not await family.is_seen(info.context, parent.id):
        return None
    return [Coverage.of(row) for row in await family.cards(info.context, parent.id)]


async def _eligibility(
    parent: strawberry.Parent["Patient"], info: Info, coverage_id: ID
) -> Eligibility | None:
    """Whether a card is good today, asked of the plan; null where it is not this patient's."""
    required = parent.required or {}
    if "birthDate" not in required:
        raise InvalidInput("A elegibilidade depende de cpfRaw e birthDate.")
    if required["birthDate"] is None:
        raise InvalidInput("Complete o cadastro: a elegibilidade depende da data de nascimento.")
    request = EligibilityRequest(
        parent.id, coverage_id, required.get("cpfRaw"), required["birthDate"]
    )
    found = await info.context.loaders.eligibilities.load(request)
    return Eligibility.of(found) if found else None


@strawberry.federation.type(keys=["id"])
class Patient:
    """A person whom the clinics care for."""

    id: ID
    """Opaque and for ever."""
    cpf_raw: str | None = external()
    """The whole CPF, for services alone: no client can select it."""
    birth_date: date | None = external()
    """The day of birth; null until the registration is complete."""
    required: strawberry.Private[Required | None] = None

    @classmethod
    def resolve_reference(cls, id: ID, **required: Any) -> Self:
        """The patient with this id. Whether there is one, the patients service knows."""
        return cls(id=id, required=required)

    coverages: list[Coverage] | None = strawberry.federation.field(
        resolver=_coverages,
        authenticated=True,
        override=Override(override_from="patients", label="percent(25)"),
    )
    eligibility: Eligibility | None = strawberry.federation.field(
        resolver=_eligibility, requires=["cpfRaw", "birthDate"], requires_scopes=ASKERS
    )

    @with_directives(READ)
    @strawberry.field
    async def invoices(
        self, info: Info, first: int = 20, after: str | None = None
    ) -> Connection[Invoice] | None:
        """The patient's invoices, newest first."""
        cursors = info.context.cursors(PATIENT_INVOICES)
        request = cursors.request(first, after)
        after = request.after[0] if request.after else None
        page = await family.invoices(info.context, self.id, first, after)
        return cursors.connection(page, request, node=Invoice.of, values=lambda row: [row.id])

    @with_directives(SIGNED_IN)
    @strawberry.field
    async def balance(self, info: Info) -> Money | None:
        """What the patient owes on all open invoices."""
        if not await family.is_seen(info.context, self.id):
            return None
        return Money.of(await family.balance(info.context, self.id))


async def _may_use(info: Info, coverage_id: str | None) -> bool:
    """Whether a card's terms are for the actor's eyes; an unknown card has none to show."""
    row = await info.context.loaders.coverages.load(coverage_id) if coverage_id else None
    return row is None or await family.is_seen(info.context, row.patient_id)


async def _estimate(parent: strawberry.Parent["Appointment"], info: Info) -> Estimate | None:
    """What the visit will cost, and who pays how much of it as far as the plan tells."""
    request = estimate_request(parent.required or {})
    if not await _may_use(info, request.coverage_id):
        return None
    return Estimate.of(await info.context.loaders.estimates.load(request))


@strawberry.federation.type(keys=["id"])
class Appointment:
    """A patient with a practitioner, at a clinic, from one instant to another."""

    id: ID
    """The identifier in this network."""
    start: datetime = external()
    """When it begins."""
    kind: VisitKind = external()
    """What the visit is for."""
    coverage_id: ID | None = external()
    """The insurance card that the patient means to use; null for a private visit."""
    return_of: Optional["Appointment"] = external()
    """The visit that this one is the return of."""
    service: HealthcareService = external()
    """What was booked."""
    clinic: Clinic = external()
    """Where."""
    required: strawberry.Private[Required | None] = None

    @classmethod
    def resolve_reference(cls, id: ID, **required: Any) -> Self:
        """The visit with this id. Whether there is one, the appointments service knows."""
        return cls(id=id, required=required)

    estimate: Estimate | None = strawberry.federation.field(
        resolver=_estimate,
        authenticated=True,
        requires=[
            "start",
            "kind",
            "coverageId",
            "returnOf { id }",
            "service { id tussCode }",
            "clinic { id timeZone }",
        ],
    )

    @with_directives(READ)
    @strawberry.field
    async def charge_items(self, info: Info) -> list[ChargeItem] | None:
        """Everything that was or may be charged for the visit."""
        rows = await info.context.loaders.appointment_charges.load(self.id)
        return [ChargeItem.of(row) for row in rows or []]

    @with_directives(READ)
    @strawberry.field
    async def invoice(self, info: Info) -> Invoice | None:
        """The visit's invoice, unless it was called off."""
        row = await info.context.loaders.live_invoices.load(self.id)
        return Invoice.of(row) if row else None
