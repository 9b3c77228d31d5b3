"""A subgraph as a web application: GraphQL, health, readiness, and a life that ends in order."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI
from starlette.requests import Request
from starlette.routing import Route

from subgraphs.kit import migrations
from subgraphs.kit.auth.authentication import Authenticator
from subgraphs.kit.clock import Clock, SystemClock
from subgraphs.kit.context import Context
from subgraphs.kit.database import Database
from subgraphs.kit.endpoint import GraphQLEndpoint
from subgraphs.kit.events.consumer import Consumer
from subgraphs.kit.events.feed import EventFeed
from subgraphs.kit.events.metrics import MetricsPage
from subgraphs.kit.events.outbox import Outbox
from subgraphs.kit.events.subscription import Reader, subscribed
from subgraphs.kit.graphql import Schema
from subgraphs.kit.readiness import Readiness, alive
from subgraphs.kit.settings import ServiceSettings

Resources = Callable[[Any], AbstractAsyncContextManager[Any]]
"""Opens what a domain needs for as long as the app lives, from its settings."""


@dataclass(frozen=True)
class Domain:
    """What makes a domain's app: its schema, its context, where its migrations are.

    ``outbox`` holds the events that it tells, ``consumer`` what it does about those of others.
    """

    name: str
    schema: Schema
    context: type[Context]
    migrations: str
    resources: Resources | None = None
    outbox: Outbox | None = None
    consumer: Consumer | None = None


@asynccontextmanager
async def _nothing(_settings: ServiceSettings) -> AsyncIterator[None]:
    yield None


def create_app(
    domain: Domain, settings: ServiceSettings | None = None, clock: Clock | None = None
) -> FastAPI:
    """The app of a domain. It opens its database when it starts and closes it when it ends.

    In development it also migrates the database at start; in production `/ready` waits until
    somebody did.
    """
    settings = settings or ServiceSettings.of(domain.name)
    clock = clock or SystemClock()
    authenticator = Authenticator(settings)

    async def make_context(request: Request, request_id: str) -> Context:
        state = request.app.state
        return domain.context(
            database=state.database,
            clock=clock,
            signing_secret=settings.signing_secret.get_secret_value(),
            request_id=request_id,
            actor=await authenticator.actor_of(request.headers),
            resources=state.resources,
        )

    lifespan = _lifespan(domain, settings, clock)
    app = FastAPI(title=f"SGM {domain.name}", lifespan=lifespan, openapi_url=None)
    endpoint = GraphQLEndpoint(domain.schema, make_context, settings.max_body_bytes)
    routes = [
        Route("/graphql", endpoint, methods=["POST"]),
        Route("/health", alive, methods=["GET"]),
        Route("/ready", Readiness(domain.migrations), methods=["GET"]),
        Route("/metrics", MetricsPage(domain.outbox), methods=["GET"]),
    ]
    if domain.outbox is not None:
        feed = EventFeed(domain.outbox, authenticator)
        routes.append(Route("/events", feed, methods=["GET"]))
    app.router.routes.extend(routes)
    return app


def _lifespan(
    domain: Domain, settings: ServiceSettings, clock: Clock
) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        database = Database(settings.database_url)
        reader = Reader(domain.name, settings, settings.event_sources, settings.event_wait_seconds)
        try:
            if settings.environment == "development":
                await migrations.upgrade(database, domain.migrations)
            async with (
                (domain.resources or _nothing)(settings) as resources,
                subscribed(reader, domain.consumer, database, clock) as subscriptions,
            ):
                app.state.database, app.state.resources = database, resources
                app.state.subscriptions = subscriptions
                yield
        finally:
            await database.dispose()

    return lifespan
