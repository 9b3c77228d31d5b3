"""What others are told of appointments, and what this service does about what patients tells."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select

from subgraphs.appointments.background import Chores
from subgraphs.appointments.domain.events import event_type
from subgraphs.appointments.domain.status import AppointmentStatus
from subgraphs.appointments.models import INBOX, OUTBOX, Appointment, PatientReplica, Repointing
from subgraphs.appointments.service.following import consumer
from subgraphs.appointments.service.repointing import AT_ONCE, repoint_some
from subgraphs.appointments.service.sweep import sweep
from subgraphs.kit.events.consumer import Delivery
from subgraphs.kit.events.event import Event
from subgraphs.kit.patients.snapshot import ERASED_NAME

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
    return Chores(graph.database, None, clock).repoint  # type: ignore[arg-type]


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


async def test_a_visit_is_told_from_booking_to_its_end(
    graph: Any, tokens: Any, take: Any, move: Any, clock: Any
) -> None:
    booked = await take("bookAppointment", (await tokens())[0], coverageId="card")
    clock.advance(timedelta(minutes=5))
    for version, status in enumerate(("ARRIVED", "CHECKED_IN", "IN_PROGRESS"), 1):
        await move(booked["id"], status, version)
    clock.advance(timedelta(minutes=20))
    assert (await move(booked["id"], "FULFILLED", 4))["__typename"] == "Appointment"
    events = await told(graph)
    assert [(e.type, e.version) for e in events] == [
        ("AppointmentBooked", 1),
        ("AppointmentArrived", 2),
        ("AppointmentFulfilled", 5),
    ]
    assert events[0].payload == {
        "status": "BOOKED",
        "kind": "FIRST",
        "start": "2026-03-02T12:00:00+00:00",
        "end": "2026-03-02T12:30:00+00:00",
        "serviceDay": "2026-03-02",
        "patientId": "ana",
        "practitionerId": "lima",
        "clinicId": "paulista",
        "serviceId": "consulta",
        "tussCode": "10101012",
        "coverageId": "card",
        "returnOfId": None,
        "rescheduledFromId": None,
        "rescheduledToId": None,
        "overbooked": False,
        "cancelledBy": None,
        "lateCancellation": None,
    }


async def test_calling_off_and_rescheduling_are_told_apart_and_no_reason_is_told(
    graph: Any, tokens: Any, take: Any, move: Any
) -> None:
    first, second, third, *_ = await tokens()
    kept, given_up = await take("bookAppointment", first), await take("bookAppointment", second)
    await move(given_up["id"], "CANCELLED", 1, reason="Dor no peito")
    given = {
        "id": kept["id"],
        "expectedVersion": 1,
        "slotToken": third,
        "requestedBy": "PATIENT",
        "idempotencyKey": str(uuid4()),
    }
    new = (await graph(RESCHEDULE, input=given))["result"]
    events = await told(graph)
    assert [(e.type, e.aggregate_id) for e in events[2:]] == [
        ("AppointmentCancelled", given_up["id"]),
        ("AppointmentRescheduled", kept["id"]),
        ("AppointmentBooked", new["id"]),
    ]
    assert events[3].payload["rescheduledToId"] == new["id"]
    assert events[4].payload["rescheduledFromId"] == kept["id"]
    assert "Dor" not in str([event.to_record() for event in events])
    assert "Ana" not in str([event.to_record() for event in events])


async def test_a_hold_is_told_once_it_is_a_booking(
    graph: Any, tokens: Any, take: Any, move: Any, clock: Any
) -> None:
    first, second, *_ = await tokens()
    confirmed = await take("holdSlot", first)
    await take("holdSlot", second, "bia")
    await move(confirmed["id"], "BOOKED", 1)
    clock.advance(timedelta(minutes=10))
    async with graph.database.transaction() as session:
        assert (await sweep(session, clock.now())).expired_holds == 1
    clock.advance(timedelta(minutes=6))
    async with graph.database.transaction() as session:
        assert (await sweep(session, clock.now())).no_shows == 1
    assert [(e.type, e.aggregate_id) for e in await told(graph)] == [
        ("AppointmentBooked", confirmed["id"]),
        ("AppointmentNoShow", confirmed["id"]),
    ]


async def test_a_refused_and_a_repeated_booking_tell_nothing(
    graph: Any, tokens: Any, take: Any
) -> None:
    token, key = (await tokens())[0], str(uuid4())
    await take("bookAppointment", token, idempotencyKey=key)
    await take("bookAppointment", token, idempotencyKey=key)
    assert (await take("bookAppointment", token, "bia"))["__typename"] == "SlotTaken"
    assert [event.type for event in await told(graph)] == ["AppointmentBooked"]


def test_every_change_of_status_is_told_or_not_on_purpose() -> None:
    quiet = {
        after
        for before in AppointmentStatus
        for after in AppointmentStatus
        if event_type(before, after) is None
        and before not in (AppointmentStatus.PROPOSED, AppointmentStatus.WAITLIST)
        and before is not AppointmentStatus.PENDING
    }
    assert quiet == {
        AppointmentStatus.PROPOSED,
        AppointmentStatus.WAITLIST,
        AppointmentStatus.PENDING,
        AppointmentStatus.CHECKED_IN,
        AppointmentStatus.IN_PROGRESS,
    }


async def test_a_new_name_reaches_the_agenda(feed: Feed, graph: Any) -> None:
    feed.tell("PatientRenamed", "ana", 2, displayName="Ana Lúcia")
    await feed.deliver()
    found = await graph(OF_PATIENT, r=[{"__typename": "Patient", "id": "ana"}])
    assert found["_entities"][0]["displayName"] == "Ana Lúcia"


async def test_who_was_erased_does_not_come_back(
    feed: Feed, graph: Any, take: Any, tokens: Any, patients_service: Any, clock: Any
) -> None:
    feed.tell("PatientRenamed", "ana", 2, displayName="Ana Lúcia")
    feed.tell("PatientAnonymised", "ana", 3, status="ANONYMISED", displayName="Ana Lúcia")
    await feed.deliver()
    assert (await feed.replica("ana")).display_name == ERASED_NAME
    for again in (INBOX.rewind, INBOX.forget):
        async with graph.database.transaction() as session:
            await again(session, "patients")
        await feed.deliver()
        ana = await feed.replica("ana")
        assert (ana.display_name, ana.status) == (ERASED_NAME, "ANONYMISED")
    clock.advance(timedelta(hours=1))
    patients_service.patients["ana"].update(status="ANONYMISED", version=3)
    refused = await take("bookAppointment", (await tokens())[0])
    assert refused == {"__typename": "PatientNotBookable", "reason": "ANONYMISED"}
    assert (await feed.replica("ana")).display_name == ERASED_NAME


async def test_the_visits_of_a_merged_patient_go_to_the_other_and_back(
    feed: Feed, graph: Any, network: Any, repoint: Any
) -> None:
    await network.store(
        network.visit(id="v1"),
        network.visit(id="v2", status="CANCELLED"),
        network.visit(id="b1", patient_id="bia", practitioner_id="reis", starts_at=LATER),
    )
    before = await patients_of(graph)
    await feed.merge("ana", "bia")
    for id in ("ana", "bia"):  # the registration follows at once, whichever is asked for
        assert len(await shown(graph, id)) == 1
    await repoint()
    assert set((await patients_of(graph)).values()) == {"bia"}
    for id in ("ana", "bia"):
        assert len(await shown(graph, id)) == 3
    await feed.part("ana", 3)
    await repoint()
    assert await patients_of(graph) == before
    assert len(await shown(graph, "ana")) == 2


async def shown(graph: Any, id: str) -> list[Any]:
    found = await graph(OF_PATIENT, r=[{"__typename": "Patient", "id": id}])
    edges: list[Any] = found["_entities"][0]["appointments"]["edges"]
    return edges


async def test_a_chain_of_merges_ends_with_the_last_and_parts_where_it_was_joined(
    feed: Feed, graph: Any, network: Any, repoint: Any
) -> None:
    feed.tell("PatientRegistered", "eva", 1)
    await feed.deliver()
    await network.store(network.visit(id="v1"))
    await feed.merge("ana", "bia")
    await feed.merge("bia", "eva")
    await repoint()
    assert await patients_of(graph) == {"v1": "eva"}
    assert (await feed.replica("ana")).person_id == "eva"
    await feed.part("bia", 3)
    await repoint()
    assert await patients_of(graph) == {"v1": "bia"}
    await feed.part("ana", 3)
    await repoint()
    assert await patients_of(graph) == {"v1": "ana"}


async def test_a_visit_that_would_overlap_stays_and_is_counted(
    feed: Feed, graph: Any, network: Any, repoint: Any
) -> None:
    await network.store(
        network.visit(id="v1"),
        network.visit(id="v2", starts_at=LATER),
        network.visit(id="b1", patient_id="bia", practitioner_id="reis"),
    )
    await feed.merge("ana", "bia")
    await repoint()
    assert await patients_of(graph) == {"v1": "ana", "v2": "bia", "b1": "bia"}
    async with graph.database.read() as session:
        job = (await session.scalars(select(Repointing))).one()
    assert (job.moved, job.conflicts) == (1, 1)
    assert job.finished_at is not None


async def test_a_long_job_goes_on_from_where_it_was(
    feed: Feed, graph: Any, network: Any, repoint: Any, clock: Any
) -> None:
    start = clock.now() - timedelta(days=2000)
    await network.store(
        *(
            network.visit(id=f"v{n:04}", starts_at=start + timedelta(days=n))
            for n in range(AT_ONCE + 5)
        )
    )
    await feed.merge("ana", "bia")
    async with graph.database.transaction() as session:
        assert await repoint_some(session, clock.now())
    owners = list((await patients_of(graph)).values())
    assert (owners.count("bia"), owners.count("ana")) == (AT_ONCE, 5)
    await repoint()
    assert set((await patients_of(graph)).values()) == {"bia"}


async def test_who_was_merged_a_moment_ago_is_not_booked(
    feed: Feed, take: Any, tokens: Any, patients_service: Any, clock: Any
) -> None:
    first, second, *_ = await tokens()
    assert (await take("bookAppointment", first))["__typename"] == "Appointment"
    await feed.merge("ana", "bia")
    assert (await take("bookAppointment", second))["reason"] == "MERGED"
    clock.advance(timedelta(minutes=6))  # patients answers what it knew before
    assert (await take("bookAppointment", second))["reason"] == "MERGED"


async def test_a_visit_rescheduled_before_the_job_came_is_the_persons(
    feed: Feed, graph: Any, network: Any, tokens: Any, repoint: Any
) -> None:
    await network.store(network.visit(id="v1"))
    await feed.merge("ana", "bia")
    given = {
        "id": "v1",
        "expectedVersion": 1,
        "slotToken": (await tokens())[-1],
        "requestedBy": "PATIENT",
        "idempotencyKey": str(uuid4()),
    }
    new = (await graph(RESCHEDULE, input=given))["result"]
    assert new["patient"] == {"id": "bia"}
    await feed.part("ana", 3)
    await repoint()
    assert (await patients_of(graph))[new["id"]] == "ana"
