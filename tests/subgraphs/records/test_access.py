"""Who reads what of a record: by role, by care, by emergency, on every way; and all of it noted."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from subgraphs.kit.auth.roles import Role
from subgraphs.kit.clock import FixedClock
from subgraphs.records.models import ClinicalDocument, Encounter

NOTE = {"consultationNote": {"assessment": "Outro.", "diagnoses": ["J00"]}}
REFUSED = "UNAUTHORIZED_FIELD_OR_TYPE"
SECRET = "Resfriado."
LOG = """query ($p: ID!, $first: Int! = 100, $after: String) {
  recordAccessLog(patientId: $p, first: $first, after: $after) {
    edges { node { actorId actorRoles documentId element purpose granted breakGlass } }
    pageInfo { hasNextPage endCursor }
  } }"""
BREAK_GLASS = """mutation ($input: BreakGlassInput!) { breakGlass(input: $input) {
  __typename ... on Emergency { id actorId expiresAt } ... on UserError { code path } } }"""

WAYS = {
    "entity": (
        "query ($r: [_Any!]!) { _entities(representations: $r) {"
        " ... on ConsultationNote { assessment } } }",
        "ConsultationNote",
    ),
    "interface entity": (
        "query ($r: [_Any!]!) { _entities(representations: $r) {"
        " ... on ClinicalDocument { id ... on ConsultationNote { x: assessment } } } }",
        "ClinicalDocument",
    ),
    "record": (
        "query ($r: [_Any!]!) { _entities(representations: $r) { ... on Patient {"
        " record { edges { node { ...on ConsultationNote { ...N } } } } } } }"
        " fragment N on ConsultationNote { assessment }",
        "Patient",
    ),
    "query": (
        "query ($d: ID!) { y: clinicalDocument(id: $d) {"
        " ... on ConsultationNote { assessment } } }",
        "Patient",
    ),
    "encounter": (
        "query ($r: [_Any!]!) { _entities(representations: $r) { ... on Appointment {"
        " encounter { documents { ... on ConsultationNote { assessment } } } } } }",
        "Appointment",
    ),
}


@dataclass
class Ward:
    """Ana was seen by Dra. Lima, who signed a note; everybody needs a token."""

    graph: Any
    token_of: Callable[..., str]
    office: Any
    note: dict[str, Any]
    encounter_id: str

    def by(self, role: Role, **more: Any) -> Any:
        return self.graph.signed_in(self.token_of(role, **more))

    async def read(self, way: str, graph: Any) -> dict[str, Any]:
        query, kind = WAYS[way]
        ids = {"Patient": "ana", "Appointment": "a1"}
        references = [{"__typename": kind, "id": ids.get(kind, self.note["id"])}]
        return await graph.answer(query, d=self.note["id"], r=references)

    async def log(self, patient: str = "ana") -> list[dict[str, Any]]:
        """The log, the first access first."""
        found = await self.by(Role.AUDITOR)(LOG, p=patient)
        return [edge["node"] for edge in reversed(found["recordAccessLog"]["edges"])]


@pytest.fixture
async def ward(
    open_graph: Callable[..., Any],
    token_of: Callable[..., str],
    office_of: Callable[..., Any],
) -> AsyncIterator[Ward]:
    async with open_graph("required") as graph:
        lima = graph.signed_in(token_of(Role.PHYSICIAN, subject="lima", practitioner="lima"))
        office = office_of(lima)
        encounter_id = await office.encounter()
        note = await office.signed(encounter_id)
        yield Ward(graph, token_of, office, note, encounter_id)


def code_of(answer: dict[str, Any]) -> set[str]:
    return {error["extensions"]["code"] for error in answer.get("errors", [])}


@pytest.mark.parametrize("way", WAYS)
async def test_who_cares_for_the_patient_reads_the_record(ward: Ward, way: str) -> None:
    lima = ward.by(Role.PHYSICIAN, subject="lima", practitioner="lima")
    answer = await ward.read(way, lima)
    assert "errors" not in answer
    assert SECRET in str(answer)


@pytest.mark.parametrize("way", WAYS)
async def test_nobody_else_does_on_any_way(ward: Ward, way: str) -> None:
    strangers = [ward.by(role) for role in Role if role is not Role.NURSE]
    strangers += [
        ward.by(Role.PHYSICIAN, practitioner="reis"),
        ward.by(Role.PATIENT, patient="bia"),
        ward.graph,
    ]
    for stranger in strangers:
        answer = await ward.read(way, stranger)
        assert code_of(answer) == {REFUSED}
        assert SECRET not in str(answer)


async def test_the_nursing_team_cares_for_whoever_is_in_the_clinic(
    ward: Ward, clock: FixedClock
) -> None:
    nurse = ward.by(Role.NURSE)
    assert SECRET in str(await ward.read("record", nurse))
    await ward.office.close(ward.encounter_id)
    assert code_of(await ward.read("record", ward.by(Role.NURSE))) == {REFUSED}


async def test_care_ends_a_year_after_the_last_encounter(ward: Ward, clock: FixedClock) -> None:
    await ward.office.close(ward.encounter_id)
    clock.advance(timedelta(days=365))
    assert "errors" not in await ward.read("record", ward.office.graph)
    clock.advance(timedelta(seconds=1))
    lima = ward.by(Role.PHYSICIAN, subject="lima", practitioner="lima")
    assert code_of(await ward.read("record", lima)) == {REFUSED}


FINDINGS = """query ($r: [_Any!]!) { _entities(representations: $r) { ... on Patient {
  allergies { substance } problems { diagnosis { cid10 } } } } }"""


async def test_allergies_and_problems_are_part_of_the_record(ward: Ward) -> None:
    who = [{"__typename": "Patient", "id": "ana"}]
    await ward.office.do(
        "recordAllergy",
        "RecordAllergyInput",
        "{ __typename }",
        encounterId=ward.encounter_id,
        substance="Dipirona",
        criticality="HIGH",
    )
    assert "Dipirona" in str(await ward.office.graph.answer(FINDINGS, r=who))
    for graph in (ward.by(Role.PHYSICIAN, practitioner="reis"), ward.by(Role.RECEPTION)):
        answer = await graph.answer(FINDINGS, r=who)
        assert answer["data"]["_entities"] == [{"allergies": None, "problems": None}]


async def test_when_somebody_was_seen_is_for_the_agenda_and_codes_are_for_billing(
    ward: Ward,
) -> None:
    request = {"examRequest": {"tussCodes": ["40304361"], "clinicalIndication": "Anemia"}}
    await ward.office.signed(ward.encounter_id, content=request)
    query = """query ($r: [_Any!]!) { _entities(representations: $r) { ... on Appointment {
      encounter { closedAt signedDocuments procedureRequests { status tussCodes } } } } }"""
    answer = await ward.by(Role.SERVICE)(query, r=[{"__typename": "Appointment", "id": "a1"}])
    assert answer["_entities"][0]["encounter"] == {
        "closedAt": None,
        "signedDocuments": 2,
        "procedureRequests": [{"status": "SIGNED", "tussCodes": ["40304361"]}],
    }


async def break_glass(graph: Any, justification: str = "Parada cardíaca na recepção") -> Any:
    given = {
        "idempotencyKey": str(uuid4()),
        "patientId": "ana",
        "justification": justification,
    }
    return (await graph(BREAK_GLASS, input=given))["breakGlass"]


@pytest.mark.parametrize("way", WAYS)
async def test_an_emergency_opens_the_record_to_who_explains_it(ward: Ward, way: str) -> None:
    reis = ward.by(Role.PHYSICIAN, subject="reis", practitioner="reis")
    assert (await break_glass(reis))["__typename"] == "Emergency"
    assert SECRET in str(await ward.read(way, reis))
    other = ward.by(Role.PHYSICIAN, subject="other", practitioner="other")
    assert code_of(await ward.read(way, other)) == {REFUSED}


async def test_an_emergency_lasts_four_hours(ward: Ward, clock: FixedClock) -> None:
    reis = ward.by(Role.PHYSICIAN, subject="reis")
    await break_glass(reis)
    clock.advance(timedelta(hours=4) - timedelta(seconds=1))
    assert "errors" not in await ward.read("record", reis)
    clock.advance(timedelta(seconds=1))
    assert code_of(await ward.read("record", reis)) == {REFUSED}


@pytest.mark.parametrize("justification", ["", "urgente", "." * 40, "a1 b2 c3 d4 e5 f6 g7"])
async def test_an_emergency_needs_a_reason(ward: Ward, justification: str) -> None:
    reis = ward.by(Role.PHYSICIAN)
    refused = await break_glass(reis, justification)
    assert (refused["code"], refused["path"]) == ("INVALID_INPUT", ["justification"])
    assert code_of(await ward.read("record", reis)) == {REFUSED}


async def test_who_may_not_read_records_breaks_no_glass(ward: Ward) -> None:
    given = {"idempotencyKey": str(uuid4()), "patientId": "ana", "justification": "x" * 30}
    for role in (Role.RECEPTION, Role.PATIENT, Role.SERVICE, Role.AUDITOR):
        answer = await ward.by(role).answer(BREAK_GLASS, input=given)
        assert code_of(answer) == {REFUSED}


async def test_each_read_is_noted_with_what_it_was_for(ward: Ward) -> None:
    before = len(await ward.log())
    await ward.read("query", ward.office.graph)
    reis = ward.by(Role.PHYSICIAN, subject="reis", practitioner="reis")
    await ward.read("query", reis)
    await ward.read("query", ward.by(Role.RECEPTION, subject="joana"))
    await break_glass(reis)
    await ward.read("record", reis)
    noted = (await ward.log())[before:]
    assert [
        (e["actorId"], e["element"], e["documentId"], e["purpose"], e["granted"], e["breakGlass"])
        for e in noted
    ] == [
        ("lima", "ConsultationNote", ward.note["id"], "CARE", True, False),
        ("reis", "ConsultationNote", ward.note["id"], "NONE", False, False),
        ("joana", "Query.clinicalDocument", ward.note["id"], "NONE", False, False),
        ("reis", "Patient.record", None, "EMERGENCY", True, True),
        ("reis", "ConsultationNote", ward.note["id"], "EMERGENCY", True, True),
    ]
    assert noted[0]["actorRoles"] == ["physician"]


async def test_a_read_without_a_token_in_development_is_noted_as_that(
    office: Any, graph: Any
) -> None:
    note = await office.signed(await office.encounter())
    await graph("query ($d: ID!) { clinicalDocument(id: $d) { id } }", d=note["id"])
    nodes = (await graph(LOG, p="ana"))["recordAccessLog"]["edges"]
    assert {(n["node"]["actorId"], n["node"]["purpose"]) for n in nodes} == {
        ("anonymous", "EXPLORATION")
    }


async def test_ids_that_nobody_has_are_refused_and_noted_like_others(ward: Ward) -> None:
    query = "query ($d: ID!) { clinicalDocument(id: $d) { id } }"
    answer = await ward.by(Role.RECEPTION).answer(query, d="x" * 5000)
    assert code_of(answer) == {REFUSED}
    lima = ward.by(Role.PHYSICIAN, practitioner="lima")
    assert await lima(query, d="unknown") == {"clinicalDocument": None}


async def test_the_log_is_for_auditors_alone_and_comes_in_pages(ward: Ward) -> None:
    for role in (Role.PHYSICIAN, Role.MANAGER, Role.SERVICE, Role.PATIENT):
        assert code_of(await ward.by(role).answer(LOG, p="ana")) == {REFUSED}
    for _ in range(3):
        await ward.read("record", ward.by(Role.RECEPTION))
    privacy = ward.by(Role.PRIVACY_OFFICER)
    first = (await privacy(LOG, p="ana", first=2))["recordAccessLog"]
    assert first["pageInfo"]["hasNextPage"]
    cursor = first["pageInfo"]["endCursor"]
    rest = (await privacy(LOG, p="ana", after=cursor))["recordAccessLog"]
    assert len(first["edges"]) + len(rest["edges"]) == len(await ward.log())


@pytest.mark.parametrize("table", ["access_events", "break_glass"])
async def test_the_log_only_grows_also_by_sql_typed_by_hand(ward: Ward, table: str) -> None:
    await break_glass(ward.by(Role.PHYSICIAN))
    attempts = [f"DELETE FROM {table}", f"UPDATE {table} SET actor_id = 'nobody'"]
    if ward.graph.database.is_postgresql:
        attempts.append(f"TRUNCATE {table} CASCADE")
    for attempt in attempts:
        with pytest.raises(DBAPIError):
            async with ward.graph.database.transaction() as session:
                await session.execute(text(attempt))


async def test_what_cannot_be_noted_is_not_shown(ward: Ward) -> None:
    async with ward.graph.database.transaction() as session:
        await session.execute(text("ALTER TABLE access_events RENAME TO elsewhere"))
    answer = await ward.read("query", ward.office.graph)
    assert code_of(answer) == {"INTERNAL_SERVER_ERROR"}
    assert SECRET not in str(answer)


async def test_a_colleague_in_the_team_writes_in_their_own_name(
    ward: Ward, office_of: Callable[..., Any]
) -> None:
    reis = ward.by(Role.PHYSICIAN, subject="reis", practitioner="reis")
    await break_glass(reis)
    theirs = await office_of(reis).write(ward.encounter_id)
    assert (theirs["authorName"], theirs["authorCouncil"]) == ("Dr. Otávio Reis", "CRM 654321/SP")
    mine = await ward.office.write(ward.encounter_id)
    assert mine["author"] == {"id": "lima"}
    for result in (
        await ward.office.sign(theirs["id"]),
        await ward.office.edit(theirs["id"], 1, NOTE),
        await ward.office.discard(theirs["id"]),
    ):
        assert result["code"] == "NOT_THE_AUTHOR"
    signed = await office_of(reis).sign(theirs["id"])
    assert (signed["status"], signed["author"]) == ("SIGNED", {"id": "reis"})


async def test_who_has_no_council_registration_writes_no_document(
    ward: Ward, office_of: Callable[..., Any]
) -> None:
    nurse = office_of(ward.by(Role.NURSE))
    assert (await nurse.write(ward.encounter_id))["code"] == "NOT_THE_AUTHOR"
    unknown = ward.by(Role.PHYSICIAN, subject="p", practitioner="nobody")
    await break_glass(unknown)
    refused = await office_of(unknown).write(ward.encounter_id)
    assert refused["code"] == "NOT_THE_AUTHOR"


async def test_who_does_not_care_for_the_patient_changes_nothing(
    ward: Ward, office_of: Callable[..., Any]
) -> None:
    mutation = """mutation ($input: WriteDocumentInput!) { writeDocument(input: $input) {
      __typename } }"""
    given = {
        "idempotencyKey": str(uuid4()),
        "encounterId": ward.encounter_id,
        "content": NOTE,
    }
    stranger = ward.by(Role.PHYSICIAN, subject="reis", practitioner="reis")
    answer = await stranger.answer(mutation, input=given)
    assert code_of(answer) == {REFUSED}
    async with ward.graph.database.read() as session:
        count = await session.scalar(text("SELECT count(*) FROM clinical_documents"))
    assert count == 1
    assert (await ward.log())[-1] | {"actorRoles": []} == {
        "actorId": "reis",
        "actorRoles": [],
        "documentId": None,
        "element": "Mutation.writeDocument",
        "purpose": "NONE",
        "granted": False,
        "breakGlass": False,
    }


async def test_the_appointments_service_is_asked_with_a_token(
    ward: Ward, appointments_service: Any
) -> None:
    assert all(token.startswith("Bearer ey") for token in appointments_service.tokens)


async def test_a_thousand_documents_of_as_many_patients_cost_few_statements(
    ward: Ward, clock: FixedClock
) -> None:
    async with ward.graph.database.transaction() as session:
        for number in range(1000):
            session.add(
                Encounter(
                    id=f"e{number}",
                    appointment_id=f"x{number}",
                    patient_id=f"p{number}",
                    practitioner_id="lima",
                    practitioner_name="x",
                    practitioner_council="x",
                    service_day=clock.now().date(),
                    started_at=clock.now(),
                )
            )
        await session.flush()
        for number in range(1000):
            session.add(
                ClinicalDocument(
                    id=f"d{number}",
                    kind="CONSULTATION_NOTE",
                    status="DRAFT",
                    encounter_id=f"e{number}",
                    patient_id=f"p{number}",
                    author_id="lima",
                    author_name="x",
                    author_council="x",
                    content='{"assessment": "x"}',
                    created_at=clock.now(),
                )
            )
    query = """query ($r: [_Any!]!) { _entities(representations: $r) {
      ... on ConsultationNote { assessment } } }"""
    references = [{"__typename": "ConsultationNote", "id": f"d{n}"} for n in range(1000)]
    with ward.graph.counting_statements() as statements:
        found = await ward.by(Role.PHYSICIAN, practitioner="lima")(query, r=references)
    assert found["_entities"] == [{"assessment": "x"}] * 1000
    work = [s for s in statements if not s.startswith("BEGIN")]
    assert len(work) <= 4, work
    async with ward.graph.database.read() as session:
        noted = await session.scalar(
            text("SELECT count(*) FROM access_events WHERE patient_id LIKE 'p%'")
        )
    assert noted == 1000
