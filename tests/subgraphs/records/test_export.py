"""A copy of a record as a FHIR R4 bundle, and how long the record is kept."""

import json
from base64 import b64decode
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Any

import pytest
from fhir.resources.R4B.bundle import Bundle

from subgraphs.kit.auth.roles import Role
from subgraphs.records.domain.retention import kept_until

EXPORT = "query ($id: ID!) { recordAsFhir(patientId: $id) { resources json } }"
RETENTION = "query ($id: ID!) { recordRetention(patientId: $id) { lastEntryAt keptUntil } }"
DOCUMENTS = [
    {
        "consultationNote": {
            "subjective": "Dói <aqui> & ali",
            "assessment": "Resfriado",
            "diagnoses": ["J00", "I10"],
        }
    },
    {"examRequest": {"tussCodes": ["40304361", "40301630"], "clinicalIndication": "Anemia"}},
    {
        "prescription": {
            "items": [{"medication": "Dipirona 500 mg", "dosage": "6/6 h", "quantity": "1 caixa"}]
        }
    },
    {"medicalCertificate": {"days": 2, "cidDisclosed": "J00"}},
    {"referral": {"specialty": "Cardiologia", "reason": "Sopro", "urgency": "URGENT"}},
]


async def found(office: Any, encounter: str) -> None:
    await office.do(
        "recordAllergy",
        "RecordAllergyInput",
        "{ __typename }",
        encounterId=encounter,
        substance="Dipirona",
        criticality="HIGH",
        reaction="Urticária",
    )
    await office.do(
        "recordProblem",
        "RecordProblemInput",
        "{ __typename }",
        encounterId=encounter,
        cid10="I10",
        onset="2020-01-31",
    )
    await office.do(
        "recordVitalSigns",
        "RecordVitalSignsInput",
        "{ __typename }",
        encounterId=encounter,
        systolic=120,
        diastolic=80,
        temperature="36.5",
        weightKg="70.250",
    )


@pytest.fixture
async def bundle(office: Any, graph: Any) -> dict[str, Any]:
    encounter = await office.encounter()
    signed = [await office.signed(encounter, content=content) for content in DOCUMENTS]
    await office.signed(encounter, content=DOCUMENTS[0], amendsId=signed[0]["id"])
    await office.strike(signed[1]["id"], 2)
    await office.write(encounter)  # a draft
    await found(office, encounter)
    exported = (await graph(EXPORT, id="ana"))["recordAsFhir"]
    bundle: dict[str, Any] = json.loads(exported["json"])
    assert exported["resources"] == len(bundle["entry"])
    return bundle


