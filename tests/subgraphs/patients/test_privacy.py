"""Consent, export and erasure (LGPD), through the service's HTTP endpoint."""

import json
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

from fastapi import FastAPI
from sqlalchemy import text

from subgraphs.kit.clock import FixedClock

Register = Callable[..., Awaitable[Any]]

CONSENT = """
mutation ($input: RecordConsentInput!) { recordConsent(input: $input) {
  __typename
  ... on Patient { consents { purpose channel granted recordedAt evidence } }
  ... on UserError { code }
} }
"""
ERASE = """
mutation ($input: EraseContactDataInput!) { eraseContactData(input: $input) {
  __typename
  ... on Patient {
    version status legalName cpfMasked birthDate phone email address { city } contacts { name }
    dataRequests { kind legalBasis doneAt doneBy }
    history { version changes { field before after } }
  }
  ... on UserError { code path }
} }
"""
EXPORT = """
mutation ($input: ExportPersonalDataInput!) { exportPersonalData(input: $input) {
  __typename
  ... on PersonalDataExport { json request { kind legalBasis } }
  ... on UserError { code path }
} }
"""

PHONE = "+5511987654321"
WHERE = {
    "street": "Rua das Flores",
    "number": "10",
    "district": "Centro",
    "city": "Manaus",
    "state": "AM",
    "postalCode": "69005040",
}
REACHABLE = {
    "phone": PHONE,
    "email": "maria@exemplo.com.br",
    "address": WHERE,
    "contacts": [{"name": "Rui Souza", "relationship": "pai", "phone": PHONE}],
}


def asked(patient: Any, **fields: Any) -> dict[str, Any]:
    return {"idempotencyKey": str(uuid4()), "patientId": patient["id"]} | fields


async def assert_nothing_is_left(app: FastAPI) -> None:
    async with app.state.database.read() as session:
        for table in ("patients", "patient_versions", "patient_merges", "idempotency_keys"):
            kept = str((await session.execute(text(f"SELECT * FROM {table}"))).all())
            for secret in (PHONE, "maria@exemplo.com.br", "Rua das Flores", "Rui Souza"):
                assert secret not in kept, table


async def test_the_last_word_on_each_purpose_counts(
    register: Register, patients: Any, clock: FixedClock
) -> None:
    maria = await register()

    async def say(granted: bool, **fields: Any) -> Any:
        clock.advance(timedelta(minutes=1))
        given = asked(maria, purpose="REMINDERS", granted=granted, **fields)
        answer = await patients.data(CONSENT, input=given)
        return answer["recordConsent"]["consents"]

    await say(True, channel="WHATSAPP", evidence="Termo 12")
    await say(True, channel="SMS")
    assert await say(False, channel="WHATSAPP") == [
        {
            "purpose": "REMINDERS",
            "channel": "SMS",
            "granted": True,
            "recordedAt": "2026-11-24T12:02:00Z",
            "evidence": None,
        },
        {
            "purpose": "REMINDERS",
            "channel": "WHATSAPP",
            "granted": False,
            "recordedAt": "2026-11-24T12:03:00Z",
            "evidence": None,
        },
    ]
    missing = await patients.data(
        CONSENT, input=asked({"id": "nobody"}, purpose="RESEARCH", granted=True)
    )
    assert missing["recordConsent"]["code"] == "NOT_FOUND"


async def test_erasure_takes_contacts_and_keeps_what_the_law_keeps(
    register: Register, correct: Register, patients: Any
) -> None:
    maria = await register(cpf="529.982.247-25", **REACHABLE)
    await correct(maria["id"], 1, phone="11912345678")
    given = asked(maria, expectedVersion=2, legalBasis="Pedido da titular, LGPD art. 18, VI")
    erased = (await patients.data(ERASE, input=given))["eraseContactData"]
    assert erased | {"history": [], "dataRequests": []} == {
        "__typename": "Patient",
        "version": 3,
        "status": "ANONYMISED",
        "legalName": "Maria da Conceição Souza",
        "cpfMasked": "***.982.247-**",
        "birthDate": "1980-03-02",
        "phone": None,
        "email": None,
        "address": None,
        "contacts": [],
        "dataRequests": [],
        "history": [],
    }
    assert erased["dataRequests"] == [
        {
            "kind": "ERASURE",
            "legalBasis": "Pedido da titular, LGPD art. 18, VI",
            "doneAt": "2026-11-24T12:00:00Z",
            "doneBy": "anonymous",
        }
    ]
    assert (await patients.data(ERASE, input=given))["eraseContactData"] == erased


