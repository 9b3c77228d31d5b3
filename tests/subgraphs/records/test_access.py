"""Who reads what of a record: by role, by care, by emergency, on every way; and all of it noted."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text
from ward import BREAK_GLASS, NOTE, REFUSED, SECRET, WAYS, Ward, break_glass, code_of

from subgraphs.kit.auth.roles import Role
from subgraphs.kit.clock import FixedClock
from subgraphs.records.models import ClinicalDocument, Encounter


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
