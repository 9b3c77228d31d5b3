"""What the other services are told of patients, and that it holds no document and no contact."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import uuid4

from fastapi import FastAPI

from subgraphs.kit.events.event import Event
from subgraphs.patients.models import outbox

Register = Callable[..., Awaitable[Any]]


async def told(app: FastAPI) -> list[Event]:
    database = app.state.database
    await outbox.publish(database)
    async with database.read() as session:
        return list(await outbox.events_after(session, 0, 100))


async def types_of(app: FastAPI, patient: Any) -> list[tuple[str, int]]:
    return [(e.type, e.version) for e in await told(app) if e.aggregate_id == patient["id"]]


async def status(patients: Any, patient: Any, version: int, to: str) -> Any:
    mutation = """mutation ($input: ChangePatientStatusInput!) {
      changePatientStatus(input: $input) { __typename } }"""
    given = {
        "idempotencyKey": str(uuid4()),
        "patientId": patient["id"],
        "expectedVersion": version,
        "status": to,
    }
    answer = await patients.data(mutation, input=given)
    assert answer["changePatientStatus"]["__typename"] == "Patient"


async def test_each_change_that_others_must_know_is_told_once(
    app: FastAPI, register: Register, correct: Register, patients: Any
) -> None:
    maria = await register(cpf="52998224725")
    await correct(maria["id"], 1, phone="11987654321")
    await correct(maria["id"], 2, socialName="Marília Souza")
    for version, to in enumerate(("INACTIVE", "ACTIVE", "DECEASED"), 3):
        await status(patients, maria, version, to)
    assert await types_of(app, maria) == [
        ("PatientRegistered", 1),
        ("PatientRenamed", 3),
        ("PatientDeactivated", 4),
        ("PatientReactivated", 5),
        ("PatientDeceased", 6),
    ]
    assert (await told(app))[1].payload == {
        "displayName": "Marília Souza",
        "status": "ACTIVE",
        "mergedInto": None,
    }


async def test_a_repeated_request_and_a_refused_one_tell_nothing(
    app: FastAPI, register: Register, correct: Register
) -> None:
    key = str(uuid4())
    maria = await register(idempotencyKey=key, cpf="52998224725")
    assert await register(idempotencyKey=key, cpf="52998224725") == maria
    assert (await register(cpf="52998224725"))["__typename"] == "CpfAlreadyRegistered"
    assert (await correct(maria["id"], 9, socialName="X"))["__typename"] == "StaleVersion"
    assert [event.type for event in await told(app)] == ["PatientRegistered"]


async def test_a_merge_and_its_undoing_are_told_with_the_target(
    app: FastAPI, register: Register, patients: Any
) -> None:
    maria, twin = await register(cpf="52998224725"), await register(phone="11987654321")
    merge = """mutation ($s: ID!, $t: ID!, $k: Uuid!) {
      mergePatients(sourceId: $s, targetId: $t, idempotencyKey: $k) { __typename } }"""
    await patients.data(merge, s=twin["id"], t=maria["id"], k=str(uuid4()))
    merged = (await told(app))[-1]
    assert (merged.type, merged.aggregate_id) == ("PatientMerged", twin["id"])
    assert merged.payload["mergedInto"] == maria["id"]
    unmerge = """mutation ($p: ID!, $k: Uuid!) {
      unmergePatient(patientId: $p, idempotencyKey: $k) { __typename } }"""
    await patients.data(unmerge, p=twin["id"], k=str(uuid4()))
    parted = (await told(app))[-1]
    assert (parted.type, parted.aggregate_id) == ("PatientUnmerged", twin["id"])
    assert parted.payload | {"displayName": ""} == {
        "displayName": "",
        "status": "ACTIVE",
        "mergedInto": None,
    }


async def test_no_event_holds_a_document_a_birth_date_or_a_contact(
    app: FastAPI, register: Register, patients: Any
) -> None:
    maria = await register(
        cpf="52998224725",
        phone="11987654321",
        email="maria@example.com",
        motherName="Antônia Souza",
    )
    erase = """mutation ($input: EraseContactDataInput!) {
      eraseContactData(input: $input) { __typename } }"""
    given = {
        "idempotencyKey": str(uuid4()),
        "patientId": maria["id"],
        "expectedVersion": 1,
        "legalBasis": "LGPD art. 18, VI",
    }
    await patients.data(erase, input=given)
    events = await told(app)
    assert [event.type for event in events] == ["PatientRegistered", "PatientAnonymised"]
    everything = str([event.to_record() for event in events])
    for personal in ("529982", "529.982", "98765", "maria@", "Antônia", "1980-03-02"):
        assert personal not in everything
