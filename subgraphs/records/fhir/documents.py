"""Documents: as they were signed, and what they say as resources of their kind."""

from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from subgraphs.records.domain.cid10 import CID10
from subgraphs.records.domain.content import (
    ConsultationNote,
    Content,
    ExamRequest,
    Prescription,
    Referral,
    ReferralUrgency,
    from_json,
)
from subgraphs.records.domain.document import DocumentKind, DocumentStatus
from subgraphs.records.fhir.elements import (
    ICD10,
    LOINC,
    SIGNED_SHA256,
    TUSS,
    Resource,
    coded,
    hl7,
    moment,
    narrative,
    reference,
    resource,
)
from subgraphs.records.models import ClinicalDocument

_TITLES: Mapping[DocumentKind, str] = {
    DocumentKind.CONSULTATION_NOTE: "Evolução",
    DocumentKind.EXAM_REQUEST: "Pedido de exames",
    DocumentKind.PRESCRIPTION: "Receita",
    DocumentKind.MEDICAL_CERTIFICATE: "Atestado",
    DocumentKind.REFERRAL: "Encaminhamento",
}

# The parts of a SOAP note by their LOINC codes.
_SECTIONS = {
    "subjective": ("61150-9", "Subjetivo"),
    "objective": ("61149-1", "Objetivo"),
    "assessment": ("51848-0", "Avaliação"),
    "plan": ("18776-5", "Plano"),
}

_PRIORITY = {
    ReferralUrgency.ROUTINE: "routine",
    ReferralUrgency.PRIORITY: "asap",
    ReferralUrgency.URGENT: "urgent",
}


def document_resources(
    document: ClinicalDocument, person_id: str, content: dict[str, Any]
) -> Iterator[Resource]:
    """The signed bytes as they are, then what they say."""
    yield _as_signed(document, person_id)
    said = from_json(DocumentKind(document.kind), content)
    write = _WRITERS.get(type(said))
    if write is not None:
        yield from write(document, person_id, said)


def _as_signed(document: ClinicalDocument, person_id: str) -> Resource:
    status = {
        DocumentStatus.AMENDED: "superseded",
        DocumentStatus.ENTERED_IN_ERROR: "entered-in-error",
    }.get(DocumentStatus(document.status), "current")
    replaces = None
    if document.amends_id is not None:
        target = reference("DocumentReference", document.amends_id)
        replaces = [{"code": "replaces", "target": target}]
    title = _TITLES[DocumentKind(document.kind)]
    return resource(
        "DocumentReference",
        document.id,
        identifier=[{"system": SIGNED_SHA256, "value": document.sha256}],
        status=status,
        type={"text": title},
        subject=reference("Patient", person_id),
        date=_signed_at(document),
        author=[_author(document)],
        relatesTo=replaces,
        content=[
            {
                "attachment": {
                    "contentType": "application/json",
                    "title": title,
                    "data": b64encode((document.statement or "").encode()).decode(),
                }
            }
        ],
        context={"encounter": [reference("Encounter", document.encounter_id)]},
    )


def _signed_at(document: ClinicalDocument) -> str:
    assert document.signed_at is not None, "only signed documents are in a record"
    return moment(document.signed_at)


def _author(document: ClinicalDocument) -> dict[str, str]:
    return reference("Practitioner", document.author_id, document.author_name)


def _state(document: ClinicalDocument, in_force: str) -> str:
    """The status of a request: one that was struck, or replaced, is in force no more."""
    status = DocumentStatus(document.status)
    if status is DocumentStatus.ENTERED_IN_ERROR:
        return "entered-in-error"
    return "revoked" if status is DocumentStatus.AMENDED else in_force


def _note(document: ClinicalDocument, person_id: str, note: ConsultationNote) -> Iterator[Resource]:
    status = {
        DocumentStatus.AMENDED: "amended",
        DocumentStatus.ENTERED_IN_ERROR: "entered-in-error",
    }.get(DocumentStatus(document.status), "final")
    yield resource(
        "Composition",
        f"{document.id}-note",
        status=status,
        type=coded(LOINC, "11488-4", "Consult note"),
        subject=reference("Patient", person_id),
        encounter=reference("Encounter", document.encounter_id),
        date=_signed_at(document),
        author=[_author(document)],
        title=_TITLES[DocumentKind.CONSULTATION_NOTE],
        section=[
            {"title": title, "code": coded(LOINC, code), "text": narrative(text)}
            for part, (code, title) in _SECTIONS.items()
            if (text := getattr(note, part))
        ],
    )
    struck = document.status == DocumentStatus.ENTERED_IN_ERROR
    for number, code in enumerate(note.diagnoses, 1):
        yield resource(
            "Condition",
            f"{document.id}-{number}",
            verificationStatus=hl7(
                "condition-ver-status", "entered-in-error" if struck else "confirmed"
            ),
            category=[hl7("condition-category", "encounter-diagnosis")],
            code=coded(ICD10, code, CID10.get(code)),
            subject=reference("Patient", person_id),
            encounter=reference("Encounter", document.encounter_id),
            recordedDate=_signed_at(document),
        )


def _exams(document: ClinicalDocument, person_id: str, exams: ExamRequest) -> Iterator[Resource]:
    for number, code in enumerate(exams.tuss_codes, 1):
        yield resource(
            "ServiceRequest",
            f"{document.id}-{number}",
            **_request(document, person_id, "active"),
            code=coded(TUSS, code),
            reasonCode=[{"text": exams.clinical_indication}],
        )


def _referral(document: ClinicalDocument, person_id: str, sent: Referral) -> Iterator[Resource]:
    yield resource(
        "ServiceRequest",
        f"{document.id}-1",
        **_request(document, person_id, "active"),
        priority=_PRIORITY[sent.urgency],
        code={"text": "Encaminhamento"},
        performerType={"text": sent.specialty},
        reasonCode=[
            {"text": sent.reason},
            *(coded(ICD10, code, CID10.get(code)) for code in sent.diagnoses),
        ],
    )


def _request(document: ClinicalDocument, person_id: str, in_force: str) -> dict[str, Any]:
    return {
        "status": _state(document, in_force),
        "intent": "order",
        "subject": reference("Patient", person_id),
        "encounter": reference("Encounter", document.encounter_id),
        "authoredOn": _signed_at(document),
        "requester": _author(document),
    }


def _prescription(
    document: ClinicalDocument, person_id: str, prescribed: Prescription
) -> Iterator[Resource]:
    state = _state(document, "active").replace("revoked", "cancelled")
    for number, item in enumerate(prescribed.items, 1):
        dispense = [{"text": f"Quantidade: {item.quantity}"}] if item.quantity else None
        yield resource(
            "MedicationRequest",
            f"{document.id}-{number}",
            **_request(document, person_id, "active") | {"status": state},
            medicationCodeableConcept={"text": item.medication},
            dosageInstruction=[{"text": item.dosage}],
            note=dispense,
        )


_Writer = Callable[[ClinicalDocument, str, Any], Iterator[Resource]]

_WRITERS: Mapping[type[Content], _Writer] = {
    ConsultationNote: _note,
    ExamRequest: _exams,
    Prescription: _prescription,
    Referral: _referral,
}
"""A certificate says nothing that FHIR has a resource for: its signed bytes say it."""
