"""One mutation, one transaction, one effect per idempotency key, one answer."""

from collections.abc import Awaitable, Callable
from typing import Any, Protocol
from uuid import UUID

import strawberry

from subgraphs.appointments.models import IDEMPOTENCY_KEYS
from subgraphs.appointments.types.context import AppointmentsContext
from subgraphs.appointments.types.results import refused
from subgraphs.kit.database import Session
from subgraphs.kit.errors import DomainError
from subgraphs.kit.idempotency import IdempotentRequest


class HasKey(Protocol):
    """An input of a mutation."""

    idempotency_key: UUID


class HasId(Protocol):
    """What an effect made or changed."""

    @property
    def id(self) -> Any:
        """Its identifier."""
        ...


Effect = Callable[[Session], Awaitable[HasId]]
Show = Callable[[strawberry.ID], Awaitable[Any]]


class _NeverDone(Exception):
    """Leaves a transaction in which there is nothing to repeat."""


class Once:
    """A mutation that has one effect for its key."""

    def __init__(self, context: AppointmentsContext, operation: str, input: HasKey) -> None:
        self._context = context
        body = strawberry.asdict(input)
        self._request = IdempotentRequest(context.actor.id, operation, input.idempotency_key, body)

    async def answer(self, effect: Effect, show: Show) -> Any:
        """What the effect made, now or the first time, or the refusal as data."""
        try:
            return await show(await self.done(effect))
        except DomainError as error:
            return refused(error)

    async def done(self, effect: Effect) -> strawberry.ID:
        """The id of what the effect made, now or the first time."""

        async def made(session: Session) -> str:
            return str((await effect(session)).id)

        keys = self._context.idempotency(IDEMPOTENCY_KEYS)
        done = strawberry.ID(await keys.once(self._request, made))
        self._context.forget_reads()
        return done

    async def already_done(self) -> strawberry.ID | None:
        """The id of what was made the first time, where there was one.

        For a mutation that asks another service first: repeated, it must not depend on it.
        """

        async def nothing(_session: Session) -> HasId:
            raise _NeverDone

        try:
            return await self.done(nothing)
        except _NeverDone:
            return None
