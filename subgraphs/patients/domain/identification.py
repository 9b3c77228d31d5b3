"""How far a patient is known: by name and telephone alone, not even by name, or in full."""

from dataclasses import dataclass
from datetime import date
from enum import Enum

from subgraphs.kit.errors import InvalidInput

OLDEST_BIRTH_YEAR = 1890


class RegistrationStage(Enum):
    """How far a registration has come."""

    PRE_REGISTERED = "PRE_REGISTERED"
    """Name and telephone are known; the desk asks for the rest when the patient arrives."""
    UNIDENTIFIED = "UNIDENTIFIED"
    """Nobody knows yet who the patient is; the name is a label to call by."""
    COMPLETE = "COMPLETE"
    """Name, birth date and sex are known."""


class UnidentifiedReason(Enum):
    """Why nobody knows who a patient is (as the RNDS asks of one who is not identified)."""

    UNCONSCIOUS = "UNCONSCIOUS"
    """The patient is unconscious."""
    DISORIENTED = "DISORIENTED"
    """The patient is confused, or cannot make themselves understood."""
    CHILD_ALONE = "CHILD_ALONE"
    """A child without anybody who knows it."""
    WITHOUT_DOCUMENTS = "WITHOUT_DOCUMENTS"
    """What the patient says of themselves cannot be checked."""
    OTHER = "OTHER"
    """For another reason."""


@dataclass(frozen=True, slots=True)
class Unidentified:
    """Why nobody knows who a patient is, and about when they may have been born."""

    reason: UnidentifiedReason
    estimated_birth_year: int | None = None


def checked_unidentified(given: Unidentified | None, today: date) -> Unidentified | None:
    """What is noted of somebody unidentified. Raises ``InvalidInput`` for an impossible year."""
    year = given.estimated_birth_year if given else None
    if year is not None and not OLDEST_BIRTH_YEAR <= year <= today.year:
        raise InvalidInput("O ano de nascimento não é possível.", path=["estimatedBirthYear"])
    return given


def label_of(id: str) -> str:
    """What to call somebody unidentified: two of them at once must be told apart."""
    return f"Não identificado {id[-4:].upper()}"
