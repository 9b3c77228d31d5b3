"""The appointments service: `uvicorn subgraphs.appointments.app:app --port 5002`."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import httpx
import structlog
from fastapi import FastAPI
from pydantic import Field

from subgraphs.appointments.client import PatientsClient, RecordsClient
from subgraphs.appointments.schema import schema
from subgraphs.appointments.service.sweep import sweep
from subgraphs.appointments.types.context import AppointmentsContext, Resources
from subgraphs.kit.app import Domain, create_app
from subgraphs.kit.auth.service_auth import ServiceAuth
from subgraphs.kit.clock import Clock, SystemClock
from subgraphs.kit.database import Database
from subgraphs.kit.settings import ServiceSettings

logger = structlog.get_logger()


class AppointmentsSettings(ServiceSettings):
    """What every service needs to know, and what this one asks and does by itself."""

    patients_url: str = "http://127.0.0.1:5001/graphql"
    records_url: str = "http://127.0.0.1:5003/graphql"
    sweep_seconds: float = Field(default=60, gt=0)
    """How often holds that ran out are cancelled, and no-shows noted."""


def create(
    settings: AppointmentsSettings,
    clock: Clock | None = None,
    transport: httpx.AsyncBaseTransport | None = None,
) -> FastAPI:
    """The app with these settings; `transport` takes the place of the network."""
    clock = clock or SystemClock()

    @asynccontextmanager
    async def resources(_settings: AppointmentsSettings) -> AsyncIterator[Resources]:
        async with (
            httpx.AsyncClient(
                auth=ServiceAuth("appointments", settings), transport=transport
            ) as http,
            _sweeping(settings, clock),
        ):
            yield Resources(
                PatientsClient(http, settings.patients_url),
                RecordsClient(http, settings.records_url),
            )

    domain = Domain(
        "appointments",
        schema,
        AppointmentsContext,
        "subgraphs.appointments.migrations",
        resources,
    )
    return create_app(domain, settings, clock)


@asynccontextmanager
async def _sweeping(settings: AppointmentsSettings, clock: Clock) -> AsyncIterator[None]:
    """Sweep now and then, as long as the app lives; several apps may, on one database."""
    database = Database(settings.database_url)
    task = asyncio.create_task(_sweep_for_ever(database, settings.sweep_seconds, clock))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        await database.dispose()


async def _sweep_for_ever(database: Database, seconds: float, clock: Clock) -> None:
    while True:
        await asyncio.sleep(seconds)
        try:
            async with database.transaction() as session:
                swept = await sweep(session, clock.now())
        except Exception as error:  # whatever it is, the next sweep may go better
            logger.warning("sweep failed", error_type=type(error).__qualname__)
            continue
        if swept.expired_holds or swept.no_shows:
            logger.info("swept", expired_holds=swept.expired_holds, no_shows=swept.no_shows)


app = create(AppointmentsSettings.of("appointments"))
