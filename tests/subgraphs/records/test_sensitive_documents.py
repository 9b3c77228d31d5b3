"""What tells of mental health, HIV or violence is for fewer eyes than the rest of a record."""

from collections.abc import AsyncIterator, Callable
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import update
from sqlalchemy.exc import DBAPIError

from subgraphs.kit.auth.roles import Role
from subgraphs.records.domain.sensitivity import Sight, is_sensitive
from subgraphs.records.models import ClinicalDocument

REFUSED = "UNAUTHORIZED_FIELD_OR_TYPE"
RECORD = """query ($r: [_Any!]!) { _entities(representations: $r) { ... on Patient {
  record { edges { node { id restricted } } } restrictedDocuments
  problems { diagnosis { cid10 } } } } }"""
ENTITY = """query ($r: [_Any!]!) { _entities(representations: $r) {
  ... on ConsultationNote { assessment } } }"""
ENCOUNTER = "query ($id: ID!) { encounter(id: $id) { documents { id } } }"
FHIR = "query ($id: ID!) { recordAsFhir(patientId: $id) { json } }"
BREAK_GLASS = """mutation ($input: BreakGlassInput!) { breakGlass(input: $input) {
  __typename } }"""
ANA = [{"__typename": "Patient", "id": "ana"}]


def note(assessment: str, *codes: str) -> dict[str, Any]:
    return {"consultationNote": {"assessment": assessment, "diagnoses": [*codes]}}


class Record:
    """Ana's, with a cold, a depression, and a note that its author restricted."""

    def __init__(self, office: Any, token_of: Callable[..., str]) -> None:
        self.office, self.token_of = office, token_of
        self.cold = self.depression = self.marked = self.encounter = ""

    async def fill(self) -> None:
        office = self.office
        self.encounter = await office.encounter()
        self.cold = (await office.signed(self.encounter))["id"]
        depression = note("Depressão.", "F32.1", "J00")
        self.depression = (await office.signed(self.encounter, content=depression))["id"]
        marked = await office.signed(self.encounter, content=note("X.", "J00"), restricted=True)
        self.marked = marked["id"]
        await office.do(
            "recordProblem",
            "RecordProblemInput",
            "{ __typename ... on UserError { message } }",
            encounterId=self.encounter,
            cid10="F32.1",
        )

    def by(self, role: Role, subject: str = "", **account: str) -> Any:
        return self.office.graph.signed_in(self.token_of(role, subject or role.value, **account))

    async def seen_by(self, graph: Any) -> tuple[set[str], int, list[Any]]:
        [found] = (await graph(RECORD, r=ANA))["_entities"]
        ids = {edge["node"]["id"] for edge in found["record"]["edges"]}
        return ids, found["restrictedDocuments"], found["problems"]

    @property
    def all(self) -> set[str]:
        return {self.cold, self.depression, self.marked}


@pytest.fixture
async def record(
    open_graph: Callable[..., Any], token_of: Callable[..., str], office_of: Callable[..., Any]
) -> AsyncIterator[Record]:
    async with open_graph("required") as graph:
        token = token_of(Role.PHYSICIAN, subject="lima", practitioner="lima")
        record = Record(office_of(graph.signed_in(token)), token_of)
        await record.fill()
        yield record


@pytest.mark.parametrize("code", ["F32.1", "F20.0", "B24", "Z21", "Y05"])
def test_what_is_sensitive(code: str) -> None:
    assert is_sensitive(["J00", code])


@pytest.mark.parametrize("code", ["J00", "B26.9", "Z00.0", "I10", "E11.9", "T14.0"])
def test_what_is_not(code: str) -> None:
    assert not is_sensitive([code])


def test_an_author_sees_what_they_wrote() -> None:
    assert Sight(whole=False, author_id="psi").covers(restricted=True, author_id="psi")
    assert not Sight(whole=False, author_id="psi").covers(restricted=True, author_id="lima")
    assert not Sight(whole=False).covers(restricted=True, author_id="")


async def test_a_nurse_in_care_sees_that_there_is_more_and_not_what(record: Record) -> None:
    nurse = record.by(Role.NURSE)
    assert await record.seen_by(nurse) == ({record.cold}, 2, [])
    found = await nurse(ENCOUNTER, id=record.encounter)
    assert found["encounter"]["documents"] == [{"id": record.cold}]
    copy = (await nurse(FHIR, id="ana"))["recordAsFhir"]["json"]
    assert record.cold in copy
    assert record.depression not in copy
    assert "F32.1" not in copy


async def test_by_its_id_it_is_refused_on_each_way(record: Record) -> None:
    nurse = record.by(Role.NURSE)
    for id in (record.depression, record.marked):
        reference = {"__typename": "ConsultationNote", "id": id}
        answer = await nurse.answer(ENTITY, r=[reference])
        assert answer["data"] == {"_entities": [None]}
        assert answer["errors"][0]["extensions"]["code"] == REFUSED
        answer = await nurse.answer(f'{{ clinicalDocument(id: "{id}") {{ id }} }}')
        assert answer["data"] == {"clinicalDocument": None}
    reference = {"__typename": "ConsultationNote", "id": record.cold}
    assert (await nurse(ENTITY, r=[reference]))["_entities"] == [{"assessment": "Resfriado."}]


async def test_physicians_in_care_and_the_patient_see_all(record: Record) -> None:
    lima = record.by(Role.PHYSICIAN, "lima", practitioner="lima")
    ana = record.by(Role.PATIENT, "ana", patient="ana")
    for reader in (lima, ana):
        seen, left_out, problems = await record.seen_by(reader)
        assert (seen, left_out) == (record.all, 0)
        assert problems == [{"diagnosis": {"cid10": "F32.1"}}]


async def test_an_emergency_opens_it_too(record: Record) -> None:
    nurse = record.by(Role.NURSE)
    values = {
        "idempotencyKey": str(uuid4()),
        "patientId": "ana",
        "justification": "Paciente inconsciente na recepção",
    }
    assert (await nurse(BREAK_GLASS, input=values))["breakGlass"]["__typename"] == "Emergency"
    seen, left_out, _ = await record.seen_by(nurse)
    assert (seen, left_out) == (record.all, 0)


async def test_a_draft_that_becomes_sensitive_is_restricted(record: Record) -> None:
    draft = await record.office.write(record.encounter)
    await record.office.edit(draft["id"], 1, note("Esquizofrenia.", "F20.0"))
    signed = await record.office.sign(draft["id"], 2)
    assert signed["status"] == "SIGNED"
    assert (await record.seen_by(record.by(Role.NURSE)))[:2] == ({record.cold}, 3)


async def test_signed_it_stays_so_also_by_sql_typed_by_hand(record: Record) -> None:
    database = record.office.graph.database
    with pytest.raises(DBAPIError, match="signed_document"):
        async with database.transaction() as session:
            await session.execute(
                update(ClinicalDocument)
                .where(ClinicalDocument.id == record.depression)
                .values(restricted=False)
            )
