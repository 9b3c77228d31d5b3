"""Where a patient lives, and whom to call."""

import strawberry


@strawberry.type
class PatientAddress:
    """Where a patient lives."""

    street: str
    """The street, without the number."""
    number: str
    """The number in the street; "s/n" where there is none."""
    complement: str | None
    """Flat, block, or other detail."""
    district: str
    """The district (bairro)."""
    city: str
    """The city."""
    state: str
    """The state's two letters (UF)."""
    postal_code: str
    """The eight digits of the CEP."""


@strawberry.type
class PatientContact:
    """A person to call about a patient."""

    name: str
    """The person's name."""
    relationship: str
    """What the person is to the patient: mother, husband, neighbour."""
    phone: str
    """The telephone, in E.164."""
    responsible: bool
    """Whether the person answers for the patient, who is a minor, say."""
