"""Sixty-four people book at once, two for each slot, and then two clerks bill each visit.

No visits overlap, nothing that was promised is missing, nothing is billed twice, and whoever comes
second is told so. `LOAD_SLOTS` says how many slots (`make load`: a thousand).
"""

from __future__ import annotations

import asyncio
import os
import random
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any
from uuid import uuid4

import pytest
import pytest_asyncio
from clinic import DOMAINS
from network import MakeDatabase
from people import Person
from running import RunningNetwork, running
from sqlalchemy import text
from workplace import CONSULTATION, open_agenda, publish

from subgraphs.kit.auth.roles import Role
from subgraphs.kit.database import Database

pytestmark = pytest.mark.asyncio(loop_scope="module")

CLIENTS = 64
PRACTITIONERS = 10
SLOTS = {
    "postgresql": int(os.environ.get("LOAD_SLOTS", "60")),
    "sqlite": 24,  # one writer at a time
}


@dataclass(frozen=True)
class Slot:
    """An offer, and whose it is."""

    token: str
    start: str
    practitioner: int


@pytest_asyncio.fixture(scope="module", loop_scope="module", params=["sqlite", "postgresql"])
async def network(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    postgresql_database: MakeDatabase,
) -> AsyncIterator[tuple[RunningNetwork, int]]:
    """The network in processes, and how many slots to fill on this kind of database."""
    folder = tmp_path_factory.mktemp("load")
    databases = {name: f"sqlite:///{folder}/{name}.db" for name in DOMAINS}
    async with AsyncExitStack() as stack:
        if request.param == "postgresql":
            for name in DOMAINS:
                databases[name] = await stack.enter_async_context(postgresql_database())
        network = await stack.enter_async_context(running(databases, folder, "error"))
        yield network, SLOTS[request.param]


async def test_everyone_books_and_bills_at_once(network: tuple[RunningNetwork, int]) -> None:
    running_network, count = network
    reception = running_network.person("reception", Role.RECEPTION)
    billers = [running_network.person(f"biller {n}", Role.BILLING_CLERK) for n in (1, 2)]
    slots = await offers(running_network, count)
    patients = await registered(reception, 2 * PRACTITIONERS)

    wishes = [(slot, patients[2 * slot.practitioner + n]) for slot in slots for n in (0, 1)]
    random.Random(7).shuffle(wishes)
    with stopwatch(f"{len(wishes)} bookings of {count} slots"):
        answers = await at_once(book(reception, slot, patient) for slot, patient in wishes)

    outcomes = Counter(answer["__typename"] for answer in answers)
    assert outcomes == {"Appointment": count, "SlotTaken": count}
    promised = {answer["id"] for answer in answers if answer["__typename"] == "Appointment"}
    assert len(promised) == count, "nobody was promised what somebody else was"
    assert await booked(running_network) == promised
    await no_overlap(running_network)

    visits = sorted(promised) * 2
    random.Random(8).shuffle(visits)
    with stopwatch(f"{len(visits)} drafts of {count} visits"):
        drafts = await at_once(
            draft(billers[index % 2], visit) for index, visit in enumerate(visits)
        )
    outcomes = Counter(answer["__typename"] for answer in drafts)
    assert outcomes == {"Invoice": count, "AlreadyInvoiced": count}

    invoices = [answer for answer in drafts if answer["__typename"] == "Invoice"]
    with stopwatch(f"{2 * count} issues of {count} invoices"):
        issued = await at_once(issue(biller, one) for one in invoices for biller in billers)
    outcomes = Counter(answer["__typename"] for answer in issued)
    assert outcomes == {"Invoice": count, "StaleVersion": count}
    numbers = sorted(one["number"] for one in issued if one["__typename"] == "Invoice")
    assert numbers == [f"1234567-{number:06d}" for number in range(1, count + 1)], "without gaps"


@contextmanager
def stopwatch(what: str) -> Iterator[None]:
    """Tells how long something took, to whoever runs this with `-s`."""
    began = time.perf_counter()
    yield
    print(f"{what}: {time.perf_counter() - began:.1f} s")  # noqa: T201 - for `make load`


async def at_once(work: Iterable[Callable[[], Awaitable[dict[str, Any]]]]) -> list[dict[str, Any]]:
    """All of it, by as many clients as there are, each one thing after another."""
    queue, answers = list(work), []

    async def client() -> None:
        while queue:
            answers.append(await queue.pop()())

    await asyncio.gather(*(client() for _ in range(CLIENTS)))
    return answers


