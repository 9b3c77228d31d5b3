"""One mutation, one transaction, one effect per idempotency key."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from subgraphs.billing.models import IDEMPOTENCY_KEYS
from subgraphs.billing.types.context import BillingContext
from subgraphs.kit.database import Session
from subgraphs.kit.idempotency import IdempotentRequest

Effect = Callable[[Session], Awaitable[str]]
"""Does something in the transaction, and gives the id of what it did it to."""


class _NeverDone(Exception):
    """Leaves a transaction in which there is nothing to repeat."""


@dataclass(frozen=True, slots=True)
class Once:
    """A mutation that has one effect for its key."""

    context: BillingContext
    operation: str
    key: UUID
    body: Any

    async def do(self, effect: Effect) -> str:
        """Make the effect, or give the answer that it had the first time."""
        answer = await self.context.idempotency(IDEMPOTENCY_KEYS).once(self._request(), effect)
        return str(answer)

    async def answered(self) -> str | None:
        """The answer of the first time, where there was one.

        For a mutation that asks another service first: repeated, it must not depend on it.
        """

        async def nothing(_session: Session) -> str:
            raise _NeverDone

        try:
            return await self.do(nothing)
        except _NeverDone:
            return None

    def _request(self) -> IdempotentRequest:
        return IdempotentRequest(self.context.actor.id, self.operation, self.key, self.body)
