"""What this service needs to know of a patient."""

from dataclasses import dataclass, replace
from typing import Self

ANONYMISED = "ANONYMISED"

ERASED_NAME = "(dados eliminados)"
"""What is shown of a patient whose data were erased (LGPD, article 18)."""


@dataclass(frozen=True, slots=True)
class PatientSnapshot:
    """What the patients service told of a patient."""

    id: str
    display_name: str
    status: str
    version: int

    def to_keep(self) -> Self:
        """What may be remembered of it: of who was erased, no name."""
        return replace(self, display_name=ERASED_NAME) if self.status == ANONYMISED else self


@dataclass(frozen=True, slots=True)
class Person:
    """Whom a registration stands for, and all registrations that do."""

    id: str
    registrations: tuple[str, ...]
