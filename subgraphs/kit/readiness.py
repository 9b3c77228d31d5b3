"""Whether a service lives, and whether it can work."""

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.types import Receive, Scope, Send

from subgraphs.kit import migrations


async def alive(_request: Request) -> JSONResponse:
    """Answer ``GET /health``: the process answers."""
    return JSONResponse({"status": "alive"})


class Readiness:
    """Answers ``GET /ready``: the database answers too, and is migrated."""

    def __init__(self, migrations_package: str) -> None:
        self._heads = migrations.heads(migrations_package)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The ASGI call."""
        database = Request(scope).app.state.database
        reason = await migrations.why_not_ready(database, self._heads)
        if reason is None:
            response = JSONResponse({"status": "ready"})
        else:
            response = JSONResponse({"status": "not ready", "reason": reason}, 503)
        await response(scope, receive, send)
