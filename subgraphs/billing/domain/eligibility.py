"""Whether a member is in good standing, as far as anybody can tell."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class EligibilityStatus(StrEnum):
    """The plan's answer, or that it gave none."""

    ELIGIBLE = "ELIGIBLE"
    """The card counts on that day."""
    INELIGIBLE = "INELIGIBLE"
    """The card does not count; the reason tells why."""
    UNKNOWN_PLAN_UNAVAILABLE = "UNKNOWN_PLAN_UNAVAILABLE"
    """The plan did not answer."""


@dataclass(frozen=True, slots=True)
class Member:
    """Whom to ask about. The CPF goes to the plan and nowhere else."""

    ans_registry: str
    card_number: str
    cpf: str | None
    birth_date: str

    def __repr__(self) -> str:
        """Nothing personal, wherever this ends up."""
        return f"Member(ans_registry={self.ans_registry!r})"


@dataclass(frozen=True, slots=True)
class Eligibility:
    """An answer with its time and, for a no, its reason by TISS table 38."""

    status: EligibilityStatus
    checked_at: datetime
    reason_code: str | None = None
    reason: str | None = None
