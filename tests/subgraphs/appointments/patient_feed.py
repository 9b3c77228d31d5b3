"""What the patients service tells, and a desk that books meanwhile."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select

from subgraphs.appointments.background import Chores
from subgraphs.appointments.models import INBOX, OUTBOX, Appointment, PatientReplica
from subgraphs.appointments.service.following import consumer
from subgraphs.kit.events.consumer import Delivery
from subgraphs.kit.events.event import Event

SLOTS = """query ($search: SlotSearchInput!) {
  availableSlots(search: $search, first: 500) { token start } }"""


BOOK = """mutation ($input: BookInput!) { result: %s(input: $input) {
  __typename ... on Appointment { id version } ... on PatientNotBookable { reason } } }"""


MOVE = """mutation ($input: TransitionAppointmentInput!) { result: transitionAppointment(
  input: $input) { __typename ... on Appointment { id version } ... on UserError { code } } }"""


RESCHEDULE = """mutation ($input: RescheduleAppointmentInput!) { result: rescheduleAppointment(
  input: $input) { __typename ... on Appointment { id version patient { id } } } }"""


OF_PATIENT = """query ($r: [_Any!]!) { _entities(representations: $r) { ... on Patient {
  displayName appointments { edges { node { id } } } } } }"""


LATER = datetime(2026, 3, 4, 16, 0, tzinfo=UTC)


async def told(graph: Any) -> list[Event]:
    await OUTBOX.publish(graph.database)
    async with graph.database.read() as session:
        return list(await OUTBOX.events_after(session, 0, 500))


class Feed:
    """The patients' feed: what it told so far can be told again."""

    def __init__(self, graph: Any, clock: Any) -> None:
        self.graph, self.clock = graph, clock
        self.events: list[Event] = []

    def tell(self, type: str, id: str, version: int, **payload: Any) -> None:
        told = {"displayName": f"Nome {id} {version}", "status": "ACTIVE", "mergedInto": None}
        self.events.append(
            Event(
                type,
                "Patient",
                id,
                version,
                told | payload,
                str(uuid4()),
                len(self.events) + 1,
                self.clock.now(),
            )
        )

    async def deliver(self) -> None:
        """What was not read yet."""
        async with self.graph.database.read() as session:
            after = await INBOX.position(session, "patients")
        delivery = Delivery("patients", after, [e for e in self.events if e.position > after])
        if delivery.events:
            await consumer.receive(self.graph.database, delivery, self.clock)

    async def merge(self, source: str, target: str, version: int = 2) -> None:
        self.tell("PatientMerged", source, version, status="MERGED", mergedInto=target)
        await self.deliver()

    async def part(self, source: str, version: int) -> None:
        self.tell("PatientUnmerged", source, version)
        await self.deliver()

    async def replica(self, id: str) -> PatientReplica:
        async with self.graph.database.read() as session:
            found = await session.get(PatientReplica, id)
        assert found is not None
        return found


@pytest.fixture
async def feed(graph: Any, clock: Any) -> Feed:
    feed = Feed(graph, clock)
    for id in ("ana", "bia"):
        feed.tell("PatientRegistered", id, 1)
    await feed.deliver()
    return feed


@pytest.fixture
def repoint(graph: Any, clock: Any) -> Any:
    return Chores(graph.database, None, clock).repoint


async def patients_of(graph: Any) -> dict[str, str]:
    async with graph.database.read() as session:
        rows = await session.execute(select(Appointment.id, Appointment.patient_id))
    return dict(rows.all())


@pytest.fixture
def tokens(graph: Any, clock: Any) -> Any:
    async def tokens() -> list[str]:
        search = {
            "serviceId": "consulta",
            "from": clock.now().isoformat(),
            "to": (clock.now() + timedelta(days=3)).isoformat(),
            "practitionerIds": ["lima"],
        }
        return [slot["token"] for slot in (await graph(SLOTS, search=search))["availableSlots"]]

    return tokens


@pytest.fixture
def take(graph: Any) -> Any:
    async def take(mutation: str, token: str, patient: str = "ana", **values: Any) -> Any:
        given = {"slotToken": token, "patientId": patient, "idempotencyKey": str(uuid4())}
        return (await graph(BOOK % mutation, input=given | values))["result"]

    return take


@pytest.fixture
def move(graph: Any) -> Any:
    async def move(id: str, to: str, version: int, **values: Any) -> Any:
        given = {"id": id, "to": to, "expectedVersion": version, "idempotencyKey": str(uuid4())}
        return (await graph(MOVE, input=given | values))["result"]

    return move
