"""An encounter: the patient with the practitioner, opened from an appointment, closed for good."""

from collections.abc import Iterable

from subgraphs.records.domain.document import DocumentStatus


def can_close(documents: Iterable[DocumentStatus]) -> bool:
    """Whether an encounter may close: every document is signed or discarded, none a draft."""
    return DocumentStatus.DRAFT not in documents
