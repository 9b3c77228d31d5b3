"""What the mutations of patients take."""

from dataclasses import fields
from datetime import date
from typing import Any
from uuid import UUID

import strawberry
from strawberry import ID, UNSET

from subgraphs.patients.domain.contacts import Address, Contact
from subgraphs.patients.domain.patient import Demographics, PatientStatus, Sex
from subgraphs.patients.domain.responsible import Responsible
from subgraphs.patients.types.responsible import ResponsiblePersonInput


@strawberry.input
class PatientAddressInput:
    """Where a patient lives."""

    street: str
    """The street, without the number."""
    number: str
    """The number in the street; "s/n" where there is none."""
    complement: str | None = None
    """Flat, block, or other detail."""
    district: str
    """The district (bairro)."""
    city: str
    """The city."""
    state: str
    """The state's two letters (UF)."""
    postal_code: str
    """The CEP, with or without hyphen."""


@strawberry.input
class PatientContactInput:
    """A person to call about a patient."""

    name: str
    """The person's name."""
    relationship: str
    """What the person is to the patient."""
    phone: str
    """The telephone with area code (DDD)."""
    responsible: bool = False
    """Whether the person answers for the patient."""


@strawberry.input
class RegisterPatientInput:
    """A new patient."""

    idempotency_key: UUID
    """Made by the client for this registration; repeating it gives the same patient."""
    legal_name: str
    """The name in the civil registry."""
    social_name: str | None = None
    """The name the patient goes by."""
    mother_name: str | None = None
    """The mother's name."""
    birth_date: date
    """The day of birth."""
    sex: Sex
    """Sex as registered."""
    cpf: str | None = None
    """The CPF, with or without punctuation; absent for who has none."""
    cns: str | None = None
    """The Cartão Nacional de Saúde."""
    phone: str | None = None
    """The telephone with area code (DDD)."""
    email: str | None = None
    """The e-mail address."""
    address: PatientAddressInput | None = None
    """Where the patient lives."""
    contacts: list[PatientContactInput] = strawberry.field(default_factory=list)
    """The people to call about the patient."""
    responsible: ResponsiblePersonInput | None = None
    """Who answers for the patient, who is a minor, say."""
    refuse_duplicates: bool = False
    """Whether to register nobody while somebody much like the patient is registered already."""


@strawberry.input
class CorrectPatientInput:
    """A correction: the fields that are given change, and null empties one."""

    idempotency_key: UUID
    """Made by the client for this correction."""
    patient_id: ID
    """Whose registration."""
    expected_version: int
    """The version that the person who corrects has seen."""
    reason: str | None = None
    """Why, for the history."""
    legal_name: str | None = UNSET
    """The name in the civil registry; it cannot be emptied."""
    social_name: str | None = UNSET
    """The name the patient goes by."""
    mother_name: str | None = UNSET
    """The mother's name."""
    birth_date: date | None = UNSET
    """The day of birth; it cannot be emptied."""
    sex: Sex | None = UNSET
    """Sex as registered; it cannot be emptied."""
    cpf: str | None = UNSET
    """The CPF."""
    cns: str | None = UNSET
    """The Cartão Nacional de Saúde."""
    phone: str | None = UNSET
    """The telephone."""
    email: str | None = UNSET
    """The e-mail address."""
    address: PatientAddressInput | None = UNSET
    """Where the patient lives."""
    contacts: list[PatientContactInput] | None = UNSET
    """The people to call, all of them."""
    responsible: ResponsiblePersonInput | None = UNSET
    """Who answers for the patient."""


@strawberry.input
class ChangePatientStatusInput:
    """A change of the registration's state."""

    idempotency_key: UUID
    """Made by the client for this change."""
    patient_id: ID
    """Whose registration."""
    expected_version: int
    """The version that the person who changes it has seen."""
    status: PatientStatus
    """ACTIVE, INACTIVE or DECEASED."""
    deceased_on: date | None = None
    """The day of death, where it is known."""
    reason: str | None = None
    """Why, for the history."""


def demographics(given: RegisterPatientInput) -> Demographics:
    """The data of a new patient as the domain takes them."""
    return Demographics(**_domain_values(given))


def corrections(given: CorrectPatientInput) -> dict[str, Any]:
    """The fields that a correction gives."""
    return {name: value for name, value in _domain_values(given).items() if value is not UNSET}


def _domain_values(given: RegisterPatientInput | CorrectPatientInput) -> dict[str, Any]:
    given_here = (field.name for field in fields(Demographics) if field.name != "unidentified")
    values = {name: getattr(given, name) for name in given_here}
    if isinstance(given.address, PatientAddressInput):
        values["address"] = Address(**vars(given.address))
    if isinstance(given.responsible, ResponsiblePersonInput):
        values["responsible"] = Responsible(**vars(given.responsible))
    if given.contacts is None:
        values["contacts"] = ()
    elif given.contacts is not UNSET:
        values["contacts"] = tuple(Contact(**vars(contact)) for contact in given.contacts)
    return values
