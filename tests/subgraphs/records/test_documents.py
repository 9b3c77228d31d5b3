"""Documents over the graph: drafts change, signed ones never do, amendments keep both."""

import asyncio
import hashlib
from collections import Counter
from uuid import uuid4

import pytest

from subgraphs.records.domain.simulated_signer import SimulatedSigner
from subgraphs.records.models import ClinicalDocument

NOTE = {
    "consultationNote": {
        "subjective": "Tosse há três dias.",
        "assessment": "Resfriado.",
        "diagnoses": ["J00", "r05"],
    }
}
KINDS = {
    "ConsultationNote": NOTE,
    "ExamRequest": {"examRequest": {"tussCodes": ["40304361"], "clinicalIndication": "Palidez"}},
    "Prescription": {
        "prescription": {"items": [{"medication": "Dipirona 500 mg", "dosage": "6/6 h, 3 dias"}]}
    },
    "MedicalCertificate": {"medicalCertificate": {"days": 2, "cidDisclosed": "j00"}},
}


async def stored(graph, document_id: str) -> ClinicalDocument:
    async with graph.database.read() as session:
        return await session.get_one(ClinicalDocument, document_id)


async def test_a_note_is_written_changed_and_signed(office, clock) -> None:
    draft = await office.write(await office.encounter(), NOTE)
    assert (draft["__typename"], draft["status"], draft["version"]) == (
        "ConsultationNote",
        "DRAFT",
        1,
    )
    assert draft["diagnoses"] == [
        {"cid10": "J00", "description": "Resfriado comum"},
        {"cid10": "R05", "description": "Tosse"},
    ]
    assert (draft["signedAt"], draft["sha256"], draft["signature"]) == (None, None, None)
    changed = {"consultationNote": {"subjective": "Tosse há quatro dias.", "diagnoses": ["J00"]}}
    edited = await office.edit(draft["id"], 1, changed)
    assert (edited["subjective"], edited["assessment"]) == ("Tosse há quatro dias.", None)
    signed = await office.sign(draft["id"], 2)
    assert (signed["status"], signed["version"]) == ("SIGNED", 3)
    assert signed["signedAt"] == "2026-03-02T15:00:00Z"
    assert signed["author"] == {"id": "lima"}
    assert (signed["authorName"], signed["authorCouncil"]) == (
        "Dra. Helena Lima",
        "CRM 123456/SP",
    )
    assert len(signed["sha256"]) == 64
    steps = [(step["fromStatus"], step["toStatus"]) for step in signed["history"]]
    assert steps == [(None, "DRAFT"), ("DRAFT", "SIGNED")]


@pytest.mark.parametrize("kind", KINDS)
async def test_every_kind_is_written_and_signed(office, kind) -> None:
    signed = await office.signed(await office.encounter(), content=KINDS[kind])
    assert (signed["__typename"], signed["status"]) == (kind, "SIGNED")
    match kind:
        case "ExamRequest":
            assert signed["tussCodes"] == ["40304361"]
            assert signed["clinicalIndication"] == "Palidez"
        case "Prescription":
            assert signed["items"] == [
                {"medication": "Dipirona 500 mg", "dosage": "6/6 h, 3 dias", "quantity": None}
            ]
        case "MedicalCertificate":
            assert (signed["days"], signed["cidDisclosed"]) == (2, "J00")


async def test_what_is_signed_is_what_is_stored_and_the_signature_is_the_authors(
    office, graph
) -> None:
    signed = await office.signed(await office.encounter())
    row = await stored(graph, signed["id"])
    digest = hashlib.sha256(row.statement.encode())
    assert digest.hexdigest() == signed["sha256"]
    assert "Tosse há três dias." in row.statement
    signer = SimulatedSigner("for development only: any production service refuses it")
    assert signer.verify("lima", digest.digest(), signed["signature"])
    assert not signer.verify("reis", digest.digest(), signed["signature"])
    assert not signer.verify("lima", digest.digest(), "pem:" + signed["signature"])
    assert not signer.verify("lima", digest.digest(), "sim-ed25519:AAAA")
    assert not signer.verify("lima", hashlib.sha256(b"other").digest(), signed["signature"])


async def test_a_signed_document_is_not_edited_nor_signed_again(office) -> None:
    signed = await office.signed(await office.encounter())
    for refused in (
        await office.edit(signed["id"], 2, NOTE),
        await office.sign(signed["id"], 2),
        await office.discard(signed["id"], 2),
    ):
        assert refused["__typename"] == "DocumentImmutable"
        assert refused["documentSignedAt"] == "2026-03-02T15:00:00Z"


async def test_editing_and_signing_at_once_leaves_one_of_the_two(office, graph) -> None:
    encounter = await office.encounter()
    for _ in range(5):
        draft = await office.write(encounter, NOTE)
        changed = {"consultationNote": {"subjective": "Outra coisa", "diagnoses": ["J00"]}}
        results = await asyncio.gather(
            office.edit(draft["id"], 1, changed), office.sign(draft["id"], 1)
        )
        kinds = Counter(result["__typename"] for result in results)
        assert kinds["ConsultationNote"] == 1
        assert kinds["DocumentImmutable"] + kinds["StaleVersion"] == 1
    assert (await office.verify())["brokenAt"] is None


async def test_of_two_who_edit_one_version_one_wins(office) -> None:
    draft = await office.write(await office.encounter())
    results = await asyncio.gather(*(office.edit(draft["id"], 1, NOTE) for _ in range(2)))
    kinds = Counter(result["__typename"] for result in results)
    assert kinds == {"ConsultationNote": 1, "StaleVersion": 1}


