"""Who is known by name and telephone alone, or not at all, until somebody completes it."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

import pytest
from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from subgraphs.kit import migrations
from subgraphs.kit.database import Database
from subgraphs.patients.domain.duplicates import DuplicateReason, likeness
from subgraphs.patients.domain.identification import RegistrationStage
from subgraphs.patients.domain.patient import Demographics, Sex
from subgraphs.patients.repository import history
from subgraphs.patients.repository.patients import patients_by_id
from subgraphs.patients.service import registration
from subgraphs.patients.service.author import Author
from subgraphs.patients.service.stored_form import demographics_of

Register = Callable[..., Awaitable[Any]]

SHOWN = """__typename
  ... on Patient {
    id version stage displayName birthDate sex phone bookable minor responsibleMissing
    unidentified { reason estimatedBirthYear }
  }
  ... on UserError { code path }
  ... on PossibleDuplicates { duplicates { patient { id } reasons } }"""
CALL = f"""mutation ($input: PreRegisterPatientInput!) {{
  preRegisterPatient(input: $input) {{ {SHOWN} }} }}"""
UNKNOWN = f"""mutation ($input: RegisterUnidentifiedPatientInput!) {{
  registerUnidentifiedPatient(input: $input) {{ {SHOWN.split("... on Possible")[0]} }} }}"""
READ = """query ($id: ID!) { patient(id: $id) {
  stage status displayName birthDate unidentified { reason } mergedInto { id }
  history { changes { field } }
} }"""
MERGE = """mutation ($s: ID!, $t: ID!, $k: Uuid!) {
  mergePatients(sourceId: $s, targetId: $t, idempotencyKey: $k) {
    __typename ... on UserError { code } } }"""


@pytest.fixture
def call(patients: Any) -> Register:
    async def call(**fields: Any) -> Any:
        given = {"idempotencyKey": str(uuid4()), "legalName": "Rosa Reis", "phone": "11987654321"}
        return (await patients.data(CALL, input=given | fields))["preRegisterPatient"]

    return call


@pytest.fixture
def find(patients: Any) -> Register:
    """Registers somebody whom nobody knows."""

    async def find(**fields: Any) -> Any:
        given = {"idempotencyKey": str(uuid4()), "reason": "UNCONSCIOUS", "sex": "MALE"}
        return (await patients.data(UNKNOWN, input=given | fields))["registerUnidentifiedPatient"]

    return find


@pytest.fixture
def read(patients: Any) -> Register:
    async def read(patient: Any) -> Any:
        return (await patients.data(READ, id=patient["id"]))["patient"]

    return read


async def merge(patients: Any, source: Any, target: Any) -> Any:
    answer = await patients.data(MERGE, s=source["id"], t=target["id"], k=str(uuid4()))
    return answer["mergePatients"]


async def test_a_name_and_a_telephone_are_enough_to_be_booked(call: Register) -> None:
    made = await call()
    assert made == {
        "__typename": "Patient",
        "id": made["id"],
        "version": 1,
        "stage": "PRE_REGISTERED",
        "displayName": "Rosa Reis",
        "birthDate": None,
        "sex": "UNKNOWN",
        "phone": "+5511987654321",
        "bookable": True,
        "minor": None,
        "responsibleMissing": False,
        "unidentified": None,
    }


@pytest.mark.parametrize(
    ("given", "path"), [({"legalName": "9"}, ["legalName"]), ({"phone": " "}, ["phone"])]
)
async def test_both_are_needed(call: Register, given: dict[str, str], path: list[str]) -> None:
    refused = await call(**given)
    assert (refused["code"], refused["path"]) == ("INVALID_INPUT", path)


async def test_a_repeated_call_registers_once(call: Register, find: Register) -> None:
    key = str(uuid4())
    first, again = await asyncio.gather(call(idempotencyKey=key), call(idempotencyKey=key))
    assert first == again
    assert (await call(idempotencyKey=key, legalName="Outra Pessoa"))["code"] == (
        "IDEMPOTENCY_KEY_REUSED"
    )
    key = str(uuid4())
    assert await find(idempotencyKey=key) == await find(idempotencyKey=key)


async def test_the_desk_completes_it_when_the_patient_arrives(
    call: Register, correct: Register, read: Register
) -> None:
    made = await call()
    refused = await correct(made["id"], 1, phone=None)
    assert (refused["code"], refused["path"]) == ("INVALID_INPUT", ["phone"])
    done = await correct(made["id"], 1, birthDate="1990-05-01", sex="FEMALE", cpf="52998224725")
    assert done["version"] == 2
    found = await read(made)
    assert (found["stage"], found["birthDate"]) == ("COMPLETE", "1990-05-01")
    assert (await correct(made["id"], 2, phone=None))["version"] == 3
    assert (await correct(made["id"], 3, birthDate=None))["path"] == ["birthDate"]


async def test_who_calls_again_is_found_by_name_and_telephone(
    call: Register, register: Register
) -> None:
    rosa = await register(legalName="Rosa Reis", phone="11987654321")
    held = await call(refuseDuplicates=True)
    assert held["code"] == "POSSIBLE_DUPLICATES"
    assert held["duplicates"] == [
        {"patient": {"id": rosa["id"]}, "reasons": ["SAME_NAME", "SAME_PHONE"]}
    ]
    assert (await call(refuseDuplicates=True, phone="11912345678"))["stage"] == "PRE_REGISTERED"
    assert (await call())["stage"] == "PRE_REGISTERED"


def test_two_birth_dates_that_nobody_knows_do_not_agree() -> None:
    one = Demographics("Rosa Reis", None, Sex.UNKNOWN)
    other = Demographics("Rosa Reis", date(1990, 5, 1), Sex.FEMALE)
    for pair in ((one, one), (one, other), (other, one)):
        assert likeness(*pair).reasons == (DuplicateReason.SAME_NAME,)


async def test_two_whom_nobody_knows_are_told_apart(find: Register) -> None:
    one, other = await find(estimatedBirthYear=1970), await find(reason="CHILD_ALONE")
    assert one["displayName"] == f"Não identificado {one['id'][-4:].upper()}"
    assert one["displayName"] != other["displayName"]
    assert one["unidentified"] == {"reason": "UNCONSCIOUS", "estimatedBirthYear": 1970}
    assert (one["stage"], one["birthDate"], one["bookable"]) == ("UNIDENTIFIED", None, True)


@pytest.mark.parametrize("year", [1889, 2027])
async def test_an_estimated_year_must_be_possible(find: Register, year: int) -> None:
    refused = await find(estimatedBirthYear=year)
    assert (refused["code"], refused["path"]) == ("INVALID_INPUT", ["estimatedBirthYear"])


async def test_who_was_unidentified_is_identified_by_name_and_birth_date(
    find: Register, correct: Register, read: Register
) -> None:
    found = await find()
    for given, path in (
        ({"legalName": "José Prado"}, "birthDate"),
        ({"birthDate": "1970-01-01"}, "legalName"),
        ({"cpf": "52998224725"}, "legalName"),
    ):
        assert (await correct(found["id"], 1, **given))["path"] == [path]
    assert (await correct(found["id"], 1, sex="FEMALE"))["version"] == 2
    assert (await read(found))["stage"] == "UNIDENTIFIED"
    known = {"legalName": "José Prado", "birthDate": "1970-01-01"}
    assert (await correct(found["id"], 1, **known))["code"] == "STALE_VERSION"
    assert (await correct(found["id"], 2, **known))["displayName"] == "José Prado"
    now = await read(found)
    assert (now["stage"], now["unidentified"]) == ("COMPLETE", None)
    fields = {change["field"] for change in now["history"][-1]["changes"]}
    assert fields == {"legal_name", "birth_date", "unidentified"}


async def test_who_turns_out_to_be_known_is_merged_into_the_known_one(
    find: Register, register: Register, patients: Any, read: Register
) -> None:
    found, jose = await find(), await register(legalName="José Prado")
    assert (await merge(patients, jose, found))["code"] == "MERGE_REFUSED"
    assert (await merge(patients, found, jose))["__typename"] == "Patient"
    now = await read(found)
    assert (now["status"], now["stage"], now["displayName"]) == ("MERGED", "COMPLETE", "José Prado")
    assert (await read(jose))["unidentified"] is None
    parted = await patients.data(
        """mutation ($id: ID!, $k: Uuid!) { unmergePatient(patientId: $id, idempotencyKey: $k) {
          __typename } }""",
        id=found["id"],
        k=str(uuid4()),
    )
    assert parted["unmergePatient"]["__typename"] == "Patient"
    now = await read(found)
    assert (now["status"], now["stage"]) == ("ACTIVE", "UNIDENTIFIED")
    assert now["displayName"] == found["displayName"]


@pytest.mark.parametrize(
    "change", ["status = 'ASLEEP'", "sex = 'X'", "merged_into_id = id", "legal_name = NULL"]
)
async def test_the_table_kept_its_rules_when_it_was_copied(
    call: Register, app: FastAPI, change: str
) -> None:
    made = await call()
    statement = text(f"UPDATE patients SET {change} WHERE id = :id")
    async with app.state.database.transaction() as session:
        with pytest.raises(IntegrityError):
            await session.execute(statement, {"id": made["id"]})
        await session.rollback()


async def test_an_older_database_keeps_its_patients_and_takes_new_ones(database: Database) -> None:
    package, at = "subgraphs.patients.migrations", "2026-11-24 12:00:00+00:00"
    await migrations.upgrade(database, package, "0006")
    async with database.transaction() as session:
        await session.execute(
            text(
                "INSERT INTO patients (id, version, status, legal_name, birth_date, sex, contacts,"
                " sort_name, search_text, created_at, updated_at) VALUES ('1', 1, 'ACTIVE',"
                f" 'Ana', '1980-03-02', 'FEMALE', '[]', 'ana', ' ana', '{at}', '{at}')"
            )
        )
        await session.execute(
            text(
                "INSERT INTO patient_versions (patient_id, version, changed_at, changed_by,"
                f" snapshot) VALUES ('1', 1, '{at}', 'desk', '{{}}')"
            )
        )
    await migrations.upgrade(database, package)
    author = Author("desk", datetime(2026, 11, 24, 12, tzinfo=UTC))
    caller = Demographics("Rosa Reis", None, Sex.UNKNOWN, phone="11987654321")
    async with database.transaction() as session:
        new = await registration.register(session, caller, author)
        found = await patients_by_id(session, ["1", new])
        kept = await history.versions_of(session, ["1"])
    assert demographics_of(found["1"]) == Demographics("Ana", date(1980, 3, 2), Sex.FEMALE)
    assert [version.changed_by for version in kept["1"]] == ["desk"]
    assert demographics_of(found[new]).stage is RegistrationStage.PRE_REGISTERED
