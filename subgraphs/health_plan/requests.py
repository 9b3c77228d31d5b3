"""What the routes have in common: who is asked, when, and how a problem is answered."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Annotated

from fastapi import Depends, FastAPI, Header, Request
from fastapi.responses import JSONResponse, Response

from subgraphs.health_plan.announcement import Announcer
from subgraphs.health_plan.authorization import Desk
from subgraphs.health_plan.claim import Auditor
from subgraphs.health_plan.failure import FailureMode, FailureSwitchboard
from subgraphs.health_plan.idempotency import KeyReused
from subgraphs.health_plan.messages import Problem
from subgraphs.health_plan.store import Store


class KeyMissing(Exception):
    """A POST that changes something came without an Idempotency-Key."""


class NotFound(Exception):
    """Nothing is known under the id in the path."""


def _failure(request: Request) -> FailureMode | None:
    return getattr(request.state, "failure", None)


def _store(request: Request) -> Store:
    store: Store = request.app.state.store
    return store


def _desk(request: Request) -> Desk:
    desk: Desk = request.app.state.desk
    return desk


def _auditor(request: Request) -> Auditor:
    auditor: Auditor = request.app.state.auditor
    return auditor


def _announcer(request: Request) -> Announcer:
    announcer: Announcer = request.app.state.announcer
    return announcer


def _seed(request: Request) -> str:
    seed: str = request.app.state.settings.seed
    return seed


def _instant(request: Request) -> datetime:
    instant: datetime = request.app.state.now()
    return instant


def _switchboard(request: Request) -> FailureSwitchboard:
    switchboard: FailureSwitchboard = request.app.state.switchboard
    return switchboard


def _idempotency_key(
    key: Annotated[
        str | None,
        Header(alias="Idempotency-Key", max_length=100, description="One effect per key."),
    ] = None,
) -> str:
    if not key:
        raise KeyMissing
    return key


Failing = Annotated[FailureMode | None, Depends(_failure)]
Memory = Annotated[Store, Depends(_store)]
AuthorizationDesk = Annotated[Desk, Depends(_desk)]
ClaimAuditor = Annotated[Auditor, Depends(_auditor)]
Webhooks = Annotated[Announcer, Depends(_announcer)]
Seed = Annotated[str, Depends(_seed)]
Now = Annotated[datetime, Depends(_instant)]
Switchboard = Annotated[FailureSwitchboard, Depends(_switchboard)]
IdempotencyKey = Annotated[str, Depends(_idempotency_key)]


def json_bytes(status: int, body: bytes) -> Response:
    """An answer whose JSON is already written."""
    return Response(body, status_code=status, media_type="application/json")


def answer_problem(app: FastAPI) -> None:
    """Teach an application to answer the exceptions above."""
    problems: dict[type[Exception], tuple[int, Problem]] = {
        KeyMissing: (
            400,
            Problem(code="IDEMPOTENCY_KEY_MISSING", message="Send an Idempotency-Key header."),
        ),
        KeyReused: (
            422,
            Problem(
                code="IDEMPOTENCY_KEY_REUSED",
                message="This key was used with another content; make a new one.",
            ),
        ),
        NotFound: (404, Problem(code="NOT_FOUND", message="Nothing is known under this id.")),
    }
    for exception, (status, problem) in problems.items():
        app.add_exception_handler(exception, _answer(status, problem))


def _answer(
    status: int, problem: Problem
) -> Callable[[Request, Exception], Awaitable[JSONResponse]]:
    async def handler(_: Request, __: Exception) -> JSONResponse:
        return JSONResponse(problem.model_dump(), status_code=status)

    return handler
