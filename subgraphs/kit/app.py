"""A subgraph as a web application: GraphQL, health, readiness, and a life that ends in order."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import Any

import structlog
from fastapi import FastAPI, Response
from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import Request
from starlette.routing import Route

from subgraphs.kit import migrations
from subgraphs.kit.auth.authentication import Authenticator
from subgraphs.kit.clock import Clock, SystemClock
from subgraphs.kit.context import Context
from subgraphs.kit.database import Database
from subgraphs.kit.endpoint import GraphQLEndpoint
from subgraphs.kit.graphql import Schema
from subgraphs.kit.settings import ServiceSettings

logger = structlog.get_logger()

Resources = Callable[[Any], AbstractAsyncContextManager[Any]]
"""Opens what a domain needs for as long as the app lives, from its settings."""


@dataclass(frozen=True)
class Domain:
    """What makes a domain's app: its schema, its context, where its migrations are."""

    name: str
    schema: Schema
    context: type[Context]
    migrations: str
    resources: Resources | None = None


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
    heads = migrations.heads(domain.migrations)
    authenticator = Authenticator(settings)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        database = Database(settings.database_url)
        try:
            if settings.environment == "development":
                await migrations.upgrade(database, domain.migrations)
            async with (domain.resources or _nothing)(settings) as resources:
                app.state.database, app.state.resources = database, resources
                yield
        finally:
            await database.dispose()

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

    app = FastAPI(title=f"SGM {domain.name}", lifespan=lifespan, openapi_url=None)
    endpoint = GraphQLEndpoint(domain.schema, make_context, settings.max_body_bytes)
    app.router.routes.append(Route("/graphql", endpoint, methods=["POST"]))

    @app.get("/health")
    async def health() -> dict[str, str]:
        return {"status": "alive"}

    @app.get("/ready")
    async def ready(request: Request, response: Response) -> dict[str, str]:
        try:
            if await migrations.applied(request.app.state.database) == heads:
                return {"status": "ready"}
            reason = "the database is not migrated"
        except (SQLAlchemyError, OSError) as error:
            logger.warning("not ready", error_type=type(error).__qualname__)
            reason = "the database does not answer"
        response.status_code = 503
        return {"status": "not ready", "reason": reason}

    return app
