"""The appointments service: `uvicorn subgraphs.appointments.app:app --port 5002`."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
from fastapi import FastAPI
from pydantic import Field

from subgraphs.appointments.background import Chores
from subgraphs.appointments.client import PatientsClient, RecordsClient
from subgraphs.appointments.models import OUTBOX
from subgraphs.appointments.schema import schema
from subgraphs.appointments.service.following import consumer
from subgraphs.appointments.types.context import AppointmentsContext, Resources
from subgraphs.kit.app import Domain, create_app
from subgraphs.kit.auth.service_auth import ServiceAuth
from subgraphs.kit.clock import Clock, SystemClock
from subgraphs.kit.database import Database
from subgraphs.kit.periodic import every
from subgraphs.kit.settings import ServiceSettings


class AppointmentsSettings(ServiceSettings):
    """What every service needs to know, and what this one asks and does by itself."""

    patients_url: str = "http://127.0.0.1:5001/graphql"
    records_url: str = "http://127.0.0.1:5003/graphql"
    sweep_seconds: float = Field(default=60, gt=0)
    """How often holds that ran out, no-shows, merged patients and deferred checks are seen to."""


def create(
    settings: AppointmentsSettings,
    clock: Clock | None = None,
    transport: httpx.AsyncBaseTransport | None = None,
) -> FastAPI:
    """The app with these settings; `transport` takes the place of the network."""
    clock = clock or SystemClock()

    @asynccontextmanager
    async def resources(_settings: AppointmentsSettings) -> AsyncIterator[Resources]:
        auth = ServiceAuth("appointments", settings)
        async with httpx.AsyncClient(auth=auth, transport=transport) as http:
            patients = PatientsClient(http, settings.patients_url)
            database = Database(settings.database_url)
            try:
                chores = Chores(database, patients, clock)
                async with every(settings.sweep_seconds, chores.do_all, name="chores"):
                    yield Resources(patients, RecordsClient(http, settings.records_url))
            finally:
                await database.dispose()

    domain = Domain(
        "appointments",
        schema,
        AppointmentsContext,
        "subgraphs.appointments.migrations",
        resources,
        OUTBOX,
        consumer,
    )
    return create_app(domain, settings, clock)


app = create(AppointmentsSettings.of("appointments"))
