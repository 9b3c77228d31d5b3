"""Finding who may be registered twice."""

from dataclasses import dataclass

from subgraphs.kit.database import Session
from subgraphs.patients.domain.duplicates import (
    LIKELY,
    POSSIBLE,
    DuplicateReason,
    Likeness,
    likeness,
)
from subgraphs.patients.domain.errors import LikelyDuplicate
from subgraphs.patients.domain.patient import Demographics
from subgraphs.patients.models import PatientRow
from subgraphs.patients.repository import candidates
from subgraphs.patients.service.stored_form import demographics_of

MAX_SHOWN = 10
_ALL_OF_A_CALL = {DuplicateReason.SAME_NAME, DuplicateReason.SAME_PHONE}


@dataclass(frozen=True, slots=True)
class Candidate:
    """A registration that may be of the same person."""

    row: PatientRow
    likeness: Likeness


async def candidates_for(
    session: Session, known: Demographics, *, besides: str | None, first: int
) -> list[Candidate]:
    """The registrations most like ``known``, the likeliest first."""
    rows = await candidates.resembling(session, known, besides)
    found = [Candidate(row, likeness(known, demographics_of(row))) for row in rows]
    likely = [candidate for candidate in found if candidate.likeness.score >= POSSIBLE]
    likely.sort(key=lambda candidate: (-candidate.likeness.score, candidate.row.id))
    return likely[:first]


async def hold_back_duplicates(session: Session, known: Demographics) -> None:
    """Raises ``LikelyDuplicate`` where somebody much like this is registered already."""
    found = await candidates_for(session, known, besides=None, first=MAX_SHOWN)
    likely = [candidate for candidate in found if _is_likely(known, candidate.likeness)]
    if likely:
        raise LikelyDuplicate([_record(candidate) for candidate in likely])


def _is_likely(known: Demographics, found: Likeness) -> bool:
    """Of who is known by name and telephone alone, both are all that can agree."""
    if known.birth_date is None and set(found.reasons) >= _ALL_OF_A_CALL:
        return DuplicateReason.DIFFERENT_CPF not in found.reasons
    return found.score >= LIKELY


def _record(candidate: Candidate) -> tuple[str, str, list[str]]:
    likeness = candidate.likeness
    reasons = [reason.value for reason in likeness.reasons]
    return candidate.row.id, str(likeness.score), reasons
