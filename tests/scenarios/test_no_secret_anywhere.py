"""No CPF, card number or token in a log, an error, an event or an answer to who may not see it.

The network runs in processes of its own on seeded databases, at its most talkative; people of every
role do what they do and what they may not, the plan fails, a table is missing. Then all that was
written and answered is searched for every seeded CPF, every card, and anything that is a token.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from clinic import DOMAINS
from network import MakeDatabase
from people import Person
from rich.console import Console
from running import RunningNetwork, running
from sqlalchemy import text

from subgraphs.kit.auth.roles import Role
from subgraphs.kit.database import Database
from subgraphs.seed.fill import fill
from subgraphs.seed.plan import SIZES, SeedPlan

pytestmark = pytest.mark.asyncio(loop_scope="module")

PLAN = SeedPlan(SIZES["tiny"], date(2026, 11, 24))
TOKEN = re.compile(r"eyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}")
CHART = """query($id: ID!) { patient(id: $id) {
    displayName legalName cpfMasked cns phone email
    history { changes { field before after } }
    coverages { planName cardNumberMasked }
    record { edges { node { id authorName } } }
    invoices { edges { node { gross { amount } payments { receivedBy } } } }
    appointments { edges { node { start estimate { status } } } }
} }"""


@dataclass
class Ears:
    """All that was answered to whom may not see secrets."""

    network: RunningNetwork
    heard: list[str] = field(default_factory=list)

    async def ask(self, person: Person, query: str, url: str = "", **variables: Any) -> Any:
        """A question, by the router or to a service itself, and the answer, whatever it is."""
        body = {"query": query, "variables": variables}
        answer = await self.network.http.post(
            url or self.network.router, json=body, headers=person.headers
        )
        self.heard.append(answer.text)
        return answer.json()

    async def get(self, url: str, person: Person | None = None) -> str:
        """A page."""
        answer = await self.network.http.get(url, headers=person.headers if person else {})
        self.heard.append(answer.text)
        return answer.text


@dataclass
class Secrets:
    """What must not be found anywhere."""

    cpfs: set[str]
    cards: set[str]

    def among(self, written: str) -> set[str]:
        """The secrets in a text, in any way of writing them."""
        digits = re.findall(r"(?<!\d)(?:\d{11}|\d{17})(?!\d)", written)
        formatted = re.findall(r"\d{3}\.\d{3}\.\d{3}-\d{2}", written)
        found = {*digits, *(re.sub(r"\D", "", one) for one in formatted)}
        return (found & (self.cpfs | self.cards)) | set(TOKEN.findall(written))


@pytest_asyncio.fixture(scope="module", loop_scope="module", params=["sqlite", "postgresql"])
async def network(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    postgresql_database: MakeDatabase,
) -> AsyncIterator[RunningNetwork]:
    """Seeded, and writing down as much as it can."""
    folder = tmp_path_factory.mktemp("secrets")
    databases = {name: f"sqlite:///{folder}/{name}.db" for name in DOMAINS}
    async with AsyncExitStack() as stack:
        if request.param == "postgresql":
            for name in DOMAINS:
                databases[name] = await stack.enter_async_context(postgresql_database())
        await fill(databases, PLAN, Console(file=StringIO()))
        yield await stack.enter_async_context(running(databases, folder, "debug"))


async def rows(network: RunningNetwork, service: str, statement: str) -> list[Any]:
    """What a service's database holds."""
    database = Database(network.databases[service])
    try:
        async with database.read() as session:
            return [row[0] for row in await session.execute(text(statement))]
    finally:
        await database.dispose()


async def test_no_secret_anywhere(network: RunningNetwork, tmp_path: Path) -> None:
    cpfs = await rows(network, "patients", "SELECT cpf FROM patients WHERE cpf IS NOT NULL")
    cards = await rows(network, "billing", "SELECT card_number FROM coverages")
    ids = await rows(network, "billing", "SELECT DISTINCT patient_id FROM coverages")
    secrets, ears = Secrets(set(cpfs), set(cards)), Ears(network)
    assert len(secrets.cpfs) > 400
    assert len(secrets.cards) > 200

    for role in (Role.RECEPTION, Role.NURSE, Role.PHYSICIAN, Role.BILLING_CLERK, Role.AUDITOR):
        person = network.person(role.value, role)
        await read_as(ears, person, ids[:5], cpfs[0])
    await write_as(ears, network.person("reception", Role.RECEPTION), cpfs, cards, ids[0])
    await plan_fails(ears, ids[:3])
    await behind_the_router(ears, ids[:3])
    await feeds(ears)
    await a_table_is_missing(ears, cpfs[1])

    assert len(network.written) > 100, "the services do write"
    telling = [line for line in network.written if secrets.among(line)]
    assert telling == []
    assert [answer for answer in ears.heard if secrets.among(answer)] == []


