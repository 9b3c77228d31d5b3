"""Authorizations: request, look again, withdraw."""

from fastapi import APIRouter
from fastapi.responses import Response

from subgraphs.health_plan.authorization import UNDECIDED
from subgraphs.health_plan.failure import FailureMode
from subgraphs.health_plan.idempotency import answer_once
from subgraphs.health_plan.messages import (
    AuthorizationAnswer,
    AuthorizationRequest,
)
from subgraphs.health_plan.requests import (
    AuthorizationDesk,
    Failing,
    IdempotencyKey,
    NotFound,
    Now,
    Webhooks,
    json_bytes,
)

router = APIRouter(prefix="/v1/authorizations", tags=["authorizations"])


@router.post(
    "",
    summary="Ask for authorization of a procedure",
    response_model=AuthorizationAnswer,
    status_code=201,
    responses={202: {"model": AuthorizationAnswer, "description": "In analysis: ask again."}},
)
async def request_authorization(
    request: AuthorizationRequest,
    key: IdempotencyKey,
    desk: AuthorizationDesk,
    now: Now,
    failure: Failing,
    announcer: Webhooks,
) -> Response:
    """TISS SOLICITACAO_PROCEDIMENTOS. 201 with a decision, 202 while an analyst looks at it."""
    is_new = False

    def produce() -> tuple[int, AuthorizationAnswer]:
        nonlocal is_new
        is_new = True
        answer = desk.request(request, failure=failure, now=now)
        announcer.schedule(answer, key, failure)
        return (202 if answer.status in UNDECIDED else 201), answer

    status, body = answer_once(desk.store, key, request, produce)
    # Once: whoever hears of it may send the request again, and would hear of it again before the
    # answer.
    if is_new and failure is FailureMode.WEBHOOK_BEFORE_RESPONSE:
        await announcer.announce_early(key)
    return json_bytes(status, body)


@router.get("/{authorization_id}", summary="How does the request stand?")
async def read_authorization(
    authorization_id: str, desk: AuthorizationDesk, now: Now
) -> AuthorizationAnswer:
    """TISS SOLICITA_STATUS_AUTORIZACAO."""
    answer = desk.find(authorization_id, now=now)
    if answer is None:
        raise NotFound
    return answer


@router.delete("/{authorization_id}", summary="Withdraw the request")
async def cancel_authorization(
    authorization_id: str, desk: AuthorizationDesk, now: Now
) -> AuthorizationAnswer:
    """TISS CANCELA_GUIA. Asked twice, it answers the same."""
    answer = desk.cancel(authorization_id, now=now)
    if answer is None:
        raise NotFound
    return answer
