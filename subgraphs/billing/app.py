"""The billing service: `uvicorn subgraphs.billing.app:app --port 5004`."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
from fastapi import FastAPI, Request, Response
from pydantic import Field, SecretStr

from subgraphs.billing.background import PlanQuestions
from subgraphs.billing.client.appointments import AppointmentsClient
from subgraphs.billing.client.entity import EntitySource
from subgraphs.billing.client.plan import PlanClient
from subgraphs.billing.client.plan_call import Patience, PlanCall
from subgraphs.billing.client.plan_claims import PlanClaims
from subgraphs.billing.client.records import RecordsClient
from subgraphs.billing.domain.br_code import PixReceiver
from subgraphs.billing.models import OUTBOX
from subgraphs.billing.schema import schema
from subgraphs.billing.service.following import consumer
from subgraphs.billing.service.plan_events import (
    BadAnnouncement,
    BadSignature,
    announced_request,
    take_announcement,
)
from subgraphs.billing.service.resources import Resources
from subgraphs.billing.types.context import BillingContext
from subgraphs.kit.app import Domain, create_app
from subgraphs.kit.auth.service_auth import ServiceAuth
from subgraphs.kit.clock import Clock, SystemClock
from subgraphs.kit.database import Database
from subgraphs.kit.periodic import every
from subgraphs.kit.settings import ServiceSettings


class BillingSettings(ServiceSettings):
    """What every service needs to know, and where the other services answer."""

    appointments_url: str = "http://127.0.0.1:5002/graphql"
    records_url: str = "http://127.0.0.1:5003/graphql"
    health_plan_url: str = "http://127.0.0.1:5005"
    health_plan_webhook_secret: SecretStr | None = None
    """Key of the HMAC-SHA-256 that the plan's announcements carry; unset, none are taken."""
    plan_poll_seconds: float = Field(default=60, ge=0)
    """How often the plan is asked about what it has not decided; 0 leaves it to its webhooks."""
    pix_key: str = ""
    """The PIX key that patients pay to; unset, no codes are made."""
    pix_name: str = "Vida+ Saúde"
    pix_city: str = "São Paulo"

    def pix_receiver(self) -> PixReceiver | None:
        """Who is paid by PIX; None where no key is set."""
        return PixReceiver(self.pix_key, self.pix_name, self.pix_city) if self.pix_key else None


def create(
    settings: BillingSettings,
    clock: Clock | None = None,
    *,
    neighbours: httpx.AsyncBaseTransport | None = None,
    patience: Patience | None = None,
) -> FastAPI:
    """The app with these settings; `neighbours` stands in for the network to other subgraphs."""

    clock = clock or SystemClock()

    @asynccontextmanager
    async def resources(_settings: BillingSettings) -> AsyncIterator[Resources]:
        auth = ServiceAuth("billing", settings)
        async with (
            httpx.AsyncClient(transport=neighbours, auth=auth) as http,
            httpx.AsyncClient() as plan,
        ):
            call = PlanCall(plan, settings.health_plan_url, patience)
            found = Resources(
                AppointmentsClient(EntitySource(http, settings.appointments_url)),
                PlanClient(call),
                PlanClaims(call),
                RecordsClient(EntitySource(http, settings.records_url)),
                settings.pix_receiver(),
            )
            database = Database(settings.database_url)
            try:
                questions = PlanQuestions(database, found, clock)
                seconds = settings.plan_poll_seconds
                async with every(seconds, questions.ask_all, name="asking the plan"):
                    yield found
            finally:
                await database.dispose()

    domain = Domain(
        "billing",
        schema,
        BillingContext,
        "subgraphs.billing.migrations",
        resources,
        outbox=OUTBOX,
        consumer=consumer,
    )
    app = create_app(domain, settings, clock)
    if settings.health_plan_webhook_secret is not None:
        _listen_to_the_plan(app, settings.health_plan_webhook_secret.get_secret_value(), clock)
    return app


def _listen_to_the_plan(app: FastAPI, secret: str, clock: Clock) -> None:
    @app.post("/plan-events", status_code=204)
    async def plan_event(request: Request) -> Response:
        """What the plan announces; it announces again what was not taken."""
        signature = request.headers.get("X-Signature", "")
        try:
            key = announced_request(await request.body(), signature, secret)
        except BadSignature:
            return Response(status_code=401)
        except BadAnnouncement:
            return Response(status_code=400)
        state = request.app.state
        await take_announcement(state.database, state.resources, key, clock.now())
        return Response(status_code=204)


app = create(BillingSettings.of("billing"))