async def read_as(ears: Ears, person: Person, ids: list[str], cpf: str) -> None:
    """A role looks at people, at much of it without the right."""
    for id in ids:
        await ears.ask(person, CHART, id=id)
    for search in (cpf, f"{cpf[:3]}.{cpf[3:6]}.{cpf[6:9]}-{cpf[9:]}", "maria"):
        await ears.ask(
            person,
            "query($s: String!) { patients(search: $s) { edges { node { cpfMasked } } } }",
            s=search,
        )
    await ears.ask(person, "query($c: String!) { patientByCpf(cpf: $c) { cpfMasked } }", c=cpf)
    await ears.ask(person, "{ patients { edges { node { cpfRaw } } } }")
    await ears.ask(person, '{ receivables(asOf: "2026-11-24") { invoices } }')


async def write_as(
    ears: Ears, person: Person, cpfs: list[str], cards: list[str], patient_id: str
) -> None:
    """What is registered already is registered again, also by many at once; and wrongly."""
    register = (
        "mutation($input: RegisterPatientInput!) { registerPatient(input: $input) { __typename"
        " ... on UserError { code message path }"
        " ... on CpfAlreadyRegistered { existingPatient { cpfMasked } } } }"
    )
    details = {"legalName": "Alguém de Novo", "birthDate": "1990-01-01", "sex": "UNKNOWN"}
    keys = [f"0193a7c0-0000-4000-8000-{number:012d}" for number in range(20)]
    await asyncio.gather(
        *(
            ears.ask(person, register, input={**details, "cpf": cpfs[0], "idempotencyKey": key})
            for key in keys[:8]
        )
    )
    wrong = cpfs[0][:-1] + str((int(cpfs[0][-1]) + 1) % 10)
    await ears.ask(person, register, input={**details, "cpf": wrong, "idempotencyKey": keys[9]})
    await ears.ask(person, register, input={**details, "cpf": {"a": cpfs[0]}})
    card = {
        "patientId": patient_id,
        "ansRegistry": cards[0][:6],
        "planName": "Plano",
        "cardNumber": cards[0],
        "idempotencyKey": keys[10],
    }
    await ears.ask(
        person,
        "mutation($input: RegisterCoverageInput!) { registerCoverage(input: $input) {"
        " __typename ... on UserError { code message } } }",
        input=card,
    )


async def plan_fails(ears: Ears, ids: list[str]) -> None:
    """Billing asks the plan with CPF and card, and gets every kind of no answer."""
    biller = ears.network.person("billing_clerk", Role.BILLING_CLERK)
    failures = f"http://127.0.0.1:{ears.network.ports['health-plan']}/v1/failures"
    for mode in ("SERVER_ERROR", "MALFORMED_JSON", "CONNECTION_RESET", "TOO_MANY_REQUESTS", ""):
        switched = [{"mode": mode}] if mode else []
        await ears.network.http.put(failures, json={"failures": switched})
        for id in ids:
            found = await ears.ask(
                biller, "query($id: ID!) { patient(id: $id) { coverages { id } } }", id=id
            )
            for coverage in found["data"]["patient"]["coverages"]:
                await ears.ask(
                    biller,
                    "query($id: ID!, $c: ID!) { patient(id: $id) {"
                    " eligibility(coverageId: $c) { status reason } } }",
                    id=id,
                    c=coverage["id"],
                )


async def behind_the_router(ears: Ears, ids: list[str]) -> None:
    """Somebody knows the services' ports, and has a token of staff, or a forged one."""
    nurse = ears.network.person("nurse", Role.NURSE)
    url = f"http://127.0.0.1:{ears.network.ports['patients']}/graphql"
    representations = [{"__typename": "Patient", "id": id} for id in ids]
    query = "query($of: [_Any!]!) { _entities(representations: $of) { ... on Patient { cpfRaw } } }"
    refused = await ears.ask(nurse, query, url, of=representations)
    assert refused["errors"], "the raw CPF is for services alone"
    forged = Person("forged", nurse.token[:-6] + "AAAAAA", ears.network.http, url)
    await ears.ask(forged, query, url, of=representations)
    await ears.ask(forged, "{ patients { edges { node { id } } } }")


async def feeds(ears: Ears) -> None:
    """What the services tell each other, and what they measure."""
    service = ears.network.person("service:test", Role.SERVICE)
    for name in DOMAINS:
        origin = f"http://127.0.0.1:{ears.network.ports[name]}"
        page = json.loads(await ears.get(f"{origin}/events?limit=500", service))
        assert "events" in page
        await ears.get(f"{origin}/metrics")
        await ears.get(f"{origin}/events")
    await ears.get(f"http://127.0.0.1:{ears.network.ports['router']}/metrics")


async def a_table_is_missing(ears: Ears, cpf: str) -> None:
    """A fault that nobody foresaw, in the middle of a search by CPF."""
    database = Database(ears.network.databases["patients"])
    async with database.transaction() as session:
        await session.execute(text("ALTER TABLE patients RENAME TO patients_elsewhere"))
    await database.dispose()
    reception = ears.network.person("reception", Role.RECEPTION)
    broken = await ears.ask(
        reception, "query($c: String!) { patientByCpf(cpf: $c) { cpfMasked } }", c=cpf
    )
    assert broken["errors"]