async def test_signing_twice_with_one_key_signs_once(office) -> None:
    draft = await office.write(await office.encounter())
    key = str(uuid4())
    results = await asyncio.gather(
        *(office.sign(draft["id"], 1, idempotencyKey=key) for _ in range(4))
    )
    assert {result["status"] for result in results} == {"SIGNED"}
    assert len({result["sha256"] for result in results}) == 1


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        ({"consultationNote": {"diagnoses": ["X99.9"]}}, "InvalidInput"),
        ({"consultationNote": {"diagnoses": ["gripe"]}}, "InvalidInput"),
        ({"examRequest": {"tussCodes": ["1"], "clinicalIndication": "x"}}, "InvalidInput"),
        ({"medicalCertificate": {"days": 0}}, "InvalidInput"),
    ],
)
async def test_nonsense_is_not_even_a_draft(office, content, kind) -> None:
    assert (await office.write(await office.encounter(), content))["__typename"] == kind


async def test_what_is_incomplete_is_a_draft_and_is_not_signed(office) -> None:
    encounter = await office.encounter()
    draft = await office.write(encounter, {"consultationNote": {"subjective": "Tosse"}})
    refused = await office.sign(draft["id"])
    assert refused["__typename"] == "DocumentIncomplete"
    assert "CID-10" in refused["message"]
    await office.edit(draft["id"], 1, NOTE)
    assert (await office.sign(draft["id"], 2))["status"] == "SIGNED"


async def test_a_document_has_one_content(office, graph) -> None:
    encounter = await office.encounter()
    query = """mutation ($input: WriteDocumentInput!) {
      writeDocument(input: $input) { __typename } }"""
    for content in ({}, KINDS["ExamRequest"] | KINDS["ConsultationNote"]):
        values = {"encounterId": encounter, "content": content, "idempotencyKey": str(uuid4())}
        assert (await graph.answer(query, input=values))["errors"]


async def test_a_draft_keeps_its_kind(office) -> None:
    draft = await office.write(await office.encounter())
    assert (await office.edit(draft["id"], 1, KINDS["ExamRequest"]))["__typename"] == "NotFound"


async def test_a_discarded_draft_is_over(office) -> None:
    draft = await office.write(await office.encounter())
    assert (await office.discard(draft["id"]))["status"] == "DISCARDED"
    for refused in (await office.sign(draft["id"], 2), await office.edit(draft["id"], 2, NOTE)):
        assert refused["__typename"] == "DocumentTransitionNotAllowed"


async def test_an_amendment_keeps_both(office) -> None:
    encounter = await office.encounter()
    original = await office.signed(encounter)
    await office.close(encounter)
    draft = await office.write(encounter, NOTE, amendsId=original["id"])
    assert draft["amends"] == {"id": original["id"], "status": "SIGNED"}
    amendment = await office.sign(draft["id"])
    assert amendment["amends"] == {"id": original["id"], "status": "AMENDED"}
    shown = await document(office.graph, original["id"])
    assert shown["status"] == "AMENDED"
    assert shown["amendedBy"] == {"id": amendment["id"]}
    assert shown["sha256"] == original["sha256"]
    assert await office.verify() == {"documents": 2, "brokenAt": None}


async def document(graph, id: str):
    query = """query ($id: ID!) { clinicalDocument(id: $id) {
      __typename id status sha256 amendedBy { id } history { toStatus reason } } }"""
    return (await graph(query, id=id))["clinicalDocument"]


async def test_of_two_amendments_of_one_document_one_is_signed(office) -> None:
    encounter = await office.encounter()
    original = await office.signed(encounter)
    first = await office.write(encounter, NOTE, amendsId=original["id"])
    second = await office.write(encounter, NOTE, amendsId=original["id"])
    results = await asyncio.gather(office.sign(first["id"]), office.sign(second["id"]))
    kinds = Counter(result["__typename"] for result in results)
    assert kinds == {"ConsultationNote": 1, "DocumentTransitionNotAllowed": 1}


async def test_what_cannot_be_amended(office) -> None:
    encounter = await office.encounter()
    draft = await office.write(encounter)
    elsewhere = await office.encounter("a2")
    signed = await office.signed(encounter)
    for kind, where, content, amended in (
        ("DocumentTransitionNotAllowed", encounter, NOTE, draft["id"]),
        ("NotFound", encounter, NOTE, "nothing"),
        ("NotFound", elsewhere, NOTE, signed["id"]),
        ("InvalidInput", encounter, KINDS["ExamRequest"], signed["id"]),
    ):
        refused = await office.write(where, content, amendsId=amended)
        assert refused["__typename"] == kind


async def test_a_document_entered_in_error_stays_readable(office) -> None:
    signed = await office.signed(await office.encounter())
    assert (await office.strike(signed["id"], 2, reason=" "))["__typename"] == "InvalidInput"
    assert (await office.strike(signed["id"], 1))["__typename"] == "StaleVersion"
    struck = await office.strike(signed["id"], 2)
    assert (struck["status"], struck["subjective"]) == ("ENTERED_IN_ERROR", "Tosse há três dias.")
    assert struck["history"][-1] == {
        "fromStatus": "SIGNED",
        "toStatus": "ENTERED_IN_ERROR",
        "reason": "Paciente errado",
    }
    again = await office.strike(signed["id"], 3)
    assert again["__typename"] == "DocumentTransitionNotAllowed"
    assert (await office.verify())["brokenAt"] is None


async def test_a_draft_is_not_struck(office) -> None:
    draft = await office.write(await office.encounter())
    refused = await office.strike(draft["id"], 1)
    assert refused["__typename"] == "DocumentTransitionNotAllowed"
