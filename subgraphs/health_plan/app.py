"""The simulated insurer over HTTP: `uvicorn subgraphs.health_plan.app:app --port 5005`."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from functools import partial

from fastapi import FastAPI
from starlette.types import ASGIApp

from subgraphs.health_plan import (
    authorization_routes,
    claim_routes,
    failure_routes,
    member_routes,
)
from subgraphs.health_plan.announcement import Announcer
from subgraphs.health_plan.authorization import Desk
from subgraphs.health_plan.cards_behind import cards_behind
from subgraphs.health_plan.claim import Auditor
from subgraphs.health_plan.failure import FailureSwitchboard
from subgraphs.health_plan.failure_injection import FailureInjection
from subgraphs.health_plan.requests import answer_problem
from subgraphs.health_plan.settings import HealthPlanSettings
from subgraphs.health_plan.store import Store

DESCRIPTION = """
A Brazilian health plan, simulated, so that billing has somebody to ask. Messages mirror TISS.

Cards have seventeen digits: ANS registry (6), product (2), member (8), Luhn check digit (1). What
a member is entitled to is drawn from the number and always the same. Member numbers from 90000000
on are scenarios: the last two digits name the failure that the card always meets.

Failures are switched on at `PUT /v1/failures`, or for one request by `X-Simulate-Failure`.
"""


def _now() -> datetime:
    return datetime.now(UTC)


def create_app(
    settings: HealthPlanSettings | None = None, *, now: Callable[[], datetime] = _now
) -> ASGIApp:
    """The application with a memory and a switchboard of its own.

    Failures stand outside of everything else, where the server's own connection is in reach.
    """
    settings = settings or HealthPlanSettings()
    store = Store(settings.database_path)
    switchboard = FailureSwitchboard()
    analysis = timedelta(seconds=settings.analysis_seconds)
    desk = Desk(store, settings.seed, analysis)
    announcer = Announcer(
        desk, settings.webhook_url, settings.webhook_secret.get_secret_value(), now
    )

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with announcer.at_work(settings.webhook_interval_seconds):
            yield
        store.close()

    app = FastAPI(
        title="Plano de Saúde (simulated)",
        version="1",
        description=DESCRIPTION,
        lifespan=lifespan,
    )
    app.state.settings = settings
    app.state.store = store
    app.state.switchboard = switchboard
    app.state.now = now
    app.state.desk = desk
    app.state.announcer = announcer
    app.state.auditor = Auditor(store, settings.seed, analysis, desk)
    for routes in (member_routes, authorization_routes, claim_routes, failure_routes):
        app.include_router(routes.router)
    answer_problem(app)
    return FailureInjection(
        app,
        switchboard=switchboard,
        default_delay_seconds=settings.failure_delay_seconds,
        cards_behind=partial(cards_behind, store),
    )


app = create_app()
