"""A service's events over HTTP: ``GET /events?after=<position>&limit=<n>&wait=<seconds>``.

Ordered, at least once: the reader keeps its own position and asks again from there. With ``wait``
the answer is held back until there is an event or the time is over (long polling).
"""

import asyncio
import time
from collections.abc import Sequence

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from subgraphs.kit.auth.authentication import CHALLENGE, Authenticator
from subgraphs.kit.auth.keys import UnusableKeys
from subgraphs.kit.auth.requirements import Requirement
from subgraphs.kit.auth.tokens import InvalidToken
from subgraphs.kit.database import Database
from subgraphs.kit.events.event import Event
from subgraphs.kit.events.outbox import Outbox

MAX_LIMIT = 500
MAX_WAIT_SECONDS = 30.0
# How soon an event of another process is seen; those of this process ring.
_LOOK_AGAIN_SECONDS = 1.0
_REQUIRED = Requirement(scopes=((frozenset({"event:read"}),),))


class EventFeed:
    """The route's handler."""

    def __init__(self, outbox: Outbox, authenticator: Authenticator) -> None:
        self._outbox = outbox
        self._authenticator = authenticator

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The ASGI call; 401, 403 and 503 as for GraphQL, 400 for a wrong number."""
        response = await self._answer(Request(scope, receive))
        await response(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        refusal = await self._refusal(request)
        if refusal is not None:
            return refusal
        try:
            after = _number(request, "after", 0, float("inf"))
            limit = _number(request, "limit", 100, MAX_LIMIT)
            wait = _number(request, "wait", 0, MAX_WAIT_SECONDS)
        except ValueError as error:
            return _json({"error": str(error)}, 400)
        database: Database = request.app.state.database
        events = await self._wait_for(request, int(after), max(int(limit), 1), wait)
        async with database.read() as session:
            head = await self._outbox.head(session)
        return _json({"events": [event.to_record() for event in events], "head": head}, 200)

    async def _refusal(self, request: Request) -> Response | None:
        try:
            actor = await self._authenticator.actor_of(request.headers)
        except InvalidToken:
            return _json({"error": "the token does not count"}, 401, CHALLENGE)
        except UnusableKeys as error:
            return _json({"error": str(error)}, 503)
        if _REQUIRED.refuses(actor):
            return _json(
                {"error": "only services read events"}, 403 if actor.authenticated else 401
            )
        return None

    async def _wait_for(
        self, request: Request, after: int, limit: int, wait: float
    ) -> Sequence[Event]:
        database: Database = request.app.state.database
        deadline = time.monotonic() + wait
        while True:
            with self._outbox.listen() as rung:
                await self._outbox.publish(database)
                async with database.read() as session:
                    events = await self._outbox.events_after(session, after, limit)
                left = deadline - time.monotonic()
                if events or left <= 0 or await request.is_disconnected():
                    return events
                await asyncio.wait({rung}, timeout=min(left, _LOOK_AGAIN_SECONDS))


def _number(request: Request, name: str, default: float, most: float) -> float:
    text = request.query_params.get(name)
    try:
        number = float(text) if text is not None else default
    except ValueError:
        number = -1
    if not 0 <= number < float("inf"):
        raise ValueError(f"{name} must be a number, 0 or greater")
    return min(number, most)


def _json(content: object, status: int, headers: dict[str, str] | None = None) -> Response:
    return Response(orjson.dumps(content), status, media_type="application/json", headers=headers)
