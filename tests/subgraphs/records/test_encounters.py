"""Encounters over the graph: opened once from an appointment whose patient is here, closed once."""

import asyncio
from uuid import uuid4

import pytest
from fastapi import Response

from subgraphs.kit.migrations import differences
from subgraphs.records.models import Base


async def test_the_migrations_make_what_the_models_say(graph) -> None:
    assert await differences(graph.database, Base.metadata) == []


@pytest.mark.parametrize("status", ["ARRIVED", "CHECKED_IN", "IN_PROGRESS"])
async def test_an_encounter_is_opened(office, appointments_service, status) -> None:
    appointments_service.add("a1", status=status)
    opened = await office.open("a1")
    assert opened.pop("id")
    assert opened == {
        "__typename": "Encounter",
        "version": 1,
        "startedAt": "2026-03-02T15:00:00Z",
        "closedAt": None,
        "appointment": {"id": "a1"},
        "patient": {"id": "ana"},
        "practitioner": {"id": "lima"},
        "documents": [],
    }


async def test_an_appointment_has_one_encounter(office, appointments_service) -> None:
    appointments_service.add("a1")
    opened = await asyncio.gather(*(office.open("a1") for _ in range(8)))
    assert len({encounter["id"] for encounter in opened}) == 1


@pytest.mark.parametrize(
    "status",
    ["PENDING", "BOOKED", "FULFILLED", "NO_SHOW", "CANCELLED", "ENTERED_IN_ERROR", "NOT_FOUND"],
)
async def test_who_is_not_here_has_no_encounter(office, appointments_service, status) -> None:
    if status != "NOT_FOUND":
        appointments_service.add("a1", status=status)
    refused = await office.open("a1")
    assert refused["__typename"] == "AppointmentNotEligible"
    assert refused["reason"] == status


@pytest.mark.parametrize(
    "answer",
    [
        Response(status_code=503),
        Response("<html>", media_type="text/html"),
        Response('{"data": {}}', media_type="application/json"),
        Response('{"data": {"appointment": {"id": "a1"}}}', media_type="application/json"),
        Response('{"data": null, "errors": [{"message": "x"}]}', media_type="application/json"),
    ],
    ids=["503", "html", "no-appointment-field", "half-an-appointment", "errors"],
)
async def test_no_usable_answer_is_not_a_no(office, appointments_service, answer) -> None:
    appointments_service.add("a1")
    appointments_service.answer = lambda: answer
    key = str(uuid4())
    refused = await office.open("a1", idempotencyKey=key)
    assert refused["__typename"] == "AppointmentServiceUnavailable"
    assert refused["retryAfterSeconds"] > 0
    appointments_service.answer = None
    assert (await office.open("a1", idempotencyKey=key))["__typename"] == "Encounter"


async def test_a_repeated_opening_does_not_ask_again(office, appointments_service) -> None:
    appointments_service.add("a1")
    key = str(uuid4())
    opened = await office.open("a1", idempotencyKey=key)
    appointments_service.answer = lambda: Response(status_code=503)
    assert await office.open("a1", idempotencyKey=key) == opened
    other = await office.open("a2", idempotencyKey=key)
    assert other["__typename"] == "IdempotencyKeyReused"


async def test_an_encounter_closes_when_nothing_is_left_in_draft(office, clock) -> None:
    encounter = await office.encounter()
    signed = await office.write(encounter)
    discarded = await office.write(encounter)
    assert (await office.close(encounter))["__typename"] == "EncounterHasDrafts"
    await office.sign(signed["id"])
    await office.discard(discarded["id"])
    closed = await office.close(encounter)
    assert closed["closedAt"] == "2026-03-02T15:00:00Z"
    assert closed["version"] == 2
    assert [document["status"] for document in closed["documents"]] == ["SIGNED", "DISCARDED"]
    assert (await office.close(encounter, 2))["__typename"] == "EncounterClosed"
    assert (await office.write(encounter))["__typename"] == "EncounterClosed"


async def test_closing_what_is_not_there_or_has_changed(office) -> None:
    assert (await office.close("nothing"))["__typename"] == "NotFound"
    encounter = await office.encounter()
    assert (await office.close(encounter, 7))["__typename"] == "StaleVersion"
