"""What a mutation answers: the thing done, or a typed refusal."""

from typing import Annotated

import strawberry

from subgraphs.billing.types.authorization import Authorization
from subgraphs.billing.types.cash_desk import CashDesk
from subgraphs.billing.types.charge_item import ChargeItem
from subgraphs.billing.types.claim import Claim, ClaimBatch
from subgraphs.billing.types.coverage import Coverage, RemovedCoverage
from subgraphs.billing.types.entities import Appointment, Invoice
from subgraphs.billing.types.errors import (
    AlreadyInvoicedError,
    AppointmentNotBillableError,
    AppointmentNotFoundError,
    AppointmentsUnavailableError,
    AuthorizationRequiredError,
    CardAlreadyRegisteredError,
    CashDeskClosedError,
    CashDeskOpenError,
    ChargeStateConflictError,
    ClaimStateConflictError,
    ConsentRequiredError,
    CoverageInUseError,
    CoverageNotFoundError,
    InvalidDiscountError,
    InvalidPaymentError,
    InvalidRefundError,
    InvoiceStateConflictError,
    NothingToClaimError,
    OverpaymentError,
    PlanUnavailableError,
    PriceNotFoundError,
    PriceTablePublishedError,
    RecordsUnavailableError,
    RefundDecidedError,
    SamePersonError,
)
from subgraphs.billing.types.invoice_line import Refund
from subgraphs.billing.types.pix import PixCharge
from subgraphs.billing.types.price_table import PriceTable
from subgraphs.kit.user_errors import (
    IdempotencyKeyReusedError,
    InvalidInputError,
    NotFoundError,
    StaleVersionError,
)

CreateInvoiceResult = Annotated[
    Invoice
    | AlreadyInvoicedError
    | AppointmentNotFoundError
    | AppointmentNotBillableError
    | AppointmentsUnavailableError
    | CoverageNotFoundError
    | PriceNotFoundError
    | InvalidInputError
    | IdempotencyKeyReusedError,
    strawberry.union("CreateInvoiceResult", description="The draft, or why there is none."),
]

IssueInvoiceResult = Annotated[
    Invoice
    | NotFoundError
    | StaleVersionError
    | InvoiceStateConflictError
    | PlanUnavailableError
    | PriceNotFoundError
    | AuthorizationRequiredError
    | ConsentRequiredError
    | InvalidInputError
    | IdempotencyKeyReusedError,
    strawberry.union("IssueInvoiceResult", description="The invoice with its number, or why not."),
]

RegisterPaymentResult = Annotated[
    Invoice
    | NotFoundError
    | StaleVersionError
    | InvalidPaymentError
    | OverpaymentError
    | CashDeskClosedError
    | InvalidInputError
    | IdempotencyKeyReusedError,
    strawberry.union("RegisterPaymentResult", description="The invoice as paid, or why not."),
]

DiscountInvoiceResult = Annotated[
    Invoice
    | NotFoundError
    | StaleVersionError
    | InvoiceStateConflictError
    | PlanUnavailableError
    | InvalidDiscountError
    | InvalidInputError
    | IdempotencyKeyReusedError,
    strawberry.union(
        "DiscountInvoiceResult", description="The draft with its discount, or why not."
    ),
]

PixResult = Annotated[
    PixCharge
    | NotFoundError
    | StaleVersionError
    | InvalidPaymentError
    | OverpaymentError
    | InvalidInputError
    | IdempotencyKeyReusedError,
    strawberry.union("PixResult", description="The PIX, or why there is none."),
]

CancelInvoiceResult = Annotated[
    Invoice
    | NotFoundError
    | StaleVersionError
    | InvoiceStateConflictError
    | InvalidInputError
    | IdempotencyKeyReusedError,
    strawberry.union("CancelInvoiceResult", description="The invoice called off, or why not."),
]

RegisterCoverageResult = Annotated[
    Coverage | CardAlreadyRegisteredError | InvalidInputError | IdempotencyKeyReusedError,
    strawberry.union("RegisterCoverageResult", description="The card, or why it was not taken."),
]

RemoveCoverageResult = Annotated[
    RemovedCoverage
    | CoverageInUseError
    | NotFoundError
    | InvalidInputError
    | IdempotencyKeyReusedError,
    strawberry.union("RemoveCoverageResult", description="The card that is gone, or why it stays."),
]

PublishPriceTableResult = Annotated[
    PriceTable | PriceTablePublishedError | InvalidInputError | IdempotencyKeyReusedError,
    strawberry.union("PublishPriceTableResult", description="The version, or why there is none."),
]

RequestAuthorizationResult = Annotated[
    Authorization
    | AppointmentNotFoundError
    | AppointmentNotBillableError
    | AppointmentsUnavailableError
    | CoverageNotFoundError
    | InvalidInputError
    | IdempotencyKeyReusedError,
    strawberry.union(
        "RequestAuthorizationResult", description="The request as it stands, or why there is none."
    ),
]

PlanChargesResult = Annotated[
    Appointment
    | AppointmentNotFoundError
    | AppointmentsUnavailableError
    | RecordsUnavailableError
    | InvalidInputError
    | IdempotencyKeyReusedError,
    strawberry.union("PlanChargesResult", description="The visit with its charges, or why not."),
]

ChargeItemResult = Annotated[
    ChargeItem
    | NotFoundError
    | ChargeStateConflictError
    | InvalidInputError
    | IdempotencyKeyReusedError,
    strawberry.union("ChargeItemResult", description="The charge, or why nothing changed."),
]

RequestRefundResult = Annotated[
    Refund | NotFoundError | InvalidRefundError | InvalidInputError | IdempotencyKeyReusedError,
    strawberry.union("RequestRefundResult", description="The refund asked for, or why not."),
]

DecideRefundResult = Annotated[
    Refund
    | NotFoundError
    | RefundDecidedError
    | SamePersonError
    | CashDeskClosedError
    | InvalidInputError
    | IdempotencyKeyReusedError,
    strawberry.union("DecideRefundResult", description="The refund as decided, or why not."),
]

OpenCashDeskResult = Annotated[
    CashDesk | CashDeskOpenError | InvalidInputError | IdempotencyKeyReusedError,
    strawberry.union("OpenCashDeskResult", description="The open desk, or why there is none."),
]

CloseCashDeskResult = Annotated[
    CashDesk | NotFoundError | CashDeskClosedError | InvalidInputError | IdempotencyKeyReusedError,
    strawberry.union("CloseCashDeskResult", description="The closed desk, or why it is not."),
]

SubmitClaimsResult = Annotated[
    ClaimBatch | NothingToClaimError | InvalidInputError | IdempotencyKeyReusedError,
    strawberry.union("SubmitClaimsResult", description="The batch, or why there is none."),
]

ClaimResult = Annotated[
    Claim | NotFoundError | ClaimStateConflictError | InvalidInputError | IdempotencyKeyReusedError,
    strawberry.union("ClaimResult", description="The claim, or why nothing changed."),
]
