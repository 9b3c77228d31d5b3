"""The billing service: `uvicorn subgraphs.billing.app:app --port 5004`."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
from fastapi import FastAPI

from subgraphs.billing.client.appointments import AppointmentsClient
from subgraphs.billing.client.entity import EntitySource
from subgraphs.billing.client.plan import PlanClient
from subgraphs.billing.client.plan_call import Patience, PlanCall
from subgraphs.billing.client.plan_claims import PlanClaims
from subgraphs.billing.client.records import RecordsClient
from subgraphs.billing.schema import schema
from subgraphs.billing.service.resources import Resources
from subgraphs.billing.types.context import BillingContext
from subgraphs.kit.app import Domain, create_app
from subgraphs.kit.clock import Clock
from subgraphs.kit.settings import ServiceSettings


class BillingSettings(ServiceSettings):
    """What every service needs to know, and where the other services answer."""

    appointments_url: str = "http://127.0.0.1:5002/graphql"
    records_url: str = "http://127.0.0.1:5003/graphql"
    health_plan_url: str = "http://127.0.0.1:5005"


def create(
    settings: BillingSettings,
    clock: Clock | None = None,
    *,
    neighbours: httpx.AsyncBaseTransport | None = None,
    patience: Patience | None = None,
) -> FastAPI:
    """The app with these settings; `neighbours` stands in for the network to other subgraphs."""

    @asynccontextmanager
    async def resources(_settings: BillingSettings) -> AsyncIterator[Resources]:
        async with httpx.AsyncClient(transport=neighbours) as http, httpx.AsyncClient() as plan:
            call = PlanCall(plan, settings.health_plan_url, patience)
            yield Resources(
                AppointmentsClient(EntitySource(http, settings.appointments_url)),
                PlanClient(call),
                PlanClaims(call),
                RecordsClient(EntitySource(http, settings.records_url)),
            )

    domain = Domain("billing", schema, BillingContext, "subgraphs.billing.migrations", resources)
    return create_app(domain, settings, clock)


app = create(BillingSettings.of("billing"))
