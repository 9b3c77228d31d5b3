"""Registering, correcting and closing a registration, through the service's HTTP endpoint."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from fastapi import FastAPI
from sqlalchemy import text

from subgraphs.kit.clock import FixedClock

Register = Callable[..., Awaitable[Any]]

CPF = "529.982.247-25"
OTHER_CPF = "111.444.777-35"


async def test_a_registered_patient_can_be_read(register: Register, patients: Any) -> None:
    made = await register(
        cpf=CPF,
        socialName="Márcio Souza",
        motherName="Ana Souza",
        phone="(11) 98765-4321",
        email="marcio@exemplo.com.br",
        address={
            "street": "Rua das Flores",
            "number": "10",
            "district": "Centro",
            "city": "São Paulo",
            "state": "SP",
            "postalCode": "01310-100",
        },
        contacts=[{"name": "Rui", "relationship": "pai", "phone": "11987654321"}],
    )
    assert made["__typename"] == "Patient"
    answer = await patients.data(
        """query ($id: ID!) { patient(id: $id) {
          version status displayName legalName socialName motherName cpfMasked birthDate sex
          phone email bookable createdAt mergedInto { id } coverages { id }
          address { city state postalCode complement } contacts { name phone responsible }
        } }""",
        id=made["id"],
    )
    assert answer["patient"] == {
        "version": 1,
        "status": "ACTIVE",
        "displayName": "Márcio Souza",
        "legalName": "Maria da Conceição Souza",
        "socialName": "Márcio Souza",
        "motherName": "Ana Souza",
        "cpfMasked": "***.982.247-**",
        "birthDate": "1980-03-02",
        "sex": "FEMALE",
        "phone": "+5511987654321",
        "email": "marcio@exemplo.com.br",
        "bookable": True,
        "createdAt": "2026-11-24T12:00:00Z",
        "mergedInto": None,
        "coverages": [],
        "address": {
            "city": "São Paulo",
            "state": "SP",
            "postalCode": "01310100",
            "complement": None,
        },
        "contacts": [{"name": "Rui", "phone": "+5511987654321", "responsible": False}],
    }


async def test_a_cpf_is_registered_once_formatted_or_not(register: Register) -> None:
    first = await register(cpf=CPF)
    second = await register(cpf="52998224725", legalName="Outra Pessoa")
    assert second["__typename"] == "CpfAlreadyRegistered"
    assert second["code"] == "CPF_ALREADY_REGISTERED"
    assert second["existingPatient"] == {"id": first["id"]}
    assert "52998224725" not in second["message"]


async def test_a_race_of_two_registrations_is_lost_by_one(register: Register) -> None:
    answers = await asyncio.gather(*(register(cpf=CPF) for _ in range(10)))
    kinds = sorted(answer["__typename"] for answer in answers)
    assert kinds == ["CpfAlreadyRegistered"] * 9 + ["Patient"]
    [winner] = [answer for answer in answers if answer["__typename"] == "Patient"]
    assert {a["existingPatient"]["id"] for a in answers if a is not winner} == {winner["id"]}


async def test_many_may_have_no_cpf(register: Register) -> None:
    made = [await register() for _ in range(3)]
    assert len({patient["id"] for patient in made}) == 3
    assert [patient["cpfMasked"] for patient in made] == [None] * 3


@pytest.mark.parametrize(
    ("fields", "kind", "path"),
    [
        ({"cpf": "111.111.111-11"}, "InvalidDocument", ["cpf"]),
        ({"cns": "1"}, "InvalidDocument", ["cns"]),
        ({"legalName": "  "}, "InvalidInput", ["legalName"]),
        ({"birthDate": "2026-11-25"}, "InvalidInput", ["birthDate"]),
        ({"phone": "123"}, "InvalidInput", ["phone"]),
    ],
)
async def test_a_wrong_value_is_a_typed_error_that_names_its_field(
    register: Register, fields: dict[str, Any], kind: str, path: list[str]
) -> None:
    refused = await register(**fields)
    assert (refused["__typename"], refused["path"]) == (kind, path)


async def test_a_repeated_registration_is_the_same_patient(register: Register) -> None:
    key = str(uuid4())
    first = await register(idempotencyKey=key)
    assert await register(idempotencyKey=key) == first
    other = await register(idempotencyKey=key, legalName="Outra Pessoa")
    assert other["code"] == "IDEMPOTENCY_KEY_REUSED"


async def test_a_correction_makes_the_next_version_and_keeps_the_rest(
    register: Register, correct: Register
) -> None:
    made = await register(cpf=CPF, phone="11987654321")
    corrected = await correct(made["id"], 1, legalName="Maria Souza")
    assert corrected["legalName"] == "Maria Souza"
    assert corrected["version"] == 2
    assert corrected["cpfMasked"] == "***.982.247-**"
    assert corrected["phone"] == "+5511987654321"


async def test_null_empties_a_field(register: Register, correct: Register) -> None:
    contact = {"name": "Rui", "relationship": "pai", "phone": "11987654321"}
    made = await register(cpf=CPF, phone="11987654321", contacts=[contact])
    emptied = await correct(made["id"], 1, cpf=None, phone=None, contacts=None)
    assert (emptied["cpfMasked"], emptied["phone"], emptied["contacts"]) == (None, None, [])


@pytest.mark.parametrize("field", ["legalName", "birthDate", "sex"])
async def test_what_every_patient_has_cannot_be_emptied(
    register: Register, correct: Register, field: str
) -> None:
    made = await register()
    refused = await correct(made["id"], 1, **{field: None})
    assert (refused["__typename"], refused["path"]) == ("InvalidInput", [field])


async def test_of_two_corrections_of_one_version_one_wins(
    register: Register, correct: Register
) -> None:
    made = await register()
    answers = await asyncio.gather(
        *(correct(made["id"], 1, legalName=f"Maria {name}") for name in ("Silva", "Souza", "Lima"))
    )
    kinds = sorted(answer["__typename"] for answer in answers)
    assert kinds == ["Patient", "StaleVersion", "StaleVersion"]
    assert {a["currentVersion"] for a in answers if a["__typename"] == "StaleVersion"} == {2}


async def test_a_correction_cannot_take_anothers_cpf(register: Register, correct: Register) -> None:
    holder = await register(cpf=CPF)
    other = await register(cpf=OTHER_CPF)
    refused = await correct(other["id"], 1, cpf=CPF)
    assert refused["existingPatient"] == {"id": holder["id"]}


async def test_nobody_can_be_corrected_who_does_not_exist(correct: Register) -> None:
    assert (await correct("nobody", 1, legalName="Ana"))["code"] == "NOT_FOUND"


async def test_the_history_tells_who_changed_what_when_and_why(
    register: Register, correct: Register, patients: Any, clock: FixedClock
) -> None:
    made = await register(cpf=CPF)
    clock.advance(timedelta(hours=1))
    await correct(made["id"], 1, cpf=OTHER_CPF, reason="CPF digitado errado")
    answer = await patients.data(
        """query ($id: ID!) { patient(id: $id) { history {
          version changedAt changedBy reason changes { field before after } } } }""",
        id=made["id"],
    )
    assert answer["patient"]["history"] == [
        {
            "version": 1,
            "changedAt": "2026-11-24T12:00:00Z",
            "changedBy": "anonymous",
            "reason": None,
            "changes": [],
        },
        {
            "version": 2,
            "changedAt": "2026-11-24T13:00:00Z",
            "changedBy": "anonymous",
            "reason": "CPF digitado errado",
            "changes": [{"field": "cpf", "before": "***.982.247-**", "after": "***.444.777-**"}],
        },
    ]


CHANGE_STATUS = """
mutation ($input: ChangePatientStatusInput!) { changePatientStatus(input: $input) {
  __typename
  ... on Patient { version status bookable deceasedOn }
  ... on UserError { code path }
} }
"""


async def test_a_deceased_patient_cannot_be_booked(register: Register, patients: Any) -> None:
    made = await register()

    async def change(version: int, status: str, **fields: Any) -> Any:
        given = {
            "idempotencyKey": str(uuid4()),
            "patientId": made["id"],
            "expectedVersion": version,
            "status": status,
        } | fields
        return (await patients.data(CHANGE_STATUS, input=given))["changePatientStatus"]

    assert (await change(1, "DECEASED", deceasedOn="1979-01-01"))["path"] == ["deceasedOn"]
    assert await change(1, "DECEASED", deceasedOn="2026-11-20") == {
        "__typename": "Patient",
        "version": 2,
        "status": "DECEASED",
        "bookable": False,
        "deceasedOn": "2026-11-20",
    }
    assert (await change(1, "ACTIVE"))["code"] == "STALE_VERSION"
    assert (await change(2, "MERGED"))["path"] == ["status"]
    assert (await change(2, "ACTIVE"))["deceasedOn"] is None


async def test_a_linked_coverage_is_shown_once(register: Register, patients: Any) -> None:
    made = await register()
    link = """mutation ($id: ID!, $key: Uuid!) {
      linkCoverage(patientId: $id, coverageId: "card-1", idempotencyKey: $key) {
        __typename ... on Patient { coverages { id } } } }"""
    for _ in range(2):
        answer = await patients.data(link, id=made["id"], key=str(uuid4()))
    assert answer["linkCoverage"]["coverages"] == [{"id": "card-1"}]
    answer = await patients.data(link, id="nobody", key=str(uuid4()))
    assert answer["linkCoverage"]["__typename"] == "NotFound"


async def test_a_coverage_linked_by_many_at_once_is_linked_once(
    register: Register, patients: Any
) -> None:
    """Billing's event and its call may come at the same time."""
    made = await register()
    link = """mutation ($id: ID!, $key: Uuid!) {
      linkCoverage(patientId: $id, coverageId: "card-1", idempotencyKey: $key) {
        __typename ... on Patient { coverages { id } } } }"""
    answers = await asyncio.gather(
        *(patients.data(link, id=made["id"], key=str(uuid4())) for _ in range(8))
    )
    assert [answer["linkCoverage"]["coverages"] for answer in answers] == [[{"id": "card-1"}]] * 8


async def test_a_cpf_never_reaches_a_log_or_an_error(
    register: Register, patients: Any, app: FastAPI, capsys: pytest.CaptureFixture[str]
) -> None:
    await register(cpf=CPF)
    await register(cpf=CPF)
    async with app.state.database.transaction() as session:
        await session.execute(text("DROP TABLE patient_versions"))
    answer = await patients.ask(
        """mutation ($input: RegisterPatientInput!) {
          registerPatient(input: $input) { __typename } }""",
        input={
            "idempotencyKey": str(uuid4()),
            "legalName": "Ana Souza",
            "birthDate": "1980-03-02",
            "sex": "FEMALE",
            "cpf": OTHER_CPF,
        },
    )
    assert answer["errors"][0]["extensions"]["code"] == "INTERNAL_SERVER_ERROR"
    output = "".join(capsys.readouterr()) + str(answer)
    for cpf in ("52998224725", CPF, "11144477735", OTHER_CPF):
        assert cpf not in output
