"""What a service does about the events of others: each once, in order for each aggregate.

A handler runs in one transaction with the inbox row and the cursor. So a crash at any moment leaves
either all of them or none, and the event comes again.

An event whose handler fails is parked and tried again, ever more rarely; it does not hold up the
others. Later events of the same aggregate are parked behind it, so their order stays.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

import structlog

from subgraphs.kit.clock import Clock
from subgraphs.kit.database import Database, Session
from subgraphs.kit.events.event import Event
from subgraphs.kit.events.inbox import Inbox, Outcome, Parked

logger = structlog.get_logger()

Handler = Callable[[Session, Event], Awaitable[None]]

_FIRST_RETRY = timedelta(seconds=1)
_LAST_RETRY = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Delivery:
    """Events that follow a position of a source."""

    source: str
    after: int
    events: Sequence[Event]


class Consumer:
    """The handlers of one service: ``consumer = Consumer(models.inbox)``."""

    def __init__(self, inbox: Inbox) -> None:
        self.inbox = inbox
        self._handlers: dict[str, Handler] = {}

    @property
    def types(self) -> frozenset[str]:
        """The types of events that have a handler."""
        return frozenset(self._handlers)

    def on(self, event_type: str) -> Callable[[Handler], Handler]:
        """Register a handler, ``async def …(session, event)``, for a type of event.

        It changes the database by the session that it is handed, and nothing else.
        """
        if event_type in self._handlers:
            raise ValueError(f"{event_type} has a handler already")

        def register(handler: Handler) -> Handler:
            self._handlers[event_type] = handler
            return handler

        return register

    async def receive(self, database: Database, delivery: Delivery, clock: Clock) -> None:
        """Handle a page of events. What came before is known, and changes nothing.

        It stops where the cursor is not where this page left it: another process of this service
        went on, or somebody wound it back.
        """
        source, position = delivery.source, delivery.after
        last = len(delivery.events) - 1
        for index, event in enumerate(delivery.events):
            handled = event.type in self._handlers
            if not handled and index < last:
                continue  # The next transaction takes the cursor past it.
            async with database.transaction() as session:
                if await self.inbox.lock(session, source) != position:
                    return
                if handled:
                    await self._receive(session, source, event, clock)
                await self.inbox.advance(session, source, event.position)
            position = event.position

    async def _receive(self, session: Session, source: str, event: Event, clock: Clock) -> None:
        inbox, now = self.inbox, clock.now()
        if await inbox.knows(session, source, event.id):
            return
        known = await inbox.aggregate(session, source, event)
        if known.parked:
            await inbox.add(session, source, event, Outcome.PARKED, now)
        elif known.version is not None and known.version > event.version:
            await inbox.add(session, source, event, Outcome.STALE, now)
        else:
            error = await self._failure(session, source, event)
            outcome = Outcome.PARKED if error else Outcome.HANDLED
            await inbox.add(session, source, event, outcome, now)
            if error:
                await inbox.failed(session, source, Parked(event, 0), error, now + _FIRST_RETRY)

    async def retry(self, database: Database, source: str, clock: Clock) -> None:
        """Try the parked events whose time has come, and then those that waited behind them."""
        while True:
            async with database.read() as session:
                due = await self.inbox.due(session, source, clock.now())
            if not due:
                return
            for parked in due:
                async with database.transaction() as session:
                    await self._retry(session, source, parked.event.id, clock)

    async def _retry(self, session: Session, source: str, event_id: str, clock: Clock) -> None:
        await self.inbox.lock(session, source)
        now = clock.now()
        # Looked up again under the lock: another process may have tried it meanwhile.
        due = {parked.event.id: parked for parked in await self.inbox.due(session, source, now)}
        parked = due.get(event_id)
        if parked is None:
            return
        error = await self._failure(session, source, parked.event)
        if error is None:
            await self.inbox.settled(session, source, event_id)
        else:
            patience = min(_FIRST_RETRY * 2 ** min(parked.attempts, 12), _LAST_RETRY)
            await self.inbox.failed(session, source, parked, error, now + patience)

    async def _failure(self, session: Session, source: str, event: Event) -> str | None:
        """Run the handler; where it fails its effects are undone, and this says how it failed.

        The error's text stays out of it, because it may quote data.
        """
        try:
            async with session.begin_nested():
                await self._handlers[event.type](session, event)
        except Exception as error:
            reason = type(error).__qualname__
            logger.error(
                "event parked",
                source=source,
                event_id=event.id,
                event_type=event.type,
                error_type=reason,
            )
            return reason
        return None
