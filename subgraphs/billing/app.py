"""The billing service: `uvicorn subgraphs.billing.app:app --port 5004`."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
from fastapi import FastAPI

from subgraphs.billing.client.appointments import AppointmentsClient
from subgraphs.billing.client.entity import EntitySource
from subgraphs.billing.client.plan import PlanClient
from subgraphs.billing.client.plan_call import Patience, PlanCall
from subgraphs.billing.client.records import RecordsClient
from subgraphs.billing.schema import schema
from subgraphs.billing.service.resources import Resources
from subgraphs.billing.settings import BillingSettings
from subgraphs.billing.types.context import BillingContext
from subgraphs.kit.app import Domain, create_app
from subgraphs.kit.clock import Clock


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
            yield Resources(
                AppointmentsClient(EntitySource(http, settings.appointments_url)),
                PlanClient(PlanCall(plan, settings.health_plan_url, patience)),
                RecordsClient(EntitySource(http, settings.records_url)),
            )

    domain = Domain("billing", schema, BillingContext, "subgraphs.billing.migrations", resources)
    return create_app(domain, settings, clock)


app = create(BillingSettings.of("billing"))
