"""A mutation: one transaction, one effect per idempotency key, one answer.

class Once(kit.once.Once):            # in the domain's schema package
    keys = IDEMPOTENCY_KEYS
    refused = staticmethod(refused)   # a DomainError as a member of the result unions

return await Once(info.context, "bookAppointment", input).answer(effect, show)
"""

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable
from typing import Any, ClassVar, Protocol
from uuid import UUID

import strawberry
from sqlalchemy import Table

from subgraphs.kit.context import Context
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


class Once(ABC):
    """A mutation that has one effect for its key. A domain subclasses it."""

    keys: ClassVar[Table]

    @abstractmethod
    def refused(self, error: DomainError) -> Any:
        """The refusal as data."""

    def __init__(self, context: Context, operation: str, input: HasKey) -> None:
        self._context = context
        self._idempotency = context.idempotency(self.keys)
        body = strawberry.asdict(input)
        self._request = IdempotentRequest(context.actor.id, operation, input.idempotency_key, body)

    async def answer(self, effect: Effect, show: Show) -> Any:
        """What the effect made, now or the first time, or the refusal as data."""
        try:
            return await show(await self.done(effect))
        except DomainError as error:
            return self.refused(error)

    async def done(self, effect: Effect) -> strawberry.ID:
        """The id of what the effect made, now or the first time. Raises ``DomainError``."""

        async def made(session: Session) -> str:
            return str((await effect(session)).id)

        done = strawberry.ID(await self._idempotency.once(self._request, made))
        self._context.forget_reads()
        return done

    async def already_done(self) -> strawberry.ID | None:
        """The id of what was made the first time, where there was one. Raises ``DomainError``.

        For a mutation that asks another service first: repeated, it must not depend on it.
        """
        answer = await self._idempotency.recall(self._request)
        return None if answer is None else strawberry.ID(answer)
