"""Allergies, problems and vital signs over the graph."""

import asyncio
from collections import Counter
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

CALLS = {
    "recordAllergy": (
        "RecordAllergyInput",
        "... on Allergy { id substance reaction criticality recordedAt refutedAt }",
    ),
    "refuteAllergy": ("RefuteAllergyInput", "... on Allergy { substance refutedAt }"),
    "recordProblem": (
        "RecordProblemInput",
        "... on Problem { id version diagnosis { cid10 description } onset resolvedOn note }",
    ),
    "resolveProblem": ("ResolveProblemInput", "... on Problem { version resolvedOn }"),
    "recordVitalSigns": (
        "RecordVitalSignsInput",
        """... on VitalSigns { measuredAt systolic diastolic heartRate respiratoryRate
           oxygenSaturation temperature weightKg heightCm bodyMassIndex }""",
    ),
}
PATIENT = """query ($r: [_Any!]!, $resolved: Boolean! = false) {
  _entities(representations: $r) { ... on Patient {
    allergies { substance criticality }
    problems(includeResolved: $resolved) { diagnosis { cid10 } resolvedOn }
  } }
}"""


@pytest.fixture
def call(graph):
    async def call(mutation: str, **values):
        kind, selection = CALLS[mutation]
        values.setdefault("idempotencyKey", str(uuid4()))
        query = (
            f"mutation ($input: {kind}!) {{ result: {mutation}(input: $input) "
            f"{{ __typename ... on UserError {{ code path }} {selection} }} }}"
        )
        return (await graph(query, input=values))["result"]

    return call


async def patients(graph, *ids: str, **variables):
    references = [{"__typename": "Patient", "id": id} for id in ids]
    return (await graph(PATIENT, r=references, **variables))["_entities"]


async def test_allergies_are_noted_and_shown_with_the_patient(office, graph, call) -> None:
    noted = await call(
        "recordAllergy",
        encounterId=await office.encounter(),
        substance=" Dipirona ",
        criticality="HIGH",
        reaction="Urticária",
    )
    id = noted.pop("id")
    assert noted == {
        "__typename": "Allergy",
        "substance": "Dipirona",
        "reaction": "Urticária",
        "criticality": "HIGH",
        "recordedAt": "2026-03-02T15:00:00Z",
        "refutedAt": None,
    }
    ana, bia = await patients(graph, "ana", "bia")
    assert ana["allergies"] == [{"substance": "Dipirona", "criticality": "HIGH"}]
    assert bia["allergies"] == []
    assert (await call("refuteAllergy", id=id, reason=" "))["__typename"] == "InvalidInput"
    refuted = await call("refuteAllergy", id=id, reason="Teste de provocação negativo")
    assert refuted["refutedAt"] == "2026-03-02T15:00:00Z"
    again = await call("refuteAllergy", id=id, reason="x")
    assert again["__typename"] == "AlreadyOver"
    assert (await call("refuteAllergy", id="x", reason="x"))["__typename"] == "NotFound"
    [ana] = await patients(graph, "ana")
    assert ana["allergies"] == []


async def test_a_problem_outlives_its_encounter_until_it_is_resolved(office, graph, call) -> None:
    encounter = await office.encounter()
    noted = await call(
        "recordProblem", encounterId=encounter, cid10="e119", onset="2019-05-01", note="Metformina"
    )
    assert noted["diagnosis"] == {
        "cid10": "E11.9",
        "description": "Diabetes tipo 2 sem complicações",
    }
    await office.close(encounter)
    [ana] = await patients(graph, "ana")
    assert ana["problems"] == [{"diagnosis": {"cid10": "E11.9"}, "resolvedOn": None}]
    id = noted["id"]
    early = await call("resolveProblem", id=id, expectedVersion=1, resolvedOn="2019-04-30")
    assert (early["__typename"], early["path"]) == ("InvalidInput", ["resolvedOn"])
    stale = await call("resolveProblem", id=id, expectedVersion=2, resolvedOn="2026-03-02")
    assert stale["__typename"] == "StaleVersion"
    resolved = await call("resolveProblem", id=id, expectedVersion=1, resolvedOn="2026-03-02")
    assert (resolved["version"], resolved["resolvedOn"]) == (2, "2026-03-02")
    again = await call("resolveProblem", id=id, expectedVersion=2, resolvedOn="2026-03-02")
    assert again["__typename"] == "AlreadyOver"
    missing = await call("resolveProblem", id="x", expectedVersion=1, resolvedOn="2026-03-02")
    assert missing["__typename"] == "NotFound"
    [ana] = await patients(graph, "ana")
    assert ana["problems"] == []
    [ana] = await patients(graph, "ana", resolved=True)
    assert len(ana["problems"]) == 1


