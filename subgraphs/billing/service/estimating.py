"""What a visit will cost, before it takes place."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from subgraphs.billing.client.plan import PlanClient
from subgraphs.billing.domain.errors import PriceNotFound
from subgraphs.billing.domain.modifier import Occasion, PriceComponent
from subgraphs.billing.domain.price_table import Price
from subgraphs.billing.domain.quote import QuotedLine
from subgraphs.billing.domain.share import Terms
from subgraphs.billing.models import CoverageRow
from subgraphs.billing.repository import coverages, prices
from subgraphs.billing.repository.prices import PriceKey
from subgraphs.billing.service.quoting import (
    Procedure,
    TermsQuestion,
    ask_terms,
    price_keys,
    questions,
    quote_procedures,
)
from subgraphs.kit.database import Database


class EstimateStatus(StrEnum):
    """What an estimate is worth."""

    PRIVATE = "PRIVATE"
    """Without a plan: the patient pays the private price."""
    COVERED = "COVERED"
    """The plan covers it, and both parts are known."""
    NOT_COVERED = "NOT_COVERED"
    """The plan does not cover it: the patient pays the private price."""
    FREE_RETURN = "FREE_RETURN"
    """A return visit, which has no fee."""
    UNKNOWN_PLAN_UNAVAILABLE = "UNKNOWN_PLAN_UNAVAILABLE"
    """The plan did not answer: the parts are not known yet."""
    PRICE_NOT_FOUND = "PRICE_NOT_FOUND"
    """No price is in force for the service on that day."""
    COVERAGE_NOT_FOUND = "COVERAGE_NOT_FOUND"
    """The visit's card is not registered here."""


@dataclass(frozen=True, slots=True)
class EstimateRequest:
    """What an estimate depends on, all of it owned by the appointments service."""

    start: datetime
    """By the clinic's clock."""
    tuss_code: str
    coverage_id: str | None
    is_free_return: bool

    @property
    def day(self) -> date:
        """The day of service."""
        return self.start.date()


@dataclass(frozen=True, slots=True)
class Estimate:
    """An estimate. What is not known is None: neither zero nor denied."""

    status: EstimateStatus
    gross: Decimal | None = None
    components: tuple[PriceComponent, ...] = ()
    plan_pays: Decimal | None = None
    patient_pays: Decimal | None = None
    due_from_patient: Decimal | None = None
    authorization_required: bool | None = None


async def estimate(
    database: Database, plan: PlanClient, requests: Sequence[EstimateRequest]
) -> list[Estimate]:
    """Estimates in the order of the requests: four statements, and each question asked once."""
    async with database.read() as session:
        ids = {request.coverage_id for request in requests if request.coverage_id is not None}
        known = await coverages.by_ids(session, list(ids)) if ids else {}
        keys: set[PriceKey] = set()
        asked: set[TermsQuestion] = set()
        for request in requests:
            coverage = known.get(request.coverage_id or "")
            keys |= price_keys(coverage, [_procedure(request)], request.day)
            asked |= questions(coverage, [_procedure(request)], request.day)
        in_force = await prices.in_force(session, keys)
    answers = await ask_terms(plan, asked)
    return [_estimate(request, known, in_force, answers) for request in requests]


def _procedure(request: EstimateRequest) -> Procedure:
    return Procedure(request.tuss_code, is_free_return=request.is_free_return)


def _estimate(
    request: EstimateRequest,
    known: Mapping[str, CoverageRow],
    in_force: Mapping[PriceKey, Price],
    answers: Mapping[TermsQuestion, Terms | None],
) -> Estimate:
    coverage = known.get(request.coverage_id or "")
    if request.coverage_id is not None and coverage is None:
        return Estimate(EstimateStatus.COVERAGE_NOT_FOUND)
    try:
        occasion = Occasion(request.day, request.start.time())
        [line] = quote_procedures(coverage, [_procedure(request)], occasion, in_force, answers)
    except PriceNotFound:
        return Estimate(EstimateStatus.PRICE_NOT_FOUND)
    return _of_line(line)


def _of_line(line: QuotedLine) -> Estimate:
    share = line.share
    return Estimate(
        status=EstimateStatus(line.status),
        gross=line.gross,
        components=line.components,
        plan_pays=share.plan_pays if share else None,
        patient_pays=share.patient_pays if share else None,
        due_from_patient=share.due_from_patient if share else None,
        authorization_required=line.authorization_required,
    )
