"""Allergies: what harms a patient, and how much."""

from enum import StrEnum


class Criticality(StrEnum):
    """How bad the harm can be, by the codes of FHIR R4."""

    LOW = "LOW"
    """It is not likely to harm much."""
    HIGH = "HIGH"
    """It may kill, or harm for good."""
    UNKNOWN = "UNKNOWN"
    """Nobody can tell."""
