"""What a claim's form says of a visit in the codes of TISS (ANS, componente de conteúdo 4.03)."""

from dataclasses import dataclass
from enum import StrEnum

from subgraphs.billing.domain.visit import VisitKind


class CareCharacter(StrEnum):
    """Table 23, caráter do atendimento."""

    ELECTIVE = "1"
    """Planned ahead."""
    URGENT = "2"
    """It could not wait."""


class CareRegime(StrEnum):
    """Table 76, regime de atendimento, as far as this network has it."""

    AMBULATORY = "01"
    """At the clinic."""
    TELEHEALTH = "05"
    """From afar."""


class ConsultationType(StrEnum):
    """Table 52, tipo de consulta, as far as a visit's kind tells it."""

    FIRST = "1"
    """A first visit."""
    RETURN = "2"
    """A return visit."""


@dataclass(frozen=True, slots=True)
class CareCodes:
    """How a visit is coded on its guia."""

    character: CareCharacter
    regime: CareRegime
    consultation: ConsultationType


_CONSULTATIONS = {
    VisitKind.FIRST: ConsultationType.FIRST,
    VisitKind.FOLLOW_UP: ConsultationType.RETURN,
    VisitKind.RETURN: ConsultationType.RETURN,
}


def care_codes(kind: str | None, *, urgent: bool) -> CareCodes:
    """The codes of a visit. One whose kind was not kept counts as a first consultation."""
    known = VisitKind(kind) if kind else VisitKind.FIRST
    return CareCodes(
        CareCharacter.URGENT if urgent else CareCharacter.ELECTIVE,
        CareRegime.TELEHEALTH if known is VisitKind.TELEHEALTH else CareRegime.AMBULATORY,
        _CONSULTATIONS.get(known, ConsultationType.FIRST),
    )
