"""What of a record is more sensitive than the rest, and who reads that.

Health data are sensitive as such (LGPD, article 11); what tells of mental health, of HIV (law
14.289/2022 keeps it secret by name) or of sexual violence harms most where it leaks. It is not for
everybody who cares for the patient.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

SCOPE = "record:sensitive"
"""Who has it reads what is sensitive of the patients for whom they care."""

_SENSITIVE = re.compile(r"F|B2[0-4]|Z21|R75|Z11\.4|Y05|T74\.2")
"""CID-10: mental disorders, HIV, sexual violence."""


def is_sensitive(codes: Iterable[str]) -> bool:
    """Whether one of these CID-10 codes tells of something sensitive."""
    return any(_SENSITIVE.match(code) for code in codes)


def codes_in(content: dict[str, Any]) -> list[str]:
    """The CID-10 codes that a document's stored content names."""
    disclosed = content.get("cid_disclosed")
    return [*content.get("diagnoses", ()), *([disclosed] if disclosed else ())]


@dataclass(frozen=True, slots=True)
class Sight:
    """How much somebody sees of one patient's record: all of it, or what is not sensitive.

    What they wrote themselves, as the practitioner ``author_id``, they see in any case.
    """

    whole: bool
    author_id: str | None = None

    def covers(self, restricted: bool, author_id: str) -> bool:
        """Whether they see a document of this author."""
        return self.whole or not restricted or author_id == self.author_id
