"""The refusals of billing, as members of result unions."""

from collections.abc import Mapping
from typing import Any, Self

import strawberry
from strawberry import ID

from subgraphs.billing.domain import errors
from subgraphs.billing.domain.charge import ChargeStatus
from subgraphs.billing.domain.claim import ClaimStatus
from subgraphs.billing.domain.invoice import InvoiceStatus
from subgraphs.billing.types.context import Info
from subgraphs.billing.types.entities import Invoice
from subgraphs.kit.errors import DomainError
from subgraphs.kit.money import Money
from subgraphs.kit.user_errors import SHARED_ERRORS, UserError, as_user_error


@strawberry.type
class RetryableError(UserError):
    """Nobody can tell now: repeat the request, with the same key, after a while."""

    retry_after_seconds: int
    """How long to wait."""


@strawberry.type(name="PlanUnavailable")
class PlanUnavailableError(RetryableError):
    """The health plan gave no usable answer. That is neither a yes nor a no."""


@strawberry.type(name="AppointmentsUnavailable")
class AppointmentsUnavailableError(RetryableError):
    """The appointments service gave no usable answer. The visit may well exist."""


@strawberry.type(name="RecordsUnavailable")
class RecordsUnavailableError(RetryableError):
    """The records service gave no usable answer."""


@strawberry.type(name="AppointmentNotFound")
class AppointmentNotFoundError(UserError):
    """There is no such visit."""


@strawberry.type(name="AppointmentNotBillable")
class AppointmentNotBillableError(UserError):
    """The visit did not and will not take place."""


@strawberry.type(name="CoverageNotFound")
class CoverageNotFoundError(UserError):
    """The card is not one of this patient's, or there is none."""


@strawberry.type(name="CardAlreadyRegistered")
class CardAlreadyRegisteredError(UserError):
    """The card is registered, for this patient or another one."""


@strawberry.type(name="CoverageInUse")
class CoverageInUseError(UserError):
    """Something was billed or asked with the card, so it stays."""


@strawberry.type(name="PriceTablePublished")
class PriceTablePublishedError(UserError):
    """The payer has a version that begins on this day."""


@strawberry.type(name="PriceNotFound")
class PriceNotFoundError(UserError):
    """No table in force on the day of service has a price for the procedure."""


@strawberry.type(name="AlreadyInvoiced")
class AlreadyInvoicedError(UserError):
    """The visit has an invoice."""

    invoice_id: strawberry.Private[str]

    @strawberry.field
    async def invoice(self, info: Info) -> Invoice | None:
        """The invoice that the visit has."""
        return await Invoice.resolve_reference(info, ID(self.invoice_id))


@strawberry.type(name="InvoiceStateConflict")
class InvoiceStateConflictError(UserError):
    """The invoice's state does not allow this."""

    status: InvoiceStatus
    """The state."""

    @classmethod
    def of(cls, error: DomainError) -> Self:
        """The refusal as data."""
        status = InvoiceStatus(error.details["status"])
        return cls(code=error.code, message=error.message, path=error.path, status=status)


@strawberry.type
class ProceduresError(UserError):
    """Something must be settled for some procedures first."""

    tuss_codes: list[str]
    """The procedures."""

    @classmethod
    def of(cls, error: DomainError) -> Self:
        """The refusal as data."""
        codes = error.details["tuss_codes"]
        return cls(code=error.code, message=error.message, path=error.path, tuss_codes=codes)


@strawberry.type(name="AuthorizationRequired")
class AuthorizationRequiredError(ProceduresError):
    """The plan wants to be asked before these procedures, and has not said yes."""


@strawberry.type(name="ConsentRequired")
class ConsentRequiredError(ProceduresError):
    """The plan does not cover these procedures; the patient must agree to pay for them."""


@strawberry.type(name="ChargeStateConflict")
class ChargeStateConflictError(UserError):
    """The charge's state does not allow this."""

    status: ChargeStatus
    """The state."""

    @classmethod
    def of(cls, error: DomainError) -> Self:
        """The refusal as data."""
        status = ChargeStatus(error.details["status"])
        return cls(code=error.code, message=error.message, path=error.path, status=status)


