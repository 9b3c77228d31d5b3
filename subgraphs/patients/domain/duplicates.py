"""Whether two registrations may be of one person: a score, and the reasons for it.

Front desks make the same few mistakes: a letter wrong, day and month swapped, a name of before or
after a marriage. The score weighs what agrees and what contradicts; a person decides.
"""

from dataclasses import dataclass
from decimal import Decimal
from enum import Enum

from rapidfuzz import fuzz

from subgraphs.patients.domain.names import sort_key
from subgraphs.patients.domain.patient import Demographics

LIKELY = Decimal("0.80")
"""From here on a registration is held back until somebody looked."""

POSSIBLE = Decimal("0.55")
"""From here on a pair is worth showing."""


class DuplicateReason(Enum):
    """Why two registrations may be of one person, or not."""

    SAME_NAME = "SAME_NAME"
    """The names agree."""
    SIMILAR_NAME = "SIMILAR_NAME"
    """The names differ in a few letters or a word."""
    SAME_BIRTH_DATE = "SAME_BIRTH_DATE"
    """The birth dates agree."""
    TRANSPOSED_BIRTH_DATE = "TRANSPOSED_BIRTH_DATE"
    """Day and month of birth are swapped."""
    SAME_MOTHER = "SAME_MOTHER"
    """The mothers' names agree."""
    SAME_PHONE = "SAME_PHONE"
    """The telephones agree."""
    SAME_CNS = "SAME_CNS"
    """The Cartões Nacionais de Saúde agree."""
    DIFFERENT_CPF = "DIFFERENT_CPF"
    """Both have a CPF, and not the same one: nearly always two persons."""


_WEIGHTS = {
    DuplicateReason.SAME_NAME: Decimal("0.45"),
    DuplicateReason.SIMILAR_NAME: Decimal("0.35"),
    DuplicateReason.SAME_BIRTH_DATE: Decimal("0.30"),
    DuplicateReason.TRANSPOSED_BIRTH_DATE: Decimal("0.22"),
    DuplicateReason.SAME_MOTHER: Decimal("0.20"),
    DuplicateReason.SAME_PHONE: Decimal("0.15"),
    DuplicateReason.SAME_CNS: Decimal("0.50"),
    DuplicateReason.DIFFERENT_CPF: Decimal("-0.60"),
}
_SIMILAR = 88
_SIMILAR_MOTHER = 86


@dataclass(frozen=True, slots=True)
class Likeness:
    """How alike two registrations are, from 0 to 1, and why."""

    score: Decimal
    reasons: tuple[DuplicateReason, ...]


def likeness(one: Demographics, other: Demographics) -> Likeness:
    """Compare two registrations."""
    found = (
        _names(one, other),
        _birth_dates(one, other),
        _mothers(one, other),
        DuplicateReason.SAME_PHONE if one.phone and one.phone == other.phone else None,
        DuplicateReason.SAME_CNS if one.cns and one.cns == other.cns else None,
        DuplicateReason.DIFFERENT_CPF if one.cpf and other.cpf and one.cpf != other.cpf else None,
    )
    reasons = tuple(reason for reason in found if reason)
    score = sum((_WEIGHTS[reason] for reason in reasons), Decimal(0))
    return Likeness(min(max(score, Decimal(0)), Decimal(1)), reasons)


def _names(one: Demographics, other: Demographics) -> DuplicateReason | None:
    ours = {sort_key(name) for name in (one.legal_name, one.social_name) if name}
    theirs = {sort_key(name) for name in (other.legal_name, other.social_name) if name}
    if ours & theirs:
        return DuplicateReason.SAME_NAME
    pairs = ((mine, yours) for mine in ours for yours in theirs)
    # token_set_ratio also finds the name of before a marriage inside the longer one.
    alike = any(
        max(fuzz.ratio(a, b), fuzz.token_set_ratio(a, b) if _words_enough(a, b) else 0) >= _SIMILAR
        for a, b in pairs
    )
    return DuplicateReason.SIMILAR_NAME if alike else None


def _words_enough(*names: str) -> bool:
    return all(" " in name for name in names)


def _birth_dates(one: Demographics, other: Demographics) -> DuplicateReason | None:
    a, b = one.birth_date, other.birth_date
    if a is None or b is None:
        return None
    if a == b:
        return DuplicateReason.SAME_BIRTH_DATE
    if (a.year, a.month, a.day) == (b.year, b.day, b.month):
        return DuplicateReason.TRANSPOSED_BIRTH_DATE
    return None


def _mothers(one: Demographics, other: Demographics) -> DuplicateReason | None:
    if not (one.mother_name and other.mother_name):
        return None
    alike = fuzz.ratio(sort_key(one.mother_name), sort_key(other.mother_name))
    return DuplicateReason.SAME_MOTHER if alike >= _SIMILAR_MOTHER else None