def book(reception: Person, slot: Slot, patient_id: str) -> Callable[[], Awaitable[dict[str, Any]]]:
    """A booking; where it worked it is sent twice, and must be answered alike."""
    key = str(uuid4())

    async def booking() -> dict[str, Any]:
        given = {"slotToken": slot.token, "patientId": patient_id, "idempotencyKey": key}
        answer = await reception.attempt("bookAppointment", "id", **given)
        if answer["__typename"] == "Appointment" and slot.practitioner == 0:
            assert await reception.attempt("bookAppointment", "id", **given) == answer
        return answer

    return booking


def draft(biller: Person, visit_id: str) -> Callable[[], Awaitable[dict[str, Any]]]:
    """An invoice's draft."""
    return lambda: biller.attempt("createInvoice", "id version", appointmentId=visit_id)


def issue(biller: Person, invoice: dict[str, Any]) -> Callable[[], Awaitable[dict[str, Any]]]:
    """A draft as both clerks see it, issued."""
    return lambda: biller.attempt(
        "issueInvoice", "id number", invoiceId=invoice["id"], expectedVersion=invoice["version"]
    )


async def offers(network: RunningNetwork, count: int) -> list[Slot]:
    """So many free slots of ten practitioners, from tomorrow on."""
    manager = network.person("manager", Role.MANAGER)
    clinic = await manager.do(
        "registerClinic",
        "id",
        name="Vida+ Saúde Norte",
        cnes="1234567",
        cnpj="11222333000181",
        city="São Paulo",
        uf="SP",
        timeZone="America/Sao_Paulo",
    )
    service = await manager.do(
        "registerHealthcareService",
        "id",
        name="Consulta",
        tussCode=CONSULTATION,
        durationMinutes=30,
    )
    await publish(
        network.person("biller 1", Role.BILLING_CLERK), "PRIVATE", {CONSULTATION: "180.00"}
    )
    each, found = -(-count // PRACTITIONERS), []
    for number in range(PRACTITIONERS):
        practitioner = await manager.do(
            "registerPractitioner",
            "id",
            name=f"Dra. Número {number}",
            council={"body": "CRM", "number": f"20000{number}", "uf": "SP"},
            cbo="225125",
            serviceIds=[service["id"]],
        )
        for weekday in range(1, 8):
            await open_agenda(manager, practitioner["id"], clinic["id"], weekday)
        found += await slots_of(manager, service["id"], practitioner["id"], number, each)
    return found[:count]


async def slots_of(
    manager: Person, service_id: str, practitioner_id: str, number: int, count: int
) -> list[Slot]:
    """A practitioner's first free slots."""
    tomorrow = datetime.combine(datetime.now(UTC).date() + timedelta(days=1), datetime.min.time())
    search = {
        "serviceId": service_id,
        "practitionerIds": [practitioner_id],
        "from": f"{tomorrow.isoformat()}Z",
        "to": f"{(tomorrow + timedelta(days=8)).isoformat()}Z",
    }
    answer = await manager.get(
        "query($search: SlotSearchInput!) { availableSlots(search: $search, first: 100) {"
        " token start } }",
        search=search,
    )
    offered = answer["availableSlots"][:count]
    assert len(offered) == count
    return [Slot(one["token"], one["start"], number) for one in offered]


async def registered(reception: Person, count: int) -> list[str]:
    """So many patients, two for each practitioner: nobody is double-booked by wishing."""
    return [
        (
            await reception.do(
                "registerPatient",
                "id",
                legalName=f"Paciente Número{number}",
                birthDate="1990-01-01",
                sex="UNKNOWN",
            )
        )["id"]
        for number in range(count)
    ]


async def rows(network: RunningNetwork, service: str, statement: str) -> list[Any]:
    """What a service's database holds."""
    database = Database(network.databases[service])
    try:
        async with database.read() as session:
            return list(await session.execute(text(statement)))
    finally:
        await database.dispose()


async def booked(network: RunningNetwork) -> set[str]:
    """The visits that the database has."""
    found = await rows(
        network, "appointments", "SELECT id FROM appointments WHERE status = 'BOOKED'"
    )
    return {str(row.id) for row in found}


async def no_overlap(network: RunningNetwork) -> None:
    """No practitioner, and no patient, has two visits at one time."""
    for whose in ("practitioner_id", "patient_id"):
        found = await rows(
            network,
            "appointments",
            f"SELECT {whose} AS who, starts_at, ends_at FROM appointments"
            f" WHERE status = 'BOOKED' ORDER BY {whose}, starts_at",
        )
        for earlier, later in pairwise(found):
            assert earlier.who != later.who or earlier.ends_at <= later.starts_at