def of_kind(bundle: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    resources = [entry["resource"] for entry in bundle["entry"]]
    return [one for one in resources if one["resourceType"] == kind]


async def test_the_bundle_is_valid_fhir(bundle: dict[str, Any]) -> None:
    Bundle.model_validate(bundle)


async def test_every_reference_leads_to_a_resource_of_the_bundle(bundle: dict[str, Any]) -> None:
    names = [f"{e['resource']['resourceType']}/{e['resource']['id']}" for e in bundle["entry"]]
    assert len(set(names)) == len(names)
    assert all(
        entry["fullUrl"].endswith(name) for entry, name in zip(bundle["entry"], names, strict=True)
    )

    def references(value: Any) -> list[str]:
        if isinstance(value, list):
            return [found for one in value for found in references(one)]
        if isinstance(value, dict):
            own = [value["reference"]] if isinstance(value.get("reference"), str) else []
            return own + [found for one in value.values() for found in references(one)]
        return []

    assert set(references(bundle)) <= set(names)


async def test_what_is_signed_is_there_as_it_was_signed_and_no_draft_is(
    bundle: dict[str, Any],
) -> None:
    documents = of_kind(bundle, "DocumentReference")
    assert sorted(one["status"] for one in documents) == [
        "current",
        "current",
        "current",
        "current",
        "entered-in-error",
        "superseded",
    ]
    for one in documents:
        signed = b64decode(one["content"][0]["attachment"]["data"])
        assert sha256(signed).hexdigest() == one["identifier"][0]["value"]
    (amendment,) = [one for one in documents if "relatesTo" in one]
    (amended,) = [one for one in documents if one["status"] == "superseded"]
    target = amendment["relatesTo"][0]
    assert target["target"]["reference"] == f"DocumentReference/{amended['id']}"


async def test_what_it_says_is_there_as_resources(bundle: dict[str, Any]) -> None:
    exams = [one for one in of_kind(bundle, "ServiceRequest") if "coding" in one["code"]]
    assert [one["code"]["coding"][0]["code"] for one in exams] == ["40304361", "40301630"]
    assert {one["status"] for one in exams} == {"entered-in-error"}
    (sent,) = [one for one in of_kind(bundle, "ServiceRequest") if one not in exams]
    assert (sent["priority"], sent["performerType"]["text"]) == ("urgent", "Cardiologia")
    (medication,) = of_kind(bundle, "MedicationRequest")
    assert medication["medicationCodeableConcept"]["text"] == "Dipirona 500 mg"
    notes = of_kind(bundle, "Composition")
    assert sorted(one["status"] for one in notes) == ["amended", "final"]
    assert "Dói &lt;aqui&gt; &amp; ali" in notes[0]["section"][0]["text"]["div"]
    (allergy,) = of_kind(bundle, "AllergyIntolerance")
    assert allergy["criticality"] == "high"
    problems = [
        one
        for one in of_kind(bundle, "Condition")
        if one["category"][0]["coding"][0]["code"] == "problem-list-item"
    ]
    assert [one["onsetDateTime"] for one in problems] == ["2020-01-31"]


async def test_measured_values_keep_their_places(office: Any, graph: Any) -> None:
    encounter = await office.encounter()
    await found(office, encounter)
    text = (await graph(EXPORT, id="ana"))["recordAsFhir"]["json"]
    assert '"value":36.5,' in text
    assert '"value":70.250,' in text
    assert '"value":120,' in text


async def test_nobody_has_an_empty_record(graph: Any) -> None:
    exported = (await graph(EXPORT, id="stranger"))["recordAsFhir"]
    assert exported["resources"] == 1
    Bundle.model_validate(json.loads(exported["json"]))
    assert (await graph(RETENTION, id="stranger"))["recordRetention"] is None


async def test_a_copy_is_for_who_cares_for_the_patient_and_is_noted_as_one(
    open_graph: Any, token_of: Any, office_of: Any
) -> None:
    async with open_graph("required") as graph:
        lima = graph.signed_in(token_of(Role.PHYSICIAN, subject="lima", practitioner="lima"))
        await office_of(lima).encounter()
        assert (await lima(EXPORT, id="ana"))["recordAsFhir"]["resources"] == 3
        for role in (Role.PHYSICIAN, Role.RECEPTION, Role.PATIENT, Role.SERVICE):
            answer = await graph.signed_in(token_of(role)).answer(EXPORT, id="ana")
            assert answer["errors"][0]["extensions"]["code"] == "UNAUTHORIZED_FIELD_OR_TYPE"
        log = """query { recordAccessLog(patientId: "ana") {
          edges { node { actorId element purpose granted } } } }"""
        auditor = graph.signed_in(token_of(Role.AUDITOR))
        edges = (await auditor(log))["recordAccessLog"]["edges"]
        noted = [e["node"] for e in edges if e["node"]["element"] == "Query.recordAsFhir"]
        assert noted[-1] == {
            "actorId": "lima",
            "element": "Query.recordAsFhir",
            "purpose": "EXPORT",
            "granted": True,
        }
        assert [one["granted"] for one in noted[:-1]] == [False] * 4


async def test_a_record_is_kept_for_twenty_years_from_its_last_entry(
    office: Any, graph: Any
) -> None:
    await office.encounter()
    assert (await graph(RETENTION, id="ana"))["recordRetention"] == {
        "lastEntryAt": "2026-03-02T15:00:00Z",
        "keptUntil": "2046-03-02",
    }


@pytest.mark.parametrize(
    ("last", "until"),
    [
        (datetime(2024, 2, 29, 12, tzinfo=UTC), date(2044, 2, 29)),
        (datetime(2080, 2, 29, 12, tzinfo=UTC), date(2100, 3, 1)),
    ],
)
def test_a_leap_day_counts(last: datetime, until: date) -> None:
    assert kept_until(last) == until
