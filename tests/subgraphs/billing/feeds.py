"""Events of the other services, as billing gets them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from subgraphs.billing.models import INBOX, OUTBOX
from subgraphs.billing.service.following import consumer
from subgraphs.kit.events.consumer import Delivery
from subgraphs.kit.events.event import Event
from subgraphs.kit.identifiers import new_id

if TYPE_CHECKING:
    from tests.subgraphs.billing.conftest import Clinic


class Feed:
    """A service whose events billing reads, page by page."""

    def __init__(self, clinic: Clinic, name: str) -> None:
        self.clinic, self.name, self.position = clinic, name, 0
        self.told: list[Event] = []

    async def tell(self, type_: str, kind: str, id: str, version: int = 1, **payload: Any) -> None:
        """The next event, read at once."""
        event = Event(
            type=type_,
            aggregate_type=kind,
            aggregate_id=id,
            version=version,
            payload=payload,
            id=new_id(),
            position=len(self.told) + 1,
            occurred_at=self.clinic.clock.now(),
        )
        self.told.append(event)
        await self.read([event])

    async def read(self, events: list[Event]) -> None:
        database, clock = self.clinic.database, self.clinic.clock
        async with database.read() as session:
            after = await INBOX.position(session, self.name)
        await consumer.receive(database, Delivery(self.name, after, events), clock)

    async def again(self) -> None:
        """Everything told once more from the beginning, under new ids too."""
        async with self.clinic.database.transaction() as session:
            await INBOX.rewind(session, self.name)
        await self.read(self.told)
        async with self.clinic.database.transaction() as session:
            await INBOX.forget(session, self.name)
        await self.read([replace(event, id=new_id()) for event in self.told])

    async def parked(self) -> int:
        async with self.clinic.database.read() as session:
            return await INBOX.parked(session, self.name)


async def told(clinic: Clinic, *types: str) -> list[Event]:
    await OUTBOX.publish(clinic.database)
    async with clinic.database.read() as session:
        events = await OUTBOX.events_after(session, 0, 500)
    return [event for event in events if not types or event.type in types]
