"""What billing asks the health plan. Card numbers and CPF travel in headers and bodies only."""

from dataclasses import dataclass
from datetime import date, datetime

from subgraphs.billing.client.plan_call import PlanCall, Question
from subgraphs.billing.client.plan_messages import (
    AuthorizationMessage,
    CoverageMessage,
    EligibilityMessage,
)
from subgraphs.billing.domain.authorization import Decision
from subgraphs.billing.domain.eligibility import Eligibility, EligibilityStatus, Member
from subgraphs.billing.domain.share import Terms


@dataclass(frozen=True, slots=True)
class AuthorizationRequest:
    """A procedure that the plan wants to be asked about first."""

    key: str
    ans_registry: str
    card_number: str
    tuss_code: str
    quantity: str
    service_day: date
    urgent: bool = False

    def __repr__(self) -> str:
        """No card number, wherever this ends up."""
        return f"AuthorizationRequest({self.key!r}, {self.ans_registry!r}, {self.tuss_code!r})"


class PlanClient:
    """The health plan as billing sees it."""

    def __init__(self, call: PlanCall) -> None:
        self._call = call

    async def eligibility(self, member: Member, on: date, now: datetime) -> Eligibility:
        """Is this person a member in good standing?

        Raises:
            PlanUnavailable: no usable answer in time.
        """
        answer = await self._call.ask(
            Question(
                member.ans_registry,
                "POST",
                "/v1/eligibility",
                json={
                    "cardNumber": member.card_number,
                    "cpf": member.cpf,
                    "birthDate": member.birth_date,
                    "serviceDate": on.isoformat(),
                },
            )
        )
        message = EligibilityMessage.read(answer)
        if message.eligible:
            return Eligibility(EligibilityStatus.ELIGIBLE, now)
        reason = message.reasons[0] if message.reasons else None
        return Eligibility(
            EligibilityStatus.INELIGIBLE,
            now,
            reason_code=reason.code if reason else None,
            reason=reason.description if reason else None,
        )

    async def terms(self, ans_registry: str, card_number: str, tuss_code: str, on: date) -> Terms:
        """On what terms is this procedure covered?

        Raises:
            PlanUnavailable: no usable answer in time.
        """
        answer = await self._call.ask(
            Question(
                ans_registry,
                "GET",
                f"/v1/coverage/{tuss_code}",
                params={"serviceDate": on.isoformat()},
                headers={"Beneficiary-Card": card_number},
            )
        )
        return CoverageMessage.read(answer).terms()

    async def request_authorization(self, request: AuthorizationRequest) -> Decision:
        """Ask for authorization. With the same key it is one request, however often it is sent.

        Raises:
            PlanUnavailable: no usable answer in time; the plan may or may not have taken it.
        """
        answer = await self._call.ask(
            Question(
                request.ans_registry,
                "POST",
                "/v1/authorizations",
                json={
                    "cardNumber": request.card_number,
                    "tussCode": request.tuss_code,
                    "quantity": request.quantity,
                    "serviceDate": request.service_day.isoformat(),
                    "urgent": request.urgent,
                },
                headers={"Idempotency-Key": request.key},
                changes_something=True,
            )
        )
        return AuthorizationMessage.read(answer).decision()

    async def authorization(self, ans_registry: str, plan_reference: str) -> Decision:
        """How does a request stand?

        Raises:
            PlanUnavailable: no usable answer in time, or the plan forgot the request.
        """
        path = f"/v1/authorizations/{plan_reference}"
        answer = await self._call.ask(Question(ans_registry, "GET", path))
        return AuthorizationMessage.read(answer).decision()
