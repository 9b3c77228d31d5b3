"""The health plan's answers, checked: what does not fit is no answer."""

from datetime import date
from decimal import Decimal
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic.alias_generators import to_camel

from subgraphs.billing.domain.authorization import (
    FROM_TISS,
    NEEDS_FROM_TISS,
    AuthorizationStatus,
    Decision,
)
from subgraphs.billing.domain.errors import PlanUnavailable
from subgraphs.billing.domain.rounding import CENT
from subgraphs.billing.domain.share import CopayCollector, Terms


class PlanMessage(BaseModel):
    """Members that billing has no use for are ignored, so that the plan can add some."""

    model_config = ConfigDict(alias_generator=to_camel, frozen=True)

    @classmethod
    def read(cls, answer: dict[str, Any] | None) -> Self:
        """The answer as a message.

        Raises:
            PlanUnavailable: it has another shape.
        """
        try:
            return cls.model_validate(answer)
        except ValidationError:
            raise PlanUnavailable from None


class ReasonMessage(PlanMessage):
    """Why not: TISS table 38."""

    code: str
    description: str


class EligibilityMessage(PlanMessage):
    """TISS SITUACAO_ELEGIBILIDADE."""

    eligible: bool
    reasons: list[ReasonMessage]


class CopayMessage(PlanMessage):
    """The member's share after deductible and coinsurance."""

    percent: Decimal
    fixed: Decimal
    event_cap: Decimal | None
    month_remaining: Decimal | None
    collected_by: CopayCollector


class CoverageMessage(PlanMessage):
    """Whether and how a procedure is covered."""

    covered: bool
    requires_authorization: bool
    coverage_percent: Decimal
    deductible_remaining: Decimal
    copay: CopayMessage

    def terms(self) -> Terms:
        """The message as the calculation wants it."""
        copay = self.copay
        return Terms(
            covered=self.covered,
            requires_authorization=self.requires_authorization,
            coverage_percent=self.coverage_percent,
            deductible_remaining=self.deductible_remaining.quantize(CENT),
            copay_percent=copay.percent,
            copay_fixed=copay.fixed.quantize(CENT),
            copay_event_cap=_cents(copay.event_cap),
            copay_month_remaining=_cents(copay.month_remaining),
            copay_collected_by=copay.collected_by,
        )


class AuthorizationMessage(PlanMessage):
    """TISS situação da autorização; status by statusSolicitacao."""

    id: str
    guia_number: str
    status: int
    password: str | None
    valid_until: date | None
    authorized_quantity: Decimal | None = None
    reasons: list[ReasonMessage]

    def decision(self) -> Decision:
        """The message as the domain wants it. A status that nobody knows decides nothing."""
        reason = self.reasons[0] if self.reasons else None
        return Decision(
            status=FROM_TISS.get(self.status, AuthorizationStatus.IN_ANALYSIS),
            plan_reference=self.id,
            guia_number=self.guia_number,
            password=self.password,
            valid_until=self.valid_until,
            reason_code=reason.code if reason else None,
            reason=reason.description if reason else None,
            authorized_quantity=self.authorized_quantity,
            need=NEEDS_FROM_TISS.get(self.status),
        )


def _cents(amount: Decimal | None) -> Decimal | None:
    return None if amount is None else amount.quantize(CENT)
