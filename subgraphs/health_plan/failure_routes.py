"""The switch for every failure, and what an operator asks: alive? ready?"""

from dataclasses import asdict

from fastapi import APIRouter

from subgraphs.health_plan.failure import FailureRule
from subgraphs.health_plan.messages import Failure, Failures
from subgraphs.health_plan.requests import Memory, Switchboard

router = APIRouter()


@router.get("/v1/failures", tags=["failures"], summary="Which failures are switched on?")
async def read_failures(switchboard: Switchboard) -> Failures:
    """In order of precedence. Rules that have struck often enough are gone."""
    live = [rule for rule in switchboard.rules if rule.times != 0]
    return Failures(failures=[Failure(**asdict(rule)) for rule in live])


@router.put("/v1/failures", tags=["failures"], summary="Switch failures on; an empty list heals")
async def switch_failures(request: Failures, switchboard: Switchboard) -> Failures:
    """Replaces all rules. They last until replaced, spent, or the service restarts."""
    switchboard.switch([FailureRule(**dict(failure)) for failure in request.failures])
    return request


@router.get("/health", tags=["operation"], summary="Is the process alive?")
async def health() -> dict[str, str]:
    """Answers as long as the process does."""
    return {"status": "ok"}


@router.get("/ready", tags=["operation"], summary="Can it do its work?")
async def ready(store: Memory) -> dict[str, str]:
    """Reads from its memory, and so fails where that is gone."""
    store.get("ready", "ready")
    return {"status": "ready"}
