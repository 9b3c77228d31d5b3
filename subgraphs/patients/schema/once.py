"""A mutation: its effect once for each key, its refusals as members of its result union."""

from collections.abc import Awaitable, Callable
from typing import Any

import strawberry

from subgraphs.kit.database import Session
from subgraphs.kit.errors import DomainError
from subgraphs.kit.idempotency import IdempotentRequest
from subgraphs.kit.user_errors import as_user_error
from subgraphs.patients.models import idempotency_keys
from subgraphs.patients.service.author import Author
from subgraphs.patients.types.context import Info
from subgraphs.patients.types.errors import ERRORS
from subgraphs.patients.types.patient import patient_by_id

Effect = Callable[[Session], Awaitable[str]]
"""Changes something, and gives the id of what the answer is about."""


def author_of(info: Info, reason: str | None = None) -> Author:
    """Who makes this request, now."""
    return Author(info.context.actor.id, info.context.clock.now(), reason)


def request_of(info: Info, operation: str, input: Any) -> IdempotentRequest:
    """The request as its idempotency key stands for it."""
    actor = info.context.actor.id
    return IdempotentRequest(actor, operation, input.idempotency_key, strawberry.asdict(input))


async def once(
    info: Info,
    request: IdempotentRequest,
    effect: Effect,
    show: Callable[[Info, str], Awaitable[Any]] = patient_by_id,
) -> Any:
    """What the effect is about, shown by ``show``; or the refusal."""
    try:
        id = await info.context.idempotency(idempotency_keys).once(request, effect)
        return await show(info, id)
    except DomainError as error:
        return as_user_error(error, ERRORS)
