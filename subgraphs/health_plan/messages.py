"""The JSON that goes over the wire. Names follow the TISS messages, in English and camelCase."""

from datetime import date, datetime
from decimal import Decimal
from enum import IntEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from subgraphs.health_plan.denial_reason import DenialReason
from subgraphs.health_plan.failure import FailureMode, Operation
from subgraphs.health_plan.product import Collector

CardNumber = Annotated[
    str, Field(min_length=1, max_length=30, description="The number printed on the member's card.")
]
TussCode = Annotated[str, Field(pattern=r"^\d{8}$", description="TUSS table 22.")]
Money = Annotated[Decimal, Field(ge=0, max_digits=10, decimal_places=2)]
Quantity = Annotated[Decimal, Field(gt=0, max_digits=9, decimal_places=4)]


class Message(BaseModel):
    """Unknown members are refused, so that a misspelt one is noticed."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, extra="forbid")


class Reason(Message):
    """Why the answer is no."""

    code: str = Field(description="TISS table 38.")
    description: str

    @classmethod
    def of(cls, reason: DenialReason) -> "Reason":
        """The message for a reason."""
        return cls(code=reason.code, description=reason.description)


class EligibilityRequest(Message):
    """TISS VERIFICA_ELEGIBILIDADE."""

    card_number: CardNumber
    cpf: str | None = None
    birth_date: date
    service_date: date


class EligibilityAnswer(Message):
    """TISS SITUACAO_ELEGIBILIDADE."""

    eligible: bool
    reasons: list[Reason]
    checked_at: datetime


class Copay(Message):
    """The member's share of a covered procedure, after deductible and coinsurance."""

    percent: Decimal
    fixed: Money
    event_cap: Money | None
    month_remaining: Money | None
    collected_by: Collector


class CoverageAnswer(Message):
    """Whether and how a procedure is covered."""

    tuss_code: str
    covered: bool
    reasons: list[Reason]
    requires_authorization: bool
    price: Money | None
    coverage_percent: Decimal
    deductible_remaining: Money
    copay: Copay
    table_version: str


class AuthorizationStatus(IntEnum):
    """TISS statusSolicitacao."""

    AUTHORIZED = 1
    IN_ANALYSIS = 2
    DENIED = 3
    AWAITING_JUSTIFICATION = 4
    AWAITING_DOCUMENTS = 5
    CANCELLED = 6
    PARTLY_AUTHORIZED = 7


class AuthorizationRequest(Message):
    """TISS SOLICITACAO_PROCEDIMENTOS, one procedure at a time."""

    card_number: CardNumber
    tuss_code: TussCode
    quantity: Quantity = Decimal(1)
    service_date: date
    urgent: bool = Field(False, description="Caráter 2: answered at once (RN 623/2024).")


class AuthorizationAnswer(Message):
    """The request as it stands. In analysis is not yet an answer: ask again."""

    id: str
    guia_number: str
    tuss_code: str
    quantity: Quantity
    status: AuthorizationStatus
    authorized_quantity: Quantity | None = Field(description="How much of it; none before a yes.")
    password: str | None = Field(description="Senha; quoted in the claim.")
    valid_until: date | None
    reasons: list[Reason]
    requested_at: datetime
    decided_at: datetime | None


class Failure(Message):
    """One failure, switched on."""

    mode: FailureMode
    card_number: CardNumber | None = Field(None, description="Only for this card; else for all.")
    operation: Operation | None = Field(None, description="Only for this operation; else for all.")
    times: int | None = Field(None, ge=1, description="How often; else until switched off.")
    delay_seconds: float | None = Field(None, ge=0, description="For timeouts and the slow drip.")
    retry_after_seconds: int = Field(1, ge=0, description="For TOO_MANY_REQUESTS.")


class Failures(Message):
    """All failures that are switched on. The first one that fits a request strikes."""

    failures: list[Failure]


class Problem(Message):
    """An error of the request or of the service (not an insurer's no)."""

    code: Literal[
        "IDEMPOTENCY_KEY_MISSING",
        "IDEMPOTENCY_KEY_REUSED",
        "NOT_FOUND",
        "TOO_MANY_REQUESTS",
        "INTERNAL_ERROR",
        "UNAVAILABLE",
        "UNKNOWN_FAILURE_MODE",
    ]
    message: str