async def test_nothing_erased_is_left_anywhere_in_the_database(
    register: Register, patients: Any, app: FastAPI
) -> None:
    """Not in the history, the snapshots of merges, or the store of idempotent answers."""
    maria, twin = await register(**REACHABLE), await register(legalName="Maria Sousa")
    merge = """mutation ($s: ID!, $t: ID!, $k: Uuid!) {
      mergePatients(sourceId: $s, targetId: $t, idempotencyKey: $k) { __typename } }"""
    await patients.data(merge, s=twin["id"], t=maria["id"], k=str(uuid4()))
    given = asked(maria, expectedVersion=1, legalBasis="LGPD art. 18, VI")
    erased = (await patients.data(ERASE, input=given))["eraseContactData"]
    assert erased["__typename"] == "Patient"
    await assert_nothing_is_left(app)


async def test_erasure_reaches_every_registration_of_the_person(
    register: Register, patients: Any, app: FastAPI
) -> None:
    """What was merged into it, and into that before, with their histories and snapshots."""
    first = await register(legalName="Maria Souza", **REACHABLE)
    second, maria = await register(**REACHABLE), await register(legalName="Maria da C. Souza")
    merge = """mutation ($s: ID!, $t: ID!, $k: Uuid!) {
      mergePatients(sourceId: $s, targetId: $t, idempotencyKey: $k) {
        ... on Patient { version } } }"""
    await patients.data(merge, s=first["id"], t=second["id"], k=str(uuid4()))
    merged = await patients.data(merge, s=second["id"], t=maria["id"], k=str(uuid4()))
    version = merged["mergePatients"]["version"]
    given = asked(maria, expectedVersion=version, legalBasis="LGPD art. 18, VI")
    erased = (await patients.data(ERASE, input=given))["eraseContactData"]
    assert erased["__typename"] == "Patient"
    await assert_nothing_is_left(app)


async def test_an_export_holds_what_was_merged(register: Register, patients: Any) -> None:
    twin, maria = await register(**REACHABLE), await register(legalName="Maria da C. Souza")
    await patients.data(CONSENT, input=asked(twin, purpose="RESEARCH", granted=False))
    merge = """mutation ($s: ID!, $t: ID!, $k: Uuid!) {
      mergePatients(sourceId: $s, targetId: $t, idempotencyKey: $k) { __typename } }"""
    await patients.data(merge, s=twin["id"], t=maria["id"], k=str(uuid4()))
    for asked_by in (maria, twin):
        given = asked(asked_by, legalBasis="LGPD art. 18, II")
        answer = (await patients.data(EXPORT, input=given))["exportPersonalData"]
        data = json.loads(answer["json"])
        assert data["registration"]["id"] == maria["id"]
        assert [merged["id"] for merged in data["mergedRegistrations"]] == [twin["id"]]
        assert data["mergedRegistrations"][0]["legal_name"] == "Maria da Conceição Souza"
        assert [entry["registrationId"] for entry in data["history"]].count(twin["id"]) == 2
        assert data["consents"][0]["purpose"] == "RESEARCH"


async def test_erasure_needs_a_basis_the_version_and_an_open_registration(
    register: Register, patients: Any
) -> None:
    maria = await register(**REACHABLE)

    async def erase(**fields: Any) -> Any:
        given = asked(maria, expectedVersion=1, legalBasis="LGPD art. 18, VI") | fields
        return (await patients.data(ERASE, input=given))["eraseContactData"]

    assert (await erase(legalBasis="  "))["path"] == ["legalBasis"]
    assert (await erase(expectedVersion=9))["code"] == "STALE_VERSION"
    assert (await erase(patientId="nobody"))["code"] == "NOT_FOUND"
    assert (await erase())["status"] == "ANONYMISED"
    assert (await erase(expectedVersion=2))["code"] == "PATIENT_NOT_EDITABLE"


async def test_an_export_holds_all_and_is_remembered(
    register: Register, correct: Register, patients: Any
) -> None:
    maria = await register(cpf="529.982.247-25", **REACHABLE)
    await correct(maria["id"], 1, legalName="Maria Souza", reason="casou-se")
    await patients.data(CONSENT, input=asked(maria, purpose="RESEARCH", granted=False))
    given = asked(maria, legalBasis="LGPD art. 18, II")
    answer = (await patients.data(EXPORT, input=given))["exportPersonalData"]
    assert answer["request"] == {"kind": "EXPORT", "legalBasis": "LGPD art. 18, II"}
    data = json.loads(answer["json"])
    assert data["registration"]["cpf"] == "52998224725"
    assert data["registration"]["address"]["city"] == "Manaus"
    assert [version["reason"] for version in data["history"]] == [None, "casou-se"]
    assert data["consents"][0]["purpose"] == "RESEARCH"
    assert data["requests"] == [
        {"kind": "EXPORT", "legalBasis": "LGPD art. 18, II", "doneAt": "2026-11-24T12:00:00+00:00"}
    ]
    again = (await patients.data(EXPORT, input=given))["exportPersonalData"]
    assert len(json.loads(again["json"])["requests"]) == 1
    missing = await patients.data(EXPORT, input=asked({"id": "nobody"}, legalBasis="LGPD art. 18"))
    assert missing["exportPersonalData"]["code"] == "NOT_FOUND"