@strawberry.type(name="InvalidPayment")
class InvalidPaymentError(UserError):
    """What was handed over cannot be a payment of this invoice."""


@strawberry.type(name="InvalidDiscount")
class InvalidDiscountError(UserError):
    """That discount cannot be given on that invoice, or not by that person."""


@strawberry.type(name="InvalidRefund")
class InvalidRefundError(UserError):
    """That much of that payment cannot go back."""


@strawberry.type(name="RefundDecided")
class RefundDecidedError(UserError):
    """Somebody decided the refund already."""


@strawberry.type(name="SamePerson")
class SamePersonError(UserError):
    """A refund takes two people."""


@strawberry.type(name="NothingToClaim")
class NothingToClaimError(UserError):
    """No issued invoice waits to be claimed from this insurer."""


@strawberry.type(name="ClaimStateConflict")
class ClaimStateConflictError(UserError):
    """The claim's state does not allow this."""

    status: ClaimStatus
    """The state."""

    @classmethod
    def of(cls, error: DomainError) -> Self:
        """The refusal as data."""
        status = ClaimStatus(error.details["status"])
        return cls(code=error.code, message=error.message, path=error.path, status=status)


@strawberry.type(name="CashDeskClosed")
class CashDeskClosedError(UserError):
    """Cash goes through a clerk's open desk, and there is none."""


@strawberry.type(name="CashDeskOpen")
class CashDeskOpenError(UserError):
    """The clerk has an open desk at the clinic."""

    cash_desk_id: ID
    """The desk."""

    @classmethod
    def of(cls, error: DomainError) -> Self:
        """The refusal as data."""
        desk = ID(error.details["cash_desk_id"])
        return cls(code=error.code, message=error.message, path=error.path, cash_desk_id=desk)


@strawberry.type(name="Overpayment")
class OverpaymentError(UserError):
    """More than the patient owes."""

    owed: Money
    """What the patient owes."""

    @classmethod
    def of(cls, error: DomainError) -> Self:
        """The refusal as data."""
        owed = Money.of(errors.Overpayment.owed_in(error.details))
        return cls(code=error.code, message=error.message, path=error.path, owed=owed)


ERRORS: Mapping[type[DomainError], type[UserError]] = {
    **SHARED_ERRORS,
    errors.PlanUnavailable: PlanUnavailableError,
    errors.AppointmentsUnavailable: AppointmentsUnavailableError,
    errors.RecordsUnavailable: RecordsUnavailableError,
    errors.ChargeStateConflict: ChargeStateConflictError,
    errors.AppointmentNotFound: AppointmentNotFoundError,
    errors.AppointmentNotBillable: AppointmentNotBillableError,
    errors.CoverageNotFound: CoverageNotFoundError,
    errors.CardAlreadyRegistered: CardAlreadyRegisteredError,
    errors.CoverageInUse: CoverageInUseError,
    errors.PriceTablePublished: PriceTablePublishedError,
    errors.PriceNotFound: PriceNotFoundError,
    errors.AlreadyInvoiced: AlreadyInvoicedError,
    errors.InvoiceStateConflict: InvoiceStateConflictError,
    errors.AuthorizationRequired: AuthorizationRequiredError,
    errors.ConsentRequired: ConsentRequiredError,
    errors.InvalidPayment: InvalidPaymentError,
    errors.InvalidDiscount: InvalidDiscountError,
    errors.InvalidRefund: InvalidRefundError,
    errors.RefundDecided: RefundDecidedError,
    errors.SamePerson: SamePersonError,
    errors.NothingToClaim: NothingToClaimError,
    errors.ClaimStateConflict: ClaimStateConflictError,
    errors.CashDeskClosed: CashDeskClosedError,
    errors.CashDeskOpen: CashDeskOpenError,
    errors.Overpayment: OverpaymentError,
}


def shown(error: DomainError) -> Any:
    """The member of the result union for an error; one that billing does not know is raised."""
    return as_user_error(error, ERRORS)
