"""Who may be registered twice."""

from decimal import Decimal

import strawberry

from subgraphs.patients.domain.duplicates import DuplicateReason
from subgraphs.patients.service.duplicates import Candidate
from subgraphs.patients.types.loaders import Found
from subgraphs.patients.types.patient import Patient

strawberry.enum(DuplicateReason)


@strawberry.type
class DuplicateCandidate:
    """A registration that may be of the same person."""

    patient: Patient
    """The registration."""
    score: Decimal
    """How likely it is, from 0 to 1."""
    reasons: list[DuplicateReason]
    """What speaks for it, and against."""

    @classmethod
    def of(cls, candidate: Candidate) -> "DuplicateCandidate":
        """The candidate as it is shown."""
        likeness = candidate.likeness
        patient = Patient.of(Found(candidate.row, candidate.row))
        return cls(patient=patient, score=likeness.score, reasons=list(likeness.reasons))