async def test_a_problem_is_on_the_list_once_and_may_come_back(office, call) -> None:
    encounter = await office.encounter()
    results = await asyncio.gather(
        *(call("recordProblem", encounterId=encounter, cid10="I10") for _ in range(4))
    )
    kinds = Counter(result["__typename"] for result in results)
    assert kinds == {"Problem": 1, "InvalidInput": 3}
    [noted] = [result for result in results if result["__typename"] == "Problem"]
    await call("resolveProblem", id=noted["id"], expectedVersion=1, resolvedOn="2026-03-02")
    back = await call("recordProblem", encounterId=encounter, cid10="I10")
    assert back["__typename"] == "Problem"


async def test_vital_signs_are_exact(office, graph, call) -> None:
    encounter = await office.encounter()
    measured = {
        "systolic": 120,
        "diastolic": 80,
        "heartRate": 72,
        "respiratoryRate": 16,
        "oxygenSaturation": 98,
        "temperature": "36.5",
        "weightKg": "72.350",
        "heightCm": "171.5",
    }
    noted = await call("recordVitalSigns", encounterId=encounter, **measured)
    assert noted == measured | {
        "__typename": "VitalSigns",
        "measuredAt": "2026-03-02T15:00:00Z",
        "bodyMassIndex": "24.6",
    }
    query = "query ($id: ID!) { encounter(id: $id) { vitalSigns { weightKg temperature } } }"
    shown = (await graph(query, id=encounter))["encounter"]["vitalSigns"]
    assert shown == [{"weightKg": "72.350", "temperature": "36.5"}]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE vital_signs SET heart_rate = 60",
        "DELETE FROM vital_signs",
        "DELETE FROM problems",
        "DELETE FROM allergies",
    ],
)
async def test_the_database_keeps_what_was_found(office, graph, call, statement) -> None:
    encounter = await office.encounter()
    await call("recordVitalSigns", encounterId=encounter, heartRate=72)
    await call("recordProblem", encounterId=encounter, cid10="I10")
    await call("recordAllergy", encounterId=encounter, substance="Látex")
    with pytest.raises(IntegrityError):
        async with graph.database.transaction() as session:
            await session.execute(text(statement))


@pytest.mark.parametrize(
    ("mutation", "values", "path"),
    [
        ("recordAllergy", {"substance": " "}, ["substance"]),
        ("recordProblem", {"cid10": "X99.9"}, ["cid10"]),
        ("recordProblem", {"cid10": "I10", "onset": "2026-03-04"}, ["onset"]),
        ("recordVitalSigns", {}, None),
        ("recordVitalSigns", {"systolic": 80, "diastolic": 120}, ["diastolic"]),
        ("recordVitalSigns", {"heightCm": "1.71"}, ["heightCm"]),
    ],
)
async def test_what_cannot_be_is_refused(office, call, mutation, values, path) -> None:
    refused = await call(mutation, encounterId=await office.encounter(), **values)
    assert (refused["__typename"], refused["path"]) == ("InvalidInput", path)


@pytest.mark.parametrize(
    ("mutation", "values"),
    [
        ("recordAllergy", {"substance": "Látex"}),
        ("recordProblem", {"cid10": "I10"}),
        ("recordVitalSigns", {"heartRate": 70}),
    ],
)
async def test_findings_need_an_open_encounter(office, call, mutation, values) -> None:
    encounter = await office.encounter()
    assert (await call(mutation, encounterId="x", **values))["__typename"] == "NotFound"
    await office.close(encounter)
    refused = await call(mutation, encounterId=encounter, **values)
    assert refused["__typename"] == "EncounterClosed"
