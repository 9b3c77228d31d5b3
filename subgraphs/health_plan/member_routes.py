"""Eligibility and coverage."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Header, Path, Query

from subgraphs.health_plan.coverage import coverage_of
from subgraphs.health_plan.failure import FailureMode
from subgraphs.health_plan.membership import check_eligibility
from subgraphs.health_plan.messages import CoverageAnswer, EligibilityAnswer, EligibilityRequest
from subgraphs.health_plan.requests import Failing, Now, Seed

router = APIRouter(tags=["members"])

# In a header, because addresses are written to access logs and card numbers must not be.
CardHeader = Annotated[
    str, Header(alias="Beneficiary-Card", max_length=30, description="The card's number.")
]


@router.post("/v1/eligibility", summary="Is this person a member in good standing on this day?")
async def eligibility(
    request: EligibilityRequest, seed: Seed, now: Now, failure: Failing
) -> EligibilityAnswer:
    """TISS VERIFICA_ELEGIBILIDADE → SITUACAO_ELEGIBILIDADE. Changes nothing, so needs no key."""
    denied = failure is FailureMode.BUSINESS_DENIAL
    return check_eligibility(request, seed=seed, denied=denied, now=now)


@router.get("/v1/coverage/{tuss_code}", summary="Is this procedure covered, and at what terms?")
async def coverage(
    tuss_code: Annotated[str, Path(pattern=r"^\d{8}$", description="TUSS table 22.")],
    card: CardHeader,
    service_date: Annotated[date, Query(alias="serviceDate")],
    seed: Seed,
    failure: Failing,
) -> CoverageAnswer:
    """Price, coinsurance, deductible left, co-payment with its caps, need of authorization."""
    return coverage_of(
        card,
        tuss_code,
        seed=seed,
        on=service_date,
        denied=failure is FailureMode.BUSINESS_DENIAL,
        price_changed=failure is FailureMode.PRICE_CHANGED,
    )
