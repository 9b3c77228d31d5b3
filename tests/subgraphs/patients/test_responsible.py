"""Who answers for a patient: a minor, or an adult who cannot decide alone."""

import json
from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from fastapi import FastAPI
from sqlalchemy import text

from subgraphs.kit.clock import FixedClock
from subgraphs.patients.domain.responsible import is_minor
from subgraphs.patients.models import outbox

Register = Callable[..., Awaitable[Any]]

CPF = "529.982.247-25"
ANA = {"relationship": "MOTHER", "name": "Ana Lima", "cpf": CPF, "phone": "(11) 98765-4321"}
CHILD = {"legalName": "Léo Lima", "birthDate": "2018-05-01", "sex": "MALE"}
READ = """query ($id: ID!) { patient(id: $id) {
  version minor responsibleMissing
  responsible { name relationship cpfMasked phone patient { id } }
  history { version changes { field before after } }
} }"""
MERGE = """mutation ($s: ID!, $t: ID!) {
  mergePatients(sourceId: $s, targetId: $t, idempotencyKey: "%s") {
    __typename ... on UserError { code message } } }"""
ERASE = """mutation ($input: EraseContactDataInput!) { eraseContactData(input: $input) {
  __typename ... on Patient { responsible { name } } } }"""
EXPORT = """mutation ($input: ExportPersonalDataInput!) { exportPersonalData(input: $input) {
  ... on PersonalDataExport { json } } }"""


@pytest.fixture
def read(patients: Any) -> Callable[[Any], Awaitable[Any]]:
    async def read(patient: Any) -> Any:
        return (await patients.data(READ, id=patient["id"]))["patient"]

    return read


async def merge(patients: Any, source: Any, target: Any) -> Any:
    answer = await patients.data(MERGE % uuid4(), s=source["id"], t=target["id"])
    return answer["mergePatients"]


def asked(patient: Any, **fields: Any) -> dict[str, Any]:
    given = {"idempotencyKey": str(uuid4()), "patientId": patient["id"]}
    return given | {"legalBasis": "LGPD art. 18"} | fields


@pytest.mark.parametrize(
    ("birth_date", "today", "minor"),
    [
        (date(2008, 11, 25), date(2026, 11, 24), True),
        (date(2008, 11, 24), date(2026, 11, 24), False),
        (date(2008, 2, 29), date(2026, 2, 28), True),
        (date(2008, 2, 29), date(2026, 3, 1), False),
        (date(2026, 11, 24), date(2026, 11, 24), True),
    ],
)
def test_one_is_of_age_on_the_eighteenth_birthday(
    birth_date: date, today: date, minor: bool
) -> None:
    assert is_minor(birth_date, today) is minor


async def test_a_minor_without_a_responsible_person_is_warned_of(
    register: Register, correct: Register, read: Register, clock: FixedClock
) -> None:
    child = await register(**CHILD)
    found = await read(child)
    assert (found["minor"], found["responsibleMissing"], found["responsible"]) == (True, True, None)
    await correct(child["id"], 1, responsible=ANA)
    found = await read(child)
    assert not found["responsibleMissing"]
    assert found["responsible"] == {
        "name": "Ana Lima",
        "relationship": "MOTHER",
        "cpfMasked": "***.982.247-**",
        "phone": "+5511987654321",
        "patient": None,
    }
    clock.advance(timedelta(days=365 * 12))
    await correct(child["id"], 2, responsible=None)
    found = await read(child)
    assert (found["minor"], found["responsibleMissing"], found["responsible"]) == (
        False,
        False,
        None,
    )


async def test_a_contact_who_answers_for_a_minor_is_enough(
    register: Register, read: Register
) -> None:
    contact = {"name": "Rui Lima", "relationship": "pai", "phone": "11987654321"}
    assert (await read(await register(**CHILD, contacts=[contact])))["responsibleMissing"]
    answers = [contact | {"responsible": True}]
    assert not (await read(await register(**CHILD, contacts=answers)))["responsibleMissing"]


async def test_each_change_is_in_the_history_and_an_old_version_is_refused(
    register: Register, correct: Register, read: Register
) -> None:
    child = await register(**CHILD, responsible=ANA)
    rui = {"relationship": "FATHER", "name": "Rui Lima", "phone": "11912345678"}
    assert (await correct(child["id"], 1, responsible=rui))["version"] == 2
    refused = await correct(child["id"], 1, responsible=None)
    assert (refused["code"], refused["currentVersion"]) == ("STALE_VERSION", 2)
    assert (await read(child))["history"][1]["changes"] == [
        {
            "field": "responsible",
            "before": "MOTHER, Ana Lima, ***.982.247-**, +5511987654321",
            "after": "FATHER, Rui Lima, +5511912345678",
        }
    ]
    assert (await correct(child["id"], 2, phone="11987654321"))["version"] == 3
    assert (await read(child))["responsible"]["name"] == "Rui Lima"


async def test_who_is_a_patient_too_is_told_by_their_own_registration(
    register: Register, correct: Register, read: Register, patients: Any
) -> None:
    ana = await register(legalName="Ana Lima", cpf=CPF, phone="11987654321")
    link = {"relationship": "MOTHER", "patientId": ana["id"]}
    child = await register(**CHILD, responsible=link)
    await correct(ana["id"], 1, phone="11912345678")
    expected = {
        "name": "Ana Lima",
        "relationship": "MOTHER",
        "cpfMasked": "***.982.247-**",
        "phone": "+5511912345678",
        "patient": {"id": ana["id"]},
    }
    assert (await read(child))["responsible"] == expected
    twin = await register(legalName="Ana de Lima")
    assert (await merge(patients, ana, twin))["__typename"] == "Patient"
    assert (await read(child))["responsible"] == expected | {"name": "Ana de Lima"}
    export = (await patients.data(EXPORT, input=asked(twin)))["exportPersonalData"]
    assert json.loads(export["json"])["answersFor"] == [child["id"]]


