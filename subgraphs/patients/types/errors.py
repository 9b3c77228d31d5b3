"""The refusals of patients, as members of result unions."""

from decimal import Decimal
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
from subgraphs.patients.domain.duplicates import DuplicateReason
from subgraphs.patients.domain.errors import (
    CpfAlreadyRegistered,
    InvalidDocument,
    LikelyDuplicate,
    PatientNotEditable,
)
from subgraphs.patients.domain.merging import MergeRefused
from subgraphs.patients.types.context import Info
from subgraphs.patients.types.duplicates import DuplicateCandidate
from subgraphs.patients.types.patient import Patient, patient_by_id
from subgraphs.patients.types.privacy import PersonalDataExport

_STAFF = ("staff",)


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


@strawberry.federation.type(name="MergeRefused", tags=_STAFF)
class MergeRefusedError(UserError):
    """These two registrations cannot become one, or not be parted."""


@strawberry.type
class PossibleDuplicates(UserError):
    """Somebody much like the new patient is registered already; nothing was registered."""

    candidates: strawberry.Private[list[tuple[str, str, list[str]]]]

    @strawberry.field
    async def duplicates(self, info: Info) -> list[DuplicateCandidate]:
        """Who may be the same person, the likeliest first."""
        shown = [
            DuplicateCandidate(
                patient=patient,
                score=Decimal(score),
                reasons=[DuplicateReason(reason) for reason in reasons],
            )
            for id, score, reasons in self.candidates
            if (patient := await patient_by_id(info, id))
        ]
        return shown


ERRORS = {
    **SHARED_ERRORS,
    CpfAlreadyRegistered: CpfAlreadyRegisteredError,
    InvalidDocument: InvalidDocumentError,
    PatientNotEditable: PatientNotEditableError,
    MergeRefused: MergeRefusedError,
    LikelyDuplicate: PossibleDuplicates,
}

RegisterPatientResult = Annotated[
    Patient
    | CpfAlreadyRegisteredError
    | PossibleDuplicates
    | InvalidDocumentError
    | InvalidInputError
    | IdempotencyKeyReusedError,
    strawberry.union("RegisterPatientResult", description="The new patient, or why there is none."),
]

PreRegisterPatientResult = Annotated[
    Patient | PossibleDuplicates | InvalidInputError | IdempotencyKeyReusedError,
    strawberry.federation.union(
        "PreRegisterPatientResult",
        description="The new patient, or why there is none.",
        tags=_STAFF,
    ),
]

RegisterUnidentifiedPatientResult = Annotated[
    Patient | InvalidInputError | IdempotencyKeyReusedError,
    strawberry.federation.union(
        "RegisterUnidentifiedPatientResult",
        description="The new patient, or why there is none.",
        tags=_STAFF,
    ),
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

MergePatientsResult = Annotated[
    Patient
    | NotFoundError
    | MergeRefusedError
    | CpfAlreadyRegisteredError
    | InvalidInputError
    | IdempotencyKeyReusedError,
    strawberry.federation.union(
        "MergePatientsResult", description="The registration, or why nothing changed.", tags=_STAFF
    ),
]

EraseContactDataResult = Annotated[
    Patient
    | NotFoundError
    | StaleVersionError
    | PatientNotEditableError
    | InvalidInputError
    | IdempotencyKeyReusedError,
    strawberry.federation.union(
        "EraseContactDataResult",
        description="The patient without contact data, or why nothing was erased.",
        tags=_STAFF,
    ),
]

ExportPersonalDataResult = Annotated[
    PersonalDataExport | NotFoundError | InvalidInputError | IdempotencyKeyReusedError,
    strawberry.federation.union(
        "ExportPersonalDataResult",
        description="The copy of the data, or why there is none.",
        tags=_STAFF,
    ),
]

RecordConsentResult = Annotated[
    Patient | NotFoundError | InvalidInputError | IdempotencyKeyReusedError,
    strawberry.union(
        "RecordConsentResult", description="The patient, or why nothing was recorded."
    ),
]

LinkCoverageResult = Annotated[
    Patient | NotFoundError | InvalidInputError | IdempotencyKeyReusedError,
    strawberry.federation.union(
        "LinkCoverageResult", description="The patient, or why there is none.", inaccessible=True
    ),
]
