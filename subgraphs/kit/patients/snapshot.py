"""What another service knows of a patient, as the patients service tells it."""

from dataclasses import dataclass, replace
from typing import Self

from subgraphs.kit.events.event import Event

ANONYMISED = "ANONYMISED"

ERASED_NAME = "(dados eliminados)"
"""What is shown of a patient whose data were erased (LGPD, article 18)."""

TOLD_BY = (
    "PatientRegistered",
    "PatientRenamed",
    "PatientDeactivated",
    "PatientReactivated",
    "PatientDeceased",
    "PatientAnonymised",
)
"""The events after which a patient is to be remembered anew; merges have more to them."""


@dataclass(frozen=True, slots=True)
class PatientSnapshot:
    """A patient at one moment."""

    id: str
    display_name: str
    status: str
    version: int

    @classmethod
    def told(cls, event: Event) -> Self:
        """The patient after an event; any one brings a replica up to date."""
        payload = event.payload
        return cls(event.aggregate_id, payload["displayName"], payload["status"], event.version)

    def to_keep(self) -> Self:
        """What may be remembered of it: of who was erased, no name."""
        return replace(self, display_name=ERASED_NAME) if self.status == ANONYMISED else self
