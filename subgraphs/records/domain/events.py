"""What the other services are told of records: references, kinds and codes, and no text."""

from typing import Any

from subgraphs.records.domain.content import Content, ExamRequest


def tuss_codes(content: Content) -> list[str]:
    """The procedures that a document asks for, by their codes in TUSS table 22."""
    return list(content.tuss_codes) if isinstance(content, ExamRequest) else []


def encounter_payload(appointment_id: str, patient_id: str, practitioner_id: str) -> dict[str, Any]:
    """What is told of an encounter."""
    return {
        "appointmentId": appointment_id,
        "patientId": patient_id,
        "practitionerId": practitioner_id,
    }
