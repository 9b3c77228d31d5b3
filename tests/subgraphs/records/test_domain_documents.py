"""Documents: every pair of states, and what each kind must say before it can be signed."""

from itertools import product

import pytest

from subgraphs.records.domain.cid10 import CID10, InvalidCid10, parse_cid10, search
from subgraphs.records.domain.content import (
    KIND_OF,
    ConsultationNote,
    Content,
    ExamRequest,
    InvalidContent,
    MedicalCertificate,
    Prescription,
    PrescriptionItem,
    from_json,
    to_json,
)
from subgraphs.records.domain.document import IN_THE_RECORD, DocumentStatus, is_edge
from subgraphs.records.domain.encounter import can_close

S = DocumentStatus
ALLOWED = {
    (S.DRAFT, S.SIGNED),
    (S.DRAFT, S.DISCARDED),
    (S.SIGNED, S.AMENDED),
    (S.SIGNED, S.ENTERED_IN_ERROR),
    (S.AMENDED, S.ENTERED_IN_ERROR),
}


@pytest.mark.parametrize(("origin", "target"), list(product(S, S)))
def test_only_the_listed_edges_exist(origin: S, target: S) -> None:
    assert is_edge(origin, target) is ((origin, target) in ALLOWED)


def test_what_was_signed_stays_in_the_record() -> None:
    assert {S.SIGNED, S.AMENDED, S.ENTERED_IN_ERROR} == IN_THE_RECORD


def test_an_encounter_closes_without_drafts() -> None:
    assert can_close([])
    assert can_close([S.SIGNED, S.DISCARDED])
    assert not can_close([S.SIGNED, S.DRAFT])


@pytest.mark.parametrize(
    ("text", "code"), [("J06.9", "J06.9"), ("j069", "J06.9"), (" i10 ", "I10"), ("U07.1", "U07.1")]
)
def test_a_code_has_one_form(text: str, code: str) -> None:
    assert parse_cid10(text) == code


@pytest.mark.parametrize("text", ["", "J", "J6.9", "1A0", "J06.99", "J06.X", "dor", "Z99.9", "J06"])
def test_a_code_that_is_malformed_or_unknown_is_refused(text: str) -> None:
    with pytest.raises(InvalidCid10):
        parse_cid10(text)


def test_every_listed_code_is_canonical_and_titled() -> None:
    assert len(CID10) > 150
    for code, title in CID10.items():
        assert parse_cid10(code) == code
        assert title.strip() == title != ""


def test_codes_are_found_by_words_and_by_code() -> None:
    assert "E11.9" in search("diabetes")
    assert search("j06") == ["J06.9"]
    assert len(search("a", limit=3)) == 3


NOTE = ConsultationNote("tosse", "febre", "resfriado", "repouso", ("j00",))

COMPLETE: list[Content] = [
    NOTE.checked(),
    ExamRequest(("40304361",), "anemia?"),
    Prescription((PrescriptionItem("Dipirona 500 mg", "1 comprimido a cada 6 h", "1 caixa"),)),
    MedicalCertificate(3, "J00"),
]


@pytest.mark.parametrize("content", COMPLETE, ids=lambda content: type(content).__name__)
def test_content_survives_storage(content: Content) -> None:
    assert from_json(KIND_OF[type(content)], to_json(content)) == content
    assert content.missing() is None
    assert content.checked() == content


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (ConsultationNote(plan="repouso", diagnoses=("J00",)), "em branco"),
        (ConsultationNote(subjective="  ", diagnoses=("J00",)), "em branco"),
        (ConsultationNote(subjective="tosse"), "CID-10"),
        (ExamRequest((), "x"), "exame"),
        (ExamRequest(("40304361",), " "), "indicação"),
        (Prescription(()), "em branco"),
    ],
)
def test_what_is_incomplete_cannot_be_signed(content: Content, words: str) -> None:
    assert words in (content.missing() or "")


@pytest.mark.parametrize(
    "content",
    [
        ConsultationNote(diagnoses=("J00", "j00")),
        ConsultationNote(diagnoses=("J99.9",)),
        ExamRequest(("123",), "x"),
        ExamRequest(("40304361", "40304361"), "x"),
        Prescription((PrescriptionItem("Dipirona", " "),)),
        MedicalCertificate(0),
        MedicalCertificate(366),
        MedicalCertificate(1, "J99.9"),
    ],
)
def test_nonsense_is_refused_even_in_a_draft(content: Content) -> None:
    with pytest.raises(InvalidContent):
        content.checked()
