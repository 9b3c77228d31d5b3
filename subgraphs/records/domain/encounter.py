"""An encounter: the patient with the practitioner, opened from an appointment, closed for good."""

from enum import StrEnum

from subgraphs.records.domain.document import DocumentStatus

OPENABLE_APPOINTMENT_STATUSES = frozenset({"ARRIVED", "CHECKED_IN", "IN_PROGRESS"})
"""The patient is here and has not been seen yet, or is being seen."""


class EncounterStatus(StrEnum):
    """An open encounter takes documents; a closed one only amendments."""

    OPEN = "OPEN"
    CLOSED = "CLOSED"


def can_close(documents: list[DocumentStatus]) -> bool:
    """Whether an encounter may close: every document is signed or discarded, none a draft."""
    return DocumentStatus.DRAFT not in documents
