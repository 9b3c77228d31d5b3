"""What others are told of appointments, and what this service does about what patients tells."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from patient_feed import OF_PATIENT, RESCHEDULE, Feed, told

from subgraphs.appointments.domain.events import event_type
from subgraphs.appointments.domain.status import AppointmentStatus
from subgraphs.appointments.models import INBOX
from subgraphs.appointments.service.sweep import sweep
from subgraphs.kit.patients.snapshot import ERASED_NAME


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


async def test_with_a_person_all_merged_registrations_are_erased(feed: Feed) -> None:
    feed.tell("PatientRenamed", "caio", 2, displayName="Ana L.")
    feed.tell("PatientMerged", "caio", 3, status="MERGED", displayName="Ana L.", mergedInto="ana")
    feed.tell("PatientAnonymised", "ana", 3, status="ANONYMISED", displayName="Ana Lúcia")
    await feed.deliver()
    assert (await feed.replica("caio")).display_name == ERASED_NAME
    assert (await feed.replica("caio")).status == "MERGED"
