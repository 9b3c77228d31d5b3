"""The refusals of patients, as members of result unions."""

from typing import Annotated, Self

import strawberry
from strawberry import ID

from subgraphs.kit.errors import DomainError
from subgraphs.kit.user_errors import (
    SHARED_ERRORS,
    IdempotencyKeyReusedError,
    InvalidInputError,
    NotFoundError,
    StaleVersionError,
    UserError,
)
from subgraphs.patients.domain.errors import (
    CpfAlreadyRegistered,
    InvalidDocument,
    PatientNotEditable,
)
from subgraphs.patients.types.context import Info
from subgraphs.patients.types.patient import Patient, patient_by_id


@strawberry.type(name="CpfAlreadyRegistered")
class CpfAlreadyRegisteredError(UserError):
    """The CPF has a registration already."""

    existing_id: strawberry.Private[str]

    @strawberry.field
    async def existing_patient(self, info: Info) -> Patient | None:
        """The patient who has the CPF."""
        return await patient_by_id(info, self.existing_id)

    @classmethod
    def of(cls, error: DomainError) -> Self:
        """The refusal as data."""
        return cls(
            code=error.code,
            message=error.message,
            path=error.path,
            existing_id=ID(error.details["existing_patient_id"]),
        )


@strawberry.type(name="InvalidDocument")
class InvalidDocumentError(UserError):
    """A CPF or CNS that cannot exist."""


@strawberry.type(name="PatientNotEditable")
class PatientNotEditableError(UserError):
    """The registration was merged or anonymised and stays as it is."""


ERRORS = {
    **SHARED_ERRORS,
    CpfAlreadyRegistered: CpfAlreadyRegisteredError,
    InvalidDocument: InvalidDocumentError,
    PatientNotEditable: PatientNotEditableError,
}

RegisterPatientResult = Annotated[
    Patient
    | CpfAlreadyRegisteredError
    | InvalidDocumentError
    | InvalidInputError
    | IdempotencyKeyReusedError,
    strawberry.union("RegisterPatientResult", description="The new patient, or why there is none."),
]

CorrectPatientResult = Annotated[
    Patient
    | NotFoundError
    | StaleVersionError
    | PatientNotEditableError
    | CpfAlreadyRegisteredError
    | InvalidDocumentError
    | InvalidInputError
    | IdempotencyKeyReusedError,
    strawberry.union(
        "CorrectPatientResult", description="The patient as corrected, or why nothing changed."
    ),
]

ChangePatientStatusResult = Annotated[
    Patient
    | NotFoundError
    | StaleVersionError
    | PatientNotEditableError
    | InvalidInputError
    | IdempotencyKeyReusedError,
    strawberry.union(
        "ChangePatientStatusResult", description="The patient, or why the status did not change."
    ),
]

LinkCoverageResult = Annotated[
    Patient | NotFoundError | IdempotencyKeyReusedError,
    strawberry.federation.union(
        "LinkCoverageResult", description="The patient, or why there is none.", inaccessible=True
    ),
]
