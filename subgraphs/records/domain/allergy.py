"""Allergies: what harms a patient, and how much."""

from enum import StrEnum


class Criticality(StrEnum):
    """How bad the harm can be, by the codes of FHIR R4."""

    LOW = "LOW"
    HIGH = "HIGH"
    UNKNOWN = "UNKNOWN"
