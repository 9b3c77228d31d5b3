"""A series of visits: at the same clock time, all of them or as many as are free."""

import asyncio
from collections import Counter
from datetime import UTC, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from fastapi import Response
from sqlalchemy import func, select

from subgraphs.appointments.domain.series import occurrences
from subgraphs.appointments.models import Appointment

SLOTS = """query ($search: SlotSearchInput!) { availableSlots(search: $search) { token start } }"""
BOOK = """mutation ($input: BookSeriesInput!) {
  result: bookSeries(input: $input) {
    __typename
    ... on AppointmentSeries {
      id appointments { id start status kind coverageId series { id } }
    }
    ... on UserError { code }
    ... on SeriesRefused { starts }
  }
}"""


def test_the_clock_time_stays_when_the_offset_changes() -> None:
    first = datetime(2018, 10, 29, 11, 0, tzinfo=UTC)  # 8:00 at -03:00
    starts = occurrences(first, 3, 7, ZoneInfo("America/Sao_Paulo"))
    assert [start.hour for start in starts] == [11, 10, 10]


@pytest.mark.parametrize(("count", "every"), [(1, 7), (31, 7), (2, 0), (2, 91)])
def test_a_series_that_cannot_be(count: int, every: int) -> None:
    with pytest.raises(ValueError, match=r"[0-9]"):
        occurrences(datetime(2026, 3, 2, tzinfo=UTC), count, every, ZoneInfo("UTC"))


@pytest.fixture
def book(graph, clock):
    async def book(count: int = 4, patient: str = "ana", **values):
        values = {"count": count, "patientId": patient, "idempotencyKey": str(uuid4()), **values}
        if "slotToken" not in values:
            values["slotToken"] = await token(graph, clock)
        return (await graph(BOOK, input=values))["result"]

    return book


async def token(graph, clock) -> str:
    search = {
        "serviceId": "consulta",
        "from": clock.now().isoformat(),
        "to": (clock.now() + timedelta(days=1)).isoformat(),
        "practitionerIds": ["lima"],
    }
    return (await graph(SLOTS, search=search))["availableSlots"][0]["token"]


async def count(network) -> int:
    async with network.database.read() as session:
        return await session.scalar(select(func.count()).select_from(Appointment))


async def test_a_series_is_booked_as_one(book) -> None:
    series = await book(coverageId="card-1")
    visits = series["appointments"]
    assert [visit["start"][:10] for visit in visits] == [
        "2026-03-02",
        "2026-03-09",
        "2026-03-16",
        "2026-03-23",
    ]
    assert {visit["start"][10:] for visit in visits} == {"T12:00:00Z"}
    assert {(visit["status"], visit["kind"]) for visit in visits} == {("BOOKED", "FOLLOW_UP")}
    ids = [{"id": visit["id"]} for visit in visits]
    assert all(visit["series"] == ids for visit in visits)


async def test_all_or_nothing_books_nothing_if_one_is_taken(book, network, clock) -> None:
    await network.store(network.visit(patient_id="bia", starts_at=clock.now() + timedelta(days=14)))
    refused = await book()
    assert refused["__typename"] == "SeriesRefused"
    assert refused["starts"] == ["2026-03-16T12:00:00Z"]
    assert await count(network) == 1


async def test_part_of_a_series_is_booked_where_that_is_accepted(book, network, clock) -> None:
    day = timedelta(days=1)
    await network.store(
        network.visit(patient_id="bia", starts_at=clock.now() + 14 * day),
        network.visit(practitioner_id="reis", starts_at=clock.now() + 7 * day),
    )
    series = await book(allOrNothing=False)
    starts = [visit["start"][:10] for visit in series["appointments"]]
    assert starts == ["2026-03-02", "2026-03-23"]


async def test_a_visit_outside_the_agenda_is_not_free(book) -> None:
    # Dra. Lima sees patients in São Paulo from Monday to Thursday.
    series = await book(count=7, everyDays=1, allOrNothing=False)
    days = [visit["start"][8:10] for visit in series["appointments"]]
    assert days == ["02", "03", "04", "05"]


async def test_a_series_is_booked_once_for_its_key(book, network, graph, clock) -> None:
    values = {"idempotencyKey": str(uuid4()), "slotToken": await token(graph, clock)}
    results = await asyncio.gather(*(book(**values) for _ in range(3)))
    assert len({result["id"] for result in results}) == 1
    assert await count(network) == 4


async def test_of_two_who_book_one_series_one_has_it(book, network, graph, clock) -> None:
    slot = await token(graph, clock)
    results = await asyncio.gather(*(book(patient=who, slotToken=slot) for who in ("ana", "bia")))
    kinds = Counter(result["__typename"] for result in results)
    assert kinds == {"AppointmentSeries": 1, "SeriesRefused": 1}
    assert await count(network) == 4


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ({"count": 1}, "InvalidInput"),
        ({"count": 31}, "InvalidInput"),
        ({"everyDays": 0}, "InvalidInput"),
        ({"kind": "RETURN"}, "InvalidInput"),
        ({"patient": "nobody"}, "PatientNotBookable"),
        ({"slotToken": "none"}, "SlotOfferRefused"),
    ],
)
async def test_what_cannot_be_is_refused(book, network, values, kind) -> None:
    assert (await book(**values))["__typename"] == kind
    assert await count(network) == 0


async def test_no_answer_about_the_patient(book, network, patients_service) -> None:
    patients_service.answer = lambda: Response(status_code=503)
    refused = await book(patient="somebody new")
    assert refused["__typename"] == "PatientServiceUnavailable"
    assert await count(network) == 0
