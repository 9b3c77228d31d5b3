"""Claim batches, their statements, and appeals against denials."""

from fastapi import APIRouter
from fastapi.responses import Response

from subgraphs.health_plan.claim_messages import (
    AppealAnswer,
    AppealRequest,
    ClaimBatch,
    ProtocolAnswer,
    Statement,
)
from subgraphs.health_plan.failure import FailureMode
from subgraphs.health_plan.idempotency import answer_once
from subgraphs.health_plan.requests import (
    ClaimAuditor,
    Failing,
    IdempotencyKey,
    Memory,
    NotFound,
    Now,
    json_bytes,
)

router = APIRouter(prefix="/v1", tags=["claims"])


@router.post(
    "/claim-batches",
    summary="Claim the money for up to a hundred visits",
    response_model=ProtocolAnswer,
    status_code=201,
)
async def send_batch(
    batch: ClaimBatch,
    key: IdempotencyKey,
    auditor: ClaimAuditor,
    store: Memory,
    now: Now,
    failure: Failing,
) -> Response:
    """TISS ENVIO_LOTE_GUIAS → PROTOCOLO_RECEBIMENTO."""

    def produce() -> tuple[int, ProtocolAnswer]:
        denied = failure is FailureMode.BUSINESS_DENIAL
        return 201, auditor.receive(batch, denied=denied, now=now)

    return json_bytes(*answer_once(store, key, batch, produce))


@router.get("/protocols/{protocol}", summary="How does a batch stand?")
async def read_protocol(protocol: str, auditor: ClaimAuditor, now: Now) -> ProtocolAnswer:
    """TISS SOLIC_STATUS_PROTOCOLO."""
    answer = auditor.protocol(protocol, now=now)
    if answer is None:
        raise NotFound
    return answer


@router.get("/protocols/{protocol}/statement", summary="What came of each item?")
async def read_statement(protocol: str, auditor: ClaimAuditor, now: Now) -> Statement:
    """TISS DEMONSTRATIVO_ANALISE_CONTA: informed = released + denied, item by item."""
    statement = auditor.statement(protocol, now=now)
    if statement is None:
        raise NotFound
    return statement


@router.post(
    "/appeals",
    summary="Contest denials of a guia, once",
    response_model=AppealAnswer,
    status_code=201,
)
async def send_appeal(
    request: AppealRequest, key: IdempotencyKey, auditor: ClaimAuditor, store: Memory, now: Now
) -> Response:
    """TISS RECURSO_GLOSA. A second appeal for the same guia is refused with 2904."""

    def produce() -> tuple[int, AppealAnswer]:
        answer = auditor.appeal(request, now=now)
        if answer is None:
            raise NotFound
        return 201, answer

    return json_bytes(*answer_once(store, key, request, produce))


@router.get("/appeals/{appeal_id}", summary="How does an appeal stand?")
async def read_appeal(appeal_id: str, auditor: ClaimAuditor, now: Now) -> AppealAnswer:
    """TISS RESPOSTA_RECURSO_GLOSA."""
    answer = auditor.appeal_answer(appeal_id, now=now)
    if answer is None:
        raise NotFound
    return answer
