"""Practitioners are booked while they are active, by the clinic's calendar, and not else."""

import asyncio
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

MONDAY = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)

SLOTS = """query ($search: SlotSearchInput!) { availableSlots(search: $search, first: 500) {
  token start } }"""
VISIT = "__typename ... on Appointment { id version } ... on UserError { code path message }"
BOOK = f"mutation ($input: BookInput!) {{ result: bookAppointment(input: $input) {{ {VISIT} }} }}"
HOLD = f"mutation ($input: BookInput!) {{ result: holdSlot(input: $input) {{ {VISIT} }} }}"
MOVE = f"""mutation ($input: RescheduleAppointmentInput!) {{
  result: rescheduleAppointment(input: $input) {{ {VISIT} }} }}"""
SQUEEZE = f"""mutation ($input: OverbookAppointmentInput!) {{
  result: overbookAppointment(input: $input) {{ {VISIT} }} }}"""
SERIES = """mutation ($input: BookSeriesInput!) { result: bookSeries(input: $input) { __typename
  ... on SeriesRefused { starts } ... on UserError { code } } }"""
PERIOD = """mutation ($input: SetPractitionerActivePeriodInput!) {
  result: setPractitionerActivePeriod(input: $input) { __typename
  ... on Practitioner { activeFrom activeUntil } ... on UserError { code path } } }"""
REGISTER = """mutation ($input: RegisterPractitionerInput!) {
  result: registerPractitioner(input: $input) { __typename
  ... on Practitioner { activeFrom activeUntil } ... on UserError { code path } } }"""


class Desk:
    """Looks for Dra. Lima's slots of two weeks, and books them."""

    def __init__(self, graph: Any) -> None:
        self.graph = graph

    async def slots(self) -> dict[str, str]:
        search = {
            "serviceId": "consulta",
            "from": MONDAY.isoformat(),
            "to": (MONDAY + timedelta(days=13.5)).isoformat(),
            "practitionerIds": ["lima"],
        }
        found = (await self.graph(SLOTS, search=search))["availableSlots"]
        return {slot["start"]: slot["token"] for slot in found}

    async def days(self) -> list[str]:
        return sorted({start[:10] for start in await self.slots()})

    async def do(self, mutation: str, **values: Any) -> Any:
        values.setdefault("idempotencyKey", str(uuid4()))
        return (await self.graph(mutation, input=values))["result"]

    async def active(self, first: str | None = None, last: str | None = None) -> Any:
        period = {"practitionerId": "lima", "activeFrom": first, "activeUntil": last}
        return await self.do(PERIOD, **period)


@pytest.fixture
def desk(graph: Any) -> Desk:
    return Desk(graph)


async def test_slots_are_those_of_the_active_days(desk: Desk) -> None:
    assert await desk.active("2026-03-04", "2026-03-10") == {
        "__typename": "Practitioner",
        "activeFrom": "2026-03-04",
        "activeUntil": "2026-03-10",
    }
    assert await desk.days() == [f"2026-03-{day}" for day in ("04", "05", "06", "09", "10")]
    await desk.active("2026-03-11")
    assert await desk.days() == ["2026-03-11", "2026-03-12", "2026-03-13"]
    await desk.active(None, "2026-03-02")
    assert await desk.days() == ["2026-03-02"]
    await desk.active(None, "2015-12-31")  # Before the hours begin to hold.
    assert await desk.days() == []
    await desk.active()
    assert len(await desk.days()) == 10


@pytest.mark.parametrize("mutation", [BOOK, HOLD])
async def test_who_left_since_the_offer_is_not_booked(desk: Desk, mutation: str) -> None:
    slots = await desk.slots()
    await desk.active(None, "2026-03-03")
    refused = await desk.do(mutation, slotToken=slots["2026-03-04T12:00:00Z"], patientId="ana")
    assert (refused["code"], refused["path"]) == ("PRACTITIONER_INACTIVE", ["slotToken"])
    assert refused["message"].startswith("O profissional não está ativo nesta data.")
    made = await desk.do(mutation, slotToken=slots["2026-03-03T12:00:00Z"], patientId="ana")
    assert made["__typename"] == "Appointment"


async def test_nobody_is_moved_to_or_squeezed_in_with_who_left(desk: Desk, network: Any) -> None:
    visit = network.visit()
    await network.store(visit)
    slots = await desk.slots()
    await desk.active(None, "2026-03-03")
    move = {"id": visit.id, "expectedVersion": 1, "requestedBy": "PATIENT"}
    refused = await desk.do(MOVE, slotToken=slots["2026-03-04T12:00:00Z"], **move)
    assert refused["code"] == "PRACTITIONER_INACTIVE"
    wanted = {
        "patientId": "bia",
        "practitionerId": "lima",
        "clinicId": "paulista",
        "serviceId": "consulta",
        "reason": "Dor forte",
    }
    refused = await desk.do(SQUEEZE, start="2026-03-04T12:00:00Z", **wanted)
    assert (refused["code"], refused["path"]) == ("INVALID_INPUT", ["start"])
    made = await desk.do(SQUEEZE, start="2026-03-03T12:00:00Z", **wanted)
    assert made["__typename"] == "Appointment"


async def test_a_series_ends_with_the_active_period(desk: Desk) -> None:
    slots = await desk.slots()
    await desk.active(None, "2026-03-10")
    series = {"patientId": "ana", "count": 3}
    refused = await desk.do(SERIES, slotToken=slots["2026-03-03T12:00:00Z"], **series)
    assert refused["starts"] == ["2026-03-17T12:00:00Z"]
    refused = await desk.do(SERIES, slotToken=slots["2026-03-11T12:00:00Z"], **series)
    assert refused["code"] == "PRACTITIONER_INACTIVE"


async def test_ending_a_period_while_others_book_leaves_no_visit_that_came_after(
    desk: Desk,
) -> None:
    tokens = [token for start, token in (await desk.slots()).items() if "-04T" in start][:6]
    *answers, ended = await asyncio.gather(
        *(
            desk.do(BOOK, slotToken=token, patientId=patient)
            for token, patient in zip(tokens, ("ana", "bia") * 3, strict=True)
        ),
        desk.active(None, "2026-03-03"),
    )
    assert ended["activeUntil"] == "2026-03-03"
    kinds = Counter(answer["__typename"] for answer in answers)
    assert set(kinds) <= {"Appointment", "PractitionerInactive"}
    late = await desk.do(BOOK, slotToken=tokens[0], patientId="ana")
    assert late["code"] == "PRACTITIONER_INACTIVE"


async def test_a_period_ends_after_it_begins_and_is_somebodys(desk: Desk) -> None:
    backward = await desk.active("2026-03-04", "2026-03-03")
    assert (backward["code"], backward["path"]) == ("INVALID_INPUT", ["activeUntil"])
    nobody = await desk.do(PERIOD, practitionerId="nobody")
    assert (nobody["code"], nobody["path"]) == ("NOT_FOUND", ["practitionerId"])


async def test_a_practitioner_is_registered_with_a_period(desk: Desk) -> None:
    new = {
        "name": "Dra. Íris Prado",
        "council": {"body": "CRM", "number": "98765", "uf": "AM"},
        "cbo": "225125",
    }
    refused = await desk.do(REGISTER, activeFrom="2026-03-04", activeUntil="2026-03-03", **new)
    assert refused["code"] == "INVALID_INPUT"
    made = await desk.do(REGISTER, activeFrom="2026-03-04", **new)
    assert (made["activeFrom"], made["activeUntil"]) == ("2026-03-04", None)
