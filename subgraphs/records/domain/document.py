"""Clinical documents: their kinds, and the life of one from draft to signed to amended.

CFM resolutions 1.638/2002 and 1.821/2007: what is signed stays as it is and stays readable; a
correction is a new document that points to the old one.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class DocumentKind(StrEnum):
    """What a document is. Each kind has content of its own shape (see `content`)."""

    CONSULTATION_NOTE = "CONSULTATION_NOTE"
    EXAM_REQUEST = "EXAM_REQUEST"
    PRESCRIPTION = "PRESCRIPTION"
    MEDICAL_CERTIFICATE = "MEDICAL_CERTIFICATE"
    REFERRAL = "REFERRAL"


class DocumentStatus(StrEnum):
    """Where a document stands. Only a DRAFT can change."""

    DRAFT = "DRAFT"
    """Being written; only its author changes it."""
    SIGNED = "SIGNED"
    """Signed, and immutable from then on."""
    AMENDED = "AMENDED"
    """Signed, and corrected by a newer document; it stays readable."""
    ENTERED_IN_ERROR = "ENTERED_IN_ERROR"
    """Signed, and struck; it stays readable."""
    DISCARDED = "DISCARDED"
    """A draft that was thrown away; it is in no record."""


_S = DocumentStatus

EDGES: Mapping[DocumentStatus, frozenset[DocumentStatus]] = MappingProxyType(
    {
        _S.DRAFT: frozenset({_S.SIGNED, _S.DISCARDED}),
        _S.SIGNED: frozenset({_S.AMENDED, _S.ENTERED_IN_ERROR}),
        _S.AMENDED: frozenset({_S.ENTERED_IN_ERROR}),
        _S.ENTERED_IN_ERROR: frozenset(),
        _S.DISCARDED: frozenset(),
    }
)

IN_THE_RECORD = frozenset({_S.SIGNED, _S.AMENDED, _S.ENTERED_IN_ERROR})
"""Once signed, a document is part of the patient's record for good, whatever comes after."""

IN_FORCE = frozenset({_S.SIGNED, _S.AMENDED})
"""Signed, and not struck."""


def is_edge(origin: DocumentStatus, target: DocumentStatus) -> bool:
    """Whether a document may move from `origin` to `target`."""
    return target in EDGES[origin]
