"""Is a patient's card good today? Asked of the plan, which may not answer."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from subgraphs.billing.client.plan import PlanClient
from subgraphs.billing.domain.eligibility import Eligibility, EligibilityStatus, Member
from subgraphs.billing.domain.errors import PlanUnavailable
from subgraphs.billing.models import CoverageRow
from subgraphs.billing.repository import coverages, merged_patients
from subgraphs.kit.database import Database

BRASILIA = ZoneInfo("America/Sao_Paulo")


@dataclass(frozen=True, slots=True)
class EligibilityRequest:
    """A patient's card, with what the patients service knows of the person."""

    patient_id: str
    coverage_id: str
    cpf: str | None
    birth_date: str

    def __repr__(self) -> str:
        """Nothing personal, wherever this ends up."""
        return f"EligibilityRequest(coverage_id={self.coverage_id!r})"


async def check_eligibility(
    database: Database, plan: PlanClient, requests: Sequence[EligibilityRequest], now: datetime
) -> list[Eligibility | None]:
    """The plan's answers in the order of the requests; None where the card is not the patient's."""
    async with database.read() as session:
        known = await coverages.by_ids(session, [request.coverage_id for request in requests])
        now_of = await merged_patients.current(
            session,
            {request.patient_id for request in requests}
            | {coverage.patient_id for coverage in known.values()},
        )
    own = [_own(request, known.get(request.coverage_id), now_of) for request in requests]
    return list(
        await asyncio.gather(
            *(_ask(plan, request, card, now) for request, card in zip(requests, own, strict=True))
        )
    )


def _own(
    request: EligibilityRequest, coverage: CoverageRow | None, now_of: Mapping[str, str]
) -> CoverageRow | None:
    """The card, where it is this patient's under whichever registration."""
    if coverage is None or now_of[coverage.patient_id] != now_of[request.patient_id]:
        return None
    return coverage


async def _ask(
    plan: PlanClient, request: EligibilityRequest, coverage: CoverageRow | None, now: datetime
) -> Eligibility | None:
    if coverage is None:
        return None
    member = Member(coverage.ans_registry, coverage.card_number, request.cpf, request.birth_date)
    try:
        return await plan.eligibility(member, _day(now), now)
    except PlanUnavailable:
        return Eligibility(EligibilityStatus.UNKNOWN_PLAN_UNAVAILABLE, now)


def _day(now: datetime) -> date:
    """No clinic is named here, so the day is the one of Brasília, as on the insurers' forms."""
    return now.astimezone(BRASILIA).date()
