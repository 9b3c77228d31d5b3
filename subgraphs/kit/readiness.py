"""Whether a service lives, and whether it can work."""

import structlog
from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.types import Receive, Scope, Send

from subgraphs.kit import migrations
from subgraphs.kit.database import Database

logger = structlog.get_logger()


async def alive(_request: Request) -> JSONResponse:
    """Answer ``GET /health``: the process answers."""
    return JSONResponse({"status": "alive"})


class Readiness:
    """Answers ``GET /ready``: the database answers too, and is migrated."""

    def __init__(self, migrations_package: str) -> None:
        self._heads = migrations.heads(migrations_package)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The ASGI call."""
        reason = await self._obstacle(Request(scope).app.state.database)
        if reason is None:
            response = JSONResponse({"status": "ready"})
        else:
            response = JSONResponse({"status": "not ready", "reason": reason}, 503)
        await response(scope, receive, send)

    async def _obstacle(self, database: Database) -> str | None:
        try:
            if await migrations.applied(database) == self._heads:
                return None
        except (SQLAlchemyError, OSError) as error:
            logger.warning("not ready", error_type=type(error).__qualname__)
            return "the database does not answer"
        return "the database is not migrated"
