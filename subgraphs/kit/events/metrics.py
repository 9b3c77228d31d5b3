"""How far events are behind, for a monitoring system (Prometheus text format, version 0.0.4)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from subgraphs.kit.database import Database
from subgraphs.kit.events.outbox import Outbox
from subgraphs.kit.events.subscription import Subscription

_MEDIA_TYPE = "text/plain; version=0.0.4"


@dataclass(frozen=True, slots=True)
class Metric:
    """One gauge; its values by label."""

    name: str
    help: str
    values: dict[str, float]

    def lines(self) -> Iterator[str]:
        """The gauge as text."""
        yield f"# HELP {self.name} {self.help}"
        yield f"# TYPE {self.name} gauge"
        for label, value in self.values.items():
            yield f"{self.name}{label} {value:g}"


class MetricsPage:
    """Answers ``GET /metrics`` with what the outbox and the subscriptions stand at."""

    def __init__(self, outbox: Outbox | None) -> None:
        self._outbox = outbox

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The ASGI call."""
        state = Request(scope).app.state
        metrics = await _outbox(state.database, self._outbox) if self._outbox else []
        metrics += await _subscriptions(state.database, state.subscriptions)
        text = "".join(f"{line}\n" for metric in metrics for line in metric.lines())
        await Response(text, media_type=_MEDIA_TYPE)(scope, receive, send)


async def _outbox(database: Database, outbox: Outbox) -> list[Metric]:
    async with database.read() as session:
        head, waiting = await outbox.head(session), await outbox.unpublished(session)
    return [
        Metric("sgm_outbox_position", "Last position of this service's events.", {"": head}),
        Metric("sgm_outbox_unpublished", "Events that nobody has asked for yet.", {"": waiting}),
    ]


async def _subscriptions(database: Database, subscriptions: Sequence[Subscription]) -> list[Metric]:
    lag, parked, down = {}, {}, {}
    for subscription in subscriptions:
        inbox, label = subscription.consumer.inbox, f'{{source="{subscription.name}"}}'
        async with database.read() as session:
            position = await inbox.position(session, subscription.name)
            parked[label] = float(await inbox.parked(session, subscription.name))
        lag[label] = float(max(subscription.head - position, 0))
        down[label] = float(subscription.failures)
    return [
        Metric("sgm_inbox_lag", "Events of a source that were not received yet.", lag),
        Metric("sgm_inbox_parked", "Events whose handlers fail, and those behind them.", parked),
        Metric("sgm_inbox_failures", "Attempts to read a source that failed in a row.", down),
    ]
