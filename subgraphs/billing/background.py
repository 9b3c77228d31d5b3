"""What billing asks the plan by itself, now and then, as long as its app lives.

The plan announces decisions where it can; whoever it cannot reach must ask. Both lead to the same
question, so it does not matter which comes first, or how often. Several apps may ask on one
database.
"""

from collections.abc import Awaitable, Callable, Sequence
from functools import partial

from subgraphs.billing.repository import authorizations, claims
from subgraphs.billing.service.authorizing import advance
from subgraphs.billing.service.claiming import advance_batch
from subgraphs.billing.service.contesting import advance_appeal
from subgraphs.billing.service.resources import Resources
from subgraphs.kit.clock import Clock
from subgraphs.kit.database import Database, Session
from subgraphs.kit.periodic import attempt

_AT_ONCE = 500

_Pending = Callable[[Session, int], Awaitable[Sequence[str]]]
_Step = Callable[[str], Awaitable[object]]


class PlanQuestions:
    """What waits for the plan: requests, batches and appeals that it has not decided or taken."""

    def __init__(self, database: Database, resources: Resources, clock: Clock) -> None:
        self._database = database
        self._resources = resources
        self._clock = clock

    async def ask_all(self) -> None:
        """Bring each one step further. One that fails does not hold up the others."""
        steps: list[tuple[_Pending, _Step]] = [
            (authorizations.pending, self._step(advance)),
            (claims.unpaid_batches, self._step(advance_batch)),
            (claims.undecided_appeals, self._step(advance_appeal)),
        ]
        for pending, step in steps:
            async with self._database.read() as session:
                waiting = await pending(session, _AT_ONCE)
            for id in waiting:
                await attempt(partial(step, id), "asking the plan")

    def _step(self, advance_one: Callable[..., Awaitable[object]]) -> _Step:
        return partial(self._at_this_moment, advance_one)

    async def _at_this_moment(self, advance_one: Callable[..., Awaitable[object]], id: str) -> None:
        await advance_one(self._database, self._resources, id, self._clock.now())
