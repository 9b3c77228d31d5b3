"""The appointments service: `uvicorn subgraphs.appointments.app:app --port 5002`."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
from fastapi import FastAPI

from subgraphs.appointments.client import PatientsClient
from subgraphs.appointments.schema import schema
from subgraphs.appointments.types.context import AppointmentsContext, Resources
from subgraphs.kit.app import Domain, create_app
from subgraphs.kit.clock import Clock
from subgraphs.kit.settings import ServiceSettings


class AppointmentsSettings(ServiceSettings):
    """What every service needs to know, and where the patients service answers."""

    patients_url: str = "http://127.0.0.1:5001/graphql"


def create(
    settings: AppointmentsSettings,
    clock: Clock | None = None,
    transport: httpx.AsyncBaseTransport | None = None,
) -> FastAPI:
    """The app with these settings; `transport` takes the place of the network."""

    @asynccontextmanager
    async def resources(_settings: AppointmentsSettings) -> AsyncIterator[Resources]:
        async with httpx.AsyncClient(transport=transport) as http:
            yield Resources(PatientsClient(http, settings.patients_url))

    domain = Domain(
        "appointments",
        schema,
        AppointmentsContext,
        "subgraphs.appointments.migrations",
        resources,
    )
    return create_app(domain, settings, clock)


app = create(AppointmentsSettings.of("appointments"))
