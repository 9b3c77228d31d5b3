"""The person who answers for a patient, as shown and as given."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, Optional, Self

import strawberry
from strawberry import ID

from subgraphs.patients.domain.documents import masked_cpf
from subgraphs.patients.domain.responsible import Kinship

if TYPE_CHECKING:
    from subgraphs.patients.types.patient import Patient

strawberry.enum(Kinship)


@strawberry.type
class ResponsiblePerson:
    """Who answers for a patient: a minor, or an adult who cannot decide alone."""

    name: str
    """The name to call the person by."""
    relationship: Kinship
    """What the person is to the patient."""
    cpf_masked: str | None
    """The person's CPF with five of its digits hidden."""
    phone: str | None
    """The telephone, in E.164."""
    patient: Annotated["Patient", strawberry.lazy("subgraphs.patients.types.patient")] | None
    """The person's own registration, where the person is a patient too."""

    @classmethod
    def of(cls, kept: Mapping[str, Any], patient: Optional["Patient"]) -> Self:
        """The person as kept; of one who is a patient, what that registration tells now."""
        relationship = Kinship(kept["relationship"])
        if patient:
            return cls(
                name=patient.display_name,
                relationship=relationship,
                cpf_masked=patient.cpf_masked,
                phone=patient.phone,
                patient=patient,
            )
        return cls(
            name=kept["name"],
            relationship=relationship,
            cpf_masked=masked_cpf(kept["cpf"]) if kept["cpf"] else None,
            phone=kept["phone"],
            patient=None,
        )


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