@pytest.mark.parametrize(
    ("given", "path"),
    [
        ({"name": "Ana Lima"}, ["responsible"]),
        ({"phone": "11987654321"}, ["responsible"]),
        ({"name": "Ana Lima", "phone": "1"}, ["responsible"]),
        ({"name": "Ana Lima", "phone": "11987654321", "cpf": "111"}, ["responsible"]),
        ({"patientId": "nobody"}, ["responsible", "patientId"]),
        ({"patientId": "nobody", "name": "Ana Lima"}, ["responsible"]),
    ],
)
async def test_what_cannot_be_right_is_refused(
    register: Register, given: dict[str, str], path: list[str]
) -> None:
    refused = await register(**CHILD, responsible={"relationship": "MOTHER"} | given)
    expected = "INVALID_DOCUMENT" if "cpf" in given else "INVALID_INPUT"
    assert (refused["code"], refused["path"]) == (expected, path)


async def test_nobody_answers_for_themselves_nor_when_dead(
    register: Register, correct: Register, patients: Any
) -> None:
    ana, twin = await register(legalName="Ana Lima"), await register(legalName="Ana L. Lima")
    await merge(patients, twin, ana)
    for id in (ana["id"], twin["id"]):
        link = {"relationship": "CURATOR", "patientId": id}
        refused = await correct(ana["id"], 1, responsible=link)
        assert refused["path"] == ["responsible", "patientId"]
    status = """mutation ($input: ChangePatientStatusInput!) {
      changePatientStatus(input: $input) { __typename } }"""
    dead = {"idempotencyKey": str(uuid4()), "patientId": ana["id"], "expectedVersion": 1}
    await patients.data(status, input=dead | {"status": "DECEASED"})
    link = {"relationship": "MOTHER", "patientId": ana["id"]}
    refused = await register(**CHILD, responsible=link)
    assert refused["path"] == ["responsible", "patientId"]


async def test_a_child_is_not_merged_with_who_answers_for_it(
    register: Register, patients: Any
) -> None:
    """Nor where that person was registered twice, and merged since."""
    ana, twin = await register(legalName="Ana Lima"), await register(legalName="Ana L. Lima")
    link = {"relationship": "MOTHER", "patientId": twin["id"]}
    child = await register(**CHILD, responsible=link)
    assert (await merge(patients, twin, child))["code"] == "MERGE_REFUSED"
    assert (await merge(patients, twin, ana))["__typename"] == "Patient"
    for pair in ((ana, child), (child, ana)):
        assert (await merge(patients, *pair))["code"] == "MERGE_REFUSED"


async def test_a_merge_keeps_the_responsible_person(
    register: Register, patients: Any, read: Register
) -> None:
    twin, child = await register(**CHILD, responsible=ANA), await register(**CHILD)
    await merge(patients, twin, child)
    assert (await read(child))["responsible"]["name"] == "Ana Lima"
    parted = await patients.data(
        """mutation ($id: ID!, $k: Uuid!) { unmergePatient(patientId: $id, idempotencyKey: $k) {
          __typename } }""",
        id=twin["id"],
        k=str(uuid4()),
    )
    assert parted["unmergePatient"]["__typename"] == "Patient"
    assert (await read(child))["responsible"] is None
    assert (await read(twin))["responsible"]["name"] == "Ana Lima"


async def test_an_export_holds_the_person_with_the_cpf_masked(
    register: Register, patients: Any
) -> None:
    child = await register(**CHILD, responsible=ANA)
    answer = (await patients.data(EXPORT, input=asked(child)))["exportPersonalData"]
    data = json.loads(answer["json"])
    for kept in (data["registration"], data["history"][0]["data"]):
        assert kept["responsible"]["name"] == "Ana Lima"
        assert kept["responsible"]["cpf"] == "***.982.247-**"
    assert "52998224725" not in answer["json"]


async def test_an_erasure_leaves_nothing_of_the_person(
    register: Register, patients: Any, app: FastAPI
) -> None:
    twin, child = await register(**CHILD, responsible=ANA), await register(**CHILD)
    await merge(patients, twin, child)
    given = asked(child, expectedVersion=2)
    erased = (await patients.data(ERASE, input=given))["eraseContactData"]
    assert erased == {"__typename": "Patient", "responsible": None}
    async with app.state.database.read() as session:
        for table in ("patients", "patient_versions", "patient_merges", "idempotency_keys"):
            kept = str((await session.execute(text(f"SELECT * FROM {table}"))).all())
            assert "Ana Lima" not in kept, table
            assert "52998224725" not in kept, table


async def test_the_cpf_is_in_no_log_answer_or_event(
    register: Register, correct: Register, app: FastAPI, caplog: pytest.LogCaptureFixture
) -> None:
    child = await register(**CHILD, responsible=ANA)
    wrong = await register(**CHILD, responsible=ANA | {"cpf": "529.982.247-26"})
    corrected = await correct(child["id"], 1, responsible=ANA | {"name": "Ana Souza"})
    await outbox.publish(app.state.database)
    async with app.state.database.read() as session:
        events = await outbox.events_after(session, 0, 100)
    seen = f"{child} {wrong} {corrected} {[event.payload for event in events]} {caplog.text}"
    for secret in ("982247", "982.247-2", "Ana Souza"):
        assert secret not in seen
