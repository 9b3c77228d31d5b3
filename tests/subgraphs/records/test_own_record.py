"""Patients read what is signed of their own record, and nothing else of anybody's."""

from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from subgraphs.kit.auth.roles import Role

REFUSED = "UNAUTHORIZED_FIELD_OR_TYPE"
RECORD = """query ($r: [_Any!]!) { _entities(representations: $r) { ... on Patient {
  record { edges { node { id status ... on ConsultationNote { assessment } } } }
  allergies { substance } problems { diagnosis { cid10 } } restrictedDocuments } } }"""
DOCUMENT = "query ($id: ID!) { clinicalDocument(id: $id) { id } }"
ENTITY = (
    "query ($r: [_Any!]!) { _entities(representations: $r) { ... on ConsultationNote { id } } }"
)
FHIR = "query ($id: ID!) { recordAsFhir(patientId: $id) { json } }"
LOG = """query ($p: ID!) { recordAccessLog(patientId: $p) {
  edges { node { actorId element purpose granted } } } }"""


@pytest.fixture
async def office(
    open_graph: Callable[..., Any], token_of: Callable[..., str], office_of: Callable[..., Any]
) -> AsyncIterator[Any]:
    """Dra. Lima's, at which everybody needs a token."""
    async with open_graph("required") as graph:
        token = token_of(Role.PHYSICIAN, subject="lima", practitioner="lima")
        yield office_of(graph.signed_in(token))


@pytest.fixture
def patient(office: Any, token_of: Callable[..., str]) -> Callable[[str], Any]:
    return lambda id: office.graph.signed_in(token_of(Role.PATIENT, id, patient=id))


def of(id: str) -> list[dict[str, str]]:
    return [{"__typename": "Patient", "id": id}]


def codes(answer: dict[str, Any]) -> set[str]:
    return {error["extensions"]["code"] for error in answer.get("errors", [])}


async def test_a_patient_reads_what_is_signed_and_what_was_found(
    office: Any, patient: Callable[[str], Any], token_of: Callable[..., str]
) -> None:
    encounter = await office.encounter()
    note = await office.signed(encounter)
    await office.write(encounter)
    await office.do(
        "recordAllergy",
        "RecordAllergyInput",
        "{ __typename }",
        encounterId=encounter,
        substance="Dipirona",
    )
    [found] = (await patient("ana")(RECORD, r=of("ana")))["_entities"]
    assert [edge["node"]["id"] for edge in found["record"]["edges"]] == [note["id"]]
    assert found["record"]["edges"][0]["node"]["assessment"] == "Resfriado."
    assert found["allergies"] == [{"substance": "Dipirona"}]
    log = await office.graph.signed_in(token_of(Role.AUDITOR))(LOG, p="ana")
    events = [edge["node"] for edge in log["recordAccessLog"]["edges"]]
    own = [event for event in events if event["actorId"] == "ana"]
    assert {event["element"] for event in own} >= {"Patient.record", "ConsultationNote"}
    assert {(event["purpose"], event["granted"]) for event in own} == {("OWN", True)}


async def test_a_draft_is_not_the_patients_yet(office: Any, patient: Callable[[str], Any]) -> None:
    draft = await office.write(await office.encounter())
    answer = await patient("ana").answer(DOCUMENT, id=draft["id"])
    assert (answer["data"], codes(answer)) == ({"clinicalDocument": None}, {REFUSED})
    reference = {"__typename": "ConsultationNote", "id": draft["id"]}
    answer = await patient("ana").answer(ENTITY, r=[reference])
    assert (answer["data"], codes(answer)) == ({"_entities": [None]}, {REFUSED})
    await office.sign(draft["id"])
    assert (await patient("ana")(DOCUMENT, id=draft["id"]))["clinicalDocument"]


@pytest.mark.parametrize("query", [RECORD, DOCUMENT, ENTITY, FHIR])
async def test_nobody_elses_record_is_a_patients(
    office: Any, patient: Callable[[str], Any], query: str, token_of: Callable[..., str]
) -> None:
    note = await office.signed(await office.encounter())
    references = (
        of("ana") if query == RECORD else [{"__typename": note["__typename"], "id": note["id"]}]
    )
    given = {"id": "ana" if query == FHIR else note["id"], "r": references}
    wanted = {name: value for name, value in given.items() if f"${name}:" in query}
    nobody = office.graph.signed_in(token_of(Role.PATIENT, "nobody"))
    for stranger in (patient("bia"), nobody):
        answer = await stranger.answer(query, **wanted)
        assert codes(answer) == {REFUSED}
        assert "Resfriado" not in str(answer)


async def test_a_patient_gets_a_copy_of_the_whole_record(
    office: Any, patient: Callable[[str], Any]
) -> None:
    note = await office.signed(await office.encounter())
    copy = (await patient("ana")(FHIR, id="ana"))["recordAsFhir"]["json"]
    assert note["id"] in copy


async def test_a_patient_changes_nothing(office: Any, patient: Callable[[str], Any]) -> None:
    note = await office.signed(await office.encounter())
    change = """mutation ($input: StrikeDocumentInput!) { strikeDocument(input: $input) {
      __typename } }"""
    values = {
        "idempotencyKey": "0198c7a1-0000-7000-8000-000000000000",
        "id": note["id"],
        "expectedVersion": 2,
        "reason": "Não quero",
    }
    answer = await patient("ana").answer(change, input=values)
    assert codes(answer) == {REFUSED}
