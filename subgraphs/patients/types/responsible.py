"""The person who answers for a patient, as given."""

import strawberry
from strawberry import ID

from subgraphs.patients.domain.responsible import Kinship


@strawberry.input
class ResponsiblePersonInput:
    """Who answers for a patient: `patientId` alone, or at least a name and a telephone."""

    relationship: Kinship
    """What the person is to the patient."""
    name: str | None = None
    """The person's name."""
    cpf: str | None = None
    """The person's CPF, with or without punctuation."""
    phone: str | None = None
    """The telephone with area code (DDD)."""
    patient_id: ID | None = None
    """The person's own registration, where the person is a patient too."""
