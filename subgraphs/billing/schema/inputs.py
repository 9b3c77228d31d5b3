"""What mutations of billing take."""

from datetime import date, time
from decimal import Decimal
from typing import Any
from uuid import UUID

import strawberry
from strawberry import ID

from subgraphs.billing.domain.modifier import Modifier, ModifierKind
from subgraphs.billing.domain.payment import PaymentMethod, Tender
from subgraphs.billing.service.registering import CardEntry, NewTable


@strawberry.input
class IssueInvoiceInput:
    """A draft to be issued."""

    idempotency_key: UUID
    """Repeated with the same key, it is issued once and answered alike."""
    invoice_id: ID
    """The draft."""
    expected_version: int
    """The version that the caller saw."""
    patient_consents: bool = False
    """Whether the patient signed to pay what the plan does not cover."""

    def body(self) -> list[Any]:
        """What makes two requests the same."""
        return [self.invoice_id, self.expected_version, self.patient_consents]


@strawberry.input
class RegisterPaymentInput:
    """Money that a patient hands over."""

    idempotency_key: UUID
    """Repeated with the same key, the payment is taken once and answered alike."""
    invoice_id: ID
    """What is paid."""
    expected_version: int
    """The version that the caller saw."""
    amount: Decimal
    """How much of the debt is paid, in reais."""
    method: PaymentMethod
    """How."""
    tendered: Decimal | None = None
    """For cash: what was handed over; the rest is change."""

    def body(self) -> list[Any]:
        """What makes two requests the same."""
        return [self.invoice_id, self.expected_version, self.amount, self.method, self.tendered]

    def tender(self) -> Tender:
        """What is handed over."""
        return Tender(self.amount, self.method, self.tendered)


@strawberry.input
class DiscountInvoiceInput:
    """What a patient is let off on a draft."""

    idempotency_key: UUID
    """Repeated with the same key, it is given once and answered alike."""
    invoice_id: ID
    """The draft."""
    expected_version: int
    """The version that the caller saw."""
    amount: Decimal
    """How much, in reais, in place of an earlier discount; zero takes that one back."""
    reason: str
    """Why."""

    def body(self) -> list[Any]:
        """What makes two requests the same."""
        return [self.invoice_id, self.expected_version, self.amount, self.reason]


@strawberry.input
class CancelInvoiceInput:
    """An invoice to be called off."""

    idempotency_key: UUID
    """Repeated with the same key, it is called off once and answered alike."""
    invoice_id: ID
    """The invoice."""
    expected_version: int
    """The version that the caller saw."""
    reason: str
    """Why."""

    def body(self) -> list[Any]:
        """What makes two requests the same."""
        return [self.invoice_id, self.expected_version, self.reason]


@strawberry.input
class RegisterCoverageInput:
    """A health plan's card, as read out at the desk."""

    idempotency_key: UUID
    """Repeated with the same key, the card is taken once and answered alike."""
    patient_id: ID
    """Whose card."""
    ans_registry: str
    """The insurer's registry with ANS: six digits."""
    plan_name: str
    """The plan, as printed on the card."""
    card_number: str
    """The card's number."""
    valid_from: date | None = None
    """The first day of validity, where the card tells it."""
    valid_until: date | None = None
    """The last day of validity, where the card tells it."""

    def body(self) -> list[Any]:
        """What makes two requests the same."""
        validity = [self.valid_from, self.valid_until]
        return [self.patient_id, self.ans_registry, self.plan_name, self.card_number, *validity]

    def entry(self) -> CardEntry:
        """The card."""
        return CardEntry(
            self.patient_id,
            self.ans_registry,
            self.plan_name,
            self.card_number,
            self.valid_from,
            self.valid_until,
        )


@strawberry.input
class PriceInput:
    """The price of a procedure."""

    tuss_code: str
    """The procedure, by TUSS table 22."""
    unit_price: Decimal
    """The price of one, in reais, with up to four places."""


@strawberry.input
class PriceModifierInput:
    """A rule of the contract that multiplies prices."""

    kind: ModifierKind
    """When it counts; each kind at most once."""
    factor: Decimal
    """What the price is multiplied by: 1.30 adds thirty per cent, 0.50 halves it."""
    tuss_prefixes: list[str] = strawberry.field(default_factory=list)
    """How the codes begin that it is about; none means all."""
    regular_from: time = time(7)
    """From when working days are regular hours."""
    regular_until: time = time(19)
    """Until when working days are regular hours."""

    def modifier(self) -> Modifier:
        """The rule."""
        return Modifier(
            self.kind,
            self.factor,
            tuple(self.tuss_prefixes),
            self.regular_from,
            self.regular_until,
        )

    def body(self) -> list[Any]:
        """What makes two of them the same."""
        hours = [self.regular_from.isoformat(), self.regular_until.isoformat()]
        return [self.kind, self.factor, self.tuss_prefixes, *hours]


@strawberry.input
class PublishPriceTableInput:
    """A whole new version of a payer's prices."""

    idempotency_key: UUID
    """Repeated with the same key, the version is published once and answered alike."""
    payer: str
    """PRIVATE for the clinic's own prices, else the insurer's registry with ANS."""
    valid_from: date
    """The first day of service on which it counts."""
    prices: list[PriceInput]
    """The prices. A procedure that is not in here has no price from that day on."""
    modifiers: list[PriceModifierInput] = strawberry.field(default_factory=list)
    """What the contract multiplies them by, and when."""

    def table(self) -> NewTable:
        """The version."""
        return NewTable(
            self.payer,
            self.valid_from,
            {price.tuss_code: price.unit_price for price in self.prices},
            [modifier.modifier() for modifier in self.modifiers],
        )

    def body(self) -> list[Any]:
        """What makes two requests the same."""
        prices = {price.tuss_code: price.unit_price for price in self.prices}
        modifiers = [modifier.body() for modifier in self.modifiers]
        # As it was without modifiers, so that an old key keeps its answer.
        return [self.payer, self.valid_from, prices, *([modifiers] if modifiers else [])]


@strawberry.input
class RequestAuthorizationInput:
    """A procedure that the plan wants to be asked about first."""

    idempotency_key: UUID
    """Repeated with the same key, it is asked once and answered as it stands then."""
    appointment_id: ID
    """The visit in which it is to be done; its card is used."""
    tuss_code: str
    """The procedure."""
    quantity: Decimal = Decimal(1)
    """How much of it."""
    document_id: ID | None = None
    """The clinical document that requests it."""
    urgent: bool = False
    """Whether it cannot wait: then the plan must answer at once."""

    def body(self) -> list[Any]:
        """What makes two requests the same."""
        about = [self.appointment_id, self.tuss_code, self.quantity, self.document_id]
        return [*about, *([self.urgent] if self.urgent else [])]
