"""The records service: `uvicorn subgraphs.records.app:app --port 5003`."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
from fastapi import FastAPI

from subgraphs.kit.app import Domain, create_app
from subgraphs.kit.auth.service_auth import ServiceAuth
from subgraphs.kit.clock import Clock
from subgraphs.kit.settings import ServiceSettings
from subgraphs.records.client import AppointmentsClient
from subgraphs.records.models import OUTBOX
from subgraphs.records.schema import schema
from subgraphs.records.service.following import consumer
from subgraphs.records.types.context import RecordsContext, Resources


class RecordsSettings(ServiceSettings):
    """What every service needs to know, and where the appointments service answers."""

    appointments_url: str = "http://127.0.0.1:5002/graphql"


def create(
    settings: RecordsSettings,
    clock: Clock | None = None,
    transport: httpx.AsyncBaseTransport | None = None,
) -> FastAPI:
    """The app with these settings; `transport` takes the place of the network."""

    @asynccontextmanager
    async def resources(_settings: RecordsSettings) -> AsyncIterator[Resources]:
        auth = ServiceAuth("records", settings)
        async with httpx.AsyncClient(transport=transport, auth=auth) as http:
            yield Resources(AppointmentsClient(http, settings.appointments_url))

    domain = Domain(
        "records",
        schema,
        RecordsContext,
        "subgraphs.records.migrations",
        resources,
        OUTBOX,
        consumer,
    )
    return create_app(domain, settings, clock)


app = create(RecordsSettings.of("records"))
