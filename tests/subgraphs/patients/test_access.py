"""Who sees what of a patient: each role, each field, by each way to it."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from subgraphs.kit.app import create_app
from subgraphs.kit.auth.roles import Role
from subgraphs.kit.auth.settings import IdentitySettings
from subgraphs.kit.auth.tokens import Holder, Issuer
from subgraphs.kit.clock import FixedClock
from subgraphs.kit.settings import ServiceSettings
from subgraphs.patients.app import domain
from subgraphs.patients.domain.patient import Demographics, Sex
from subgraphs.patients.service.author import Author
from subgraphs.patients.service.merging import merge
from subgraphs.patients.service.registration import register

Ask = Callable[..., Awaitable[dict[str, Any]]]

REFUSED = "UNAUTHORIZED_FIELD_OR_TYPE"
STAFF = [role for role in Role if role is not Role.PATIENT]
OPEN = "id version status stage displayName birthDate sex cpfMasked bookable deceasedOn"
FOR_STAFF = [
    "legalName",
    "socialName",
    "motherName",
    "cns",
    "phone",
    "email",
    "address { city }",
    "contacts { name }",
    "responsible { name }",
    "responsibleMissing",
    "unidentified { reason }",
    "consents { purpose }",
    "history { version }",
    "dataRequests { kind }",
]
ENTITY = "query ($r: [_Any!]!) { _entities(representations: $r) { ... on Patient { %s } } }"


class Clinic:
    """A clinic with three patients, one of whom was registered twice."""

    def __init__(self, app: FastAPI, identity: IdentitySettings) -> None:
        self.app, self.identity = app, identity
        self.maria = self.joao = self.twin = ""
        self.router: dict[str, str] = {}

    async def fill(self, clock: FixedClock) -> None:
        author = Author("test", clock.now())

        def person(name: str, cpf: str | None) -> Demographics:
            return Demographics(name, date(1980, 3, 2), Sex.FEMALE, cpf=cpf)

        async with self.app.state.database.transaction() as session:
            self.maria = await register(session, person("Maria Souza", "52998224725"), author)
            self.joao = await register(session, person("João Lima", "11144477735"), author)
            self.twin = await register(session, person("Maria de Souza", None), author)
            await merge(session, self.twin, self.maria, author)

    async def ask(self, query: str, role: Role | None, **given: Any) -> dict[str, Any]:
        """The answer, asked with a token of the role; nobody's where there is none."""
        headers = dict(self.router)
        if role:
            own = given.pop("own", self.maria)
            holder = Holder("test", role, patient_id=own if role is Role.PATIENT else None)
            token = Issuer(self.identity).issue(holder, timedelta(minutes=5))
            headers["authorization"] = f"Bearer {token}"
        transport = httpx.ASGITransport(app=self.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://patients") as http:
            body = {"query": query, "variables": given}
            answer: dict[str, Any] = (
                await http.post("/graphql", json=body, headers=headers)
            ).json()
        return answer


@asynccontextmanager
async def opened(url: str, folder: Path, clock: FixedClock) -> AsyncIterator[Clinic]:
    identity = IdentitySettings(identity_folder=folder / "identity")
    settings = ServiceSettings(
        service="patients", database_url=url, identity_folder=identity.identity_folder
    )
    app = create_app(domain, settings, clock)
    async with app.router.lifespan_context(app):
        clinic = Clinic(app, identity)
        await clinic.fill(clock)
        yield clinic


@pytest.fixture
async def clinic(
    tmp_path: Path, clock: FixedClock, router_headers: dict[str, str]
) -> AsyncIterator[Clinic]:
    async with opened(f"sqlite:///{tmp_path}/patients.db", tmp_path, clock) as clinic:
        clinic.router = router_headers
        yield clinic


def representation(id: str) -> list[dict[str, str]]:
    return [{"__typename": "Patient", "id": id}]


def codes(answer: dict[str, Any]) -> set[str]:
    return {error["extensions"]["code"] for error in answer.get("errors", [])}


@pytest.mark.parametrize("selection", [OPEN, "cpfRaw", *FOR_STAFF])
async def test_without_a_token_nothing_is_to_be_had(clinic: Clinic, selection: str) -> None:
    by_entity = ENTITY % selection
    answer = await clinic.ask(by_entity, None, r=representation(clinic.maria))
    assert answer["data"] == {"_entities": [None]}
    assert codes(answer) == {REFUSED}
    answer = await clinic.ask(f'{{ patient(id: "{clinic.maria}") {{ {selection} }} }}', None)
    assert answer["data"] == {"patient": None}
    assert "52998224725" not in str(answer)


@pytest.mark.parametrize("role", STAFF)
async def test_who_cares_for_patients_reads_them(clinic: Clinic, role: Role) -> None:
    answer = await clinic.ask(
        ENTITY % f"{OPEN} {' '.join(FOR_STAFF)}", role, r=representation(clinic.joao)
    )
    assert "errors" not in answer
    assert answer["data"]["_entities"][0]["legalName"] == "João Lima"


async def test_a_patient_reads_what_is_their_own_and_nobody_elses(clinic: Clinic) -> None:
    mine, other = representation(clinic.maria), representation(clinic.joao)
    for selection in (OPEN, "cpfRaw"):
        query = ENTITY % selection
        answer = await clinic.ask(query, Role.PATIENT, r=mine + other)
        assert answer["data"]["_entities"][0]
        assert answer["data"]["_entities"][1] is None
    answer = await clinic.ask(f'{{ patient(id: "{clinic.joao}") {{ id }} }}', Role.PATIENT)
    assert answer == {"data": {"patient": None}}


async def test_a_patient_who_was_registered_twice_reads_both(clinic: Clinic) -> None:
    both = representation(clinic.twin) + representation(clinic.maria)
    answer = await clinic.ask(ENTITY % "id status", Role.PATIENT, r=both)
    assert [found["status"] for found in answer["data"]["_entities"]] == ["MERGED", "ACTIVE"]
    answer = await clinic.ask(
        ENTITY % "id mergedInto { displayName }",
        Role.PATIENT,
        own=clinic.twin,
        r=representation(clinic.twin),
    )
    assert answer["data"]["_entities"][0]["mergedInto"] == {"displayName": "Maria Souza"}


@pytest.mark.parametrize("field", FOR_STAFF)
async def test_what_staff_alone_reads_is_refused_to_a_patient(clinic: Clinic, field: str) -> None:
    for selection in (field, f"x: {field}", f"... {{ {field} }}"):
        answer = await clinic.ask(ENTITY % selection, Role.PATIENT, r=representation(clinic.maria))
        assert codes(answer) == {REFUSED}
        assert "Maria Souza" not in str(answer)


LISTS = [
    "{ patients { edges { node { id } } } }",
    '{ patientByCpf(cpf: "52998224725") { id } }',
]


@pytest.mark.parametrize("query", LISTS)
async def test_staff_alone_searches(clinic: Clinic, query: str) -> None:
    assert "errors" not in await clinic.ask(query, Role.NURSE)
    for role in (Role.PATIENT, None):
        answer = await clinic.ask(query, role)
        assert codes(answer) == {REFUSED}
        assert clinic.maria not in str(answer)


DESK = {Role.NURSE, Role.RECEPTION, Role.MANAGER, Role.SERVICE}
CHANGES = {
    'registerPatient(input: {idempotencyKey: "0198c7a1-0000-7000-8000-000000000000",'
    ' legalName: "X Y", birthDate: "1990-01-01", sex: MALE})': DESK,
    'preRegisterPatient(input: {idempotencyKey: "0198c7a1-0000-7000-8000-000000000003",'
    ' legalName: "9", phone: "1"})': DESK,
    "registerUnidentifiedPatient(input: {reason: OTHER, sex: MALE, estimatedBirthYear: 1,"
    ' idempotencyKey: "0198c7a1-0000-7000-8000-000000000004"})': DESK,
    'mergePatients(sourceId: "1", targetId: "2",'
    ' idempotencyKey: "0198c7a1-0000-7000-8000-000000000001")': {Role.MANAGER},
    'eraseContactData(input: {idempotencyKey: "0198c7a1-0000-7000-8000-000000000002",'
    ' patientId: "1", expectedVersion: 1, legalBasis: "LGPD art. 18, VI"})': {Role.PRIVACY_OFFICER},
}


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("role", [*Role, None])
async def test_each_change_is_for_those_whose_work_it_is(
    clinic: Clinic, change: str, role: Role | None
) -> None:
    answer = await clinic.ask(f"mutation {{ {change} {{ __typename }} }}", role)
    allowed = role in CHANGES[change]
    assert codes(answer) == (set() if allowed else {REFUSED})
    found = await clinic.ask("{ patients { totalCount } }", Role.NURSE)
    registered = allowed and "registerPatient" in change
    assert found["data"]["patients"]["totalCount"] == (3 if registered else 2)
