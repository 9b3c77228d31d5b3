"""What a mutation answers: the thing done, or a typed refusal."""

from datetime import datetime
from typing import Annotated, Any, Self

import strawberry

from subgraphs.kit.errors import DomainError
from subgraphs.kit.user_errors import (
    SHARED_ERRORS,
    IdempotencyKeyReusedError,
    InvalidInputError,
    NotFoundError,
    StaleVersionError,
    UserError,
    as_user_error,
)
from subgraphs.records.domain import errors
from subgraphs.records.types.audit import Emergency
from subgraphs.records.types.document import (
    ConsultationNote,
    ExamRequest,
    MedicalCertificate,
    Prescription,
    Referral,
)
from subgraphs.records.types.encounter import Encounter
from subgraphs.records.types.findings import Allergy, Problem, VitalSigns


@strawberry.type(name="AppointmentNotEligible")
class AppointmentNotEligibleError(UserError):
    """No such appointment, or the patient has not arrived, or was seen already."""

    reason: str
    """NOT_FOUND, or the appointment's status."""


@strawberry.type(name="AppointmentServiceUnavailable")
class AppointmentServiceUnavailableError(UserError):
    """Nobody can tell now how the appointment stands; nothing was done."""

    retry_after_seconds: int
    """When another try makes sense; the same idempotency key may be used."""


@strawberry.type(name="EncounterClosed")
class EncounterClosedError(UserError):
    """The encounter is over; it takes only amendments."""


@strawberry.type(name="EncounterHasDrafts")
class EncounterHasDraftsError(UserError):
    """A document of the encounter is neither signed nor discarded."""


@strawberry.type(name="DocumentImmutable")
class DocumentImmutableError(UserError):
    """The document is signed, and stays as it is; write an amendment."""

    signed_at: datetime
    """When it was signed."""

    @classmethod
    def of(cls, error: DomainError) -> Self:
        """The refusal as data."""
        return cls(
            code=error.code,
            message=error.message,
            path=error.path,
            signed_at=datetime.fromisoformat(error.details["signed_at"]),
        )


@strawberry.type(name="DocumentIncomplete")
class DocumentIncompleteError(UserError):
    """The document lacks something that it must say before it is signed."""


@strawberry.type(name="DocumentTransitionNotAllowed")
class DocumentTransitionNotAllowedError(UserError):
    """The document cannot move to that state from where it is."""


@strawberry.type(name="NotTheAuthor")
class NotTheAuthorError(UserError):
    """A document is written, changed and signed by its author, who has a council registration."""


@strawberry.type(name="AlreadyOver")
class AlreadyOverError(UserError):
    """A problem that is resolved, or an allergy that is refuted, already."""


_SHOWN: dict[type[DomainError], type[UserError]] = {
    **SHARED_ERRORS,
    errors.AppointmentNotEligible: AppointmentNotEligibleError,
    errors.AppointmentServiceUnavailable: AppointmentServiceUnavailableError,
    errors.EncounterClosed: EncounterClosedError,
    errors.EncounterHasDrafts: EncounterHasDraftsError,
    errors.DocumentImmutable: DocumentImmutableError,
    errors.DocumentIncomplete: DocumentIncompleteError,
    errors.DocumentTransitionNotAllowed: DocumentTransitionNotAllowedError,
    errors.NotTheAuthor: NotTheAuthorError,
    errors.AlreadyOver: AlreadyOverError,
}

OpenEncounterResult = Annotated[
    Encounter
    | AppointmentNotEligibleError
    | AppointmentServiceUnavailableError
    | InvalidInputError
    | IdempotencyKeyReusedError,
    strawberry.union("OpenEncounterResult", description="The encounter, or why there is none."),
]

CloseEncounterResult = Annotated[
    Encounter
    | EncounterClosedError
    | EncounterHasDraftsError
    | StaleVersionError
    | NotFoundError
    | InvalidInputError
    | IdempotencyKeyReusedError,
    strawberry.union(
        "CloseEncounterResult", description="The closed encounter, or why it stays open."
    ),
]

AllergyResult = Annotated[
    Allergy
    | EncounterClosedError
    | AlreadyOverError
    | InvalidInputError
    | NotFoundError
    | IdempotencyKeyReusedError,
    strawberry.union("AllergyResult", description="The allergy, or why nothing changed."),
]

ProblemResult = Annotated[
    Problem
    | EncounterClosedError
    | AlreadyOverError
    | InvalidInputError
    | StaleVersionError
    | NotFoundError
    | IdempotencyKeyReusedError,
    strawberry.union("ProblemResult", description="The problem, or why nothing changed."),
]

VitalSignsResult = Annotated[
    VitalSigns
    | EncounterClosedError
    | InvalidInputError
    | NotFoundError
    | IdempotencyKeyReusedError,
    strawberry.union("VitalSignsResult", description="What was measured, or why it is not kept."),
]

DocumentResult = Annotated[
    ConsultationNote
    | ExamRequest
    | Prescription
    | MedicalCertificate
    | Referral
    | AppointmentServiceUnavailableError
    | NotTheAuthorError
    | EncounterClosedError
    | DocumentImmutableError
    | DocumentIncompleteError
    | DocumentTransitionNotAllowedError
    | InvalidInputError
    | StaleVersionError
    | NotFoundError
    | IdempotencyKeyReusedError,
    strawberry.union("DocumentResult", description="The document, or why nothing changed."),
]


BreakGlassResult = Annotated[
    Emergency | InvalidInputError | IdempotencyKeyReusedError,
    strawberry.union(
        "BreakGlassResult", description="The emergency, or why the record stays closed."
    ),
]


def refused(error: DomainError) -> Any:
    """The refusal as a member of a result union; one that no union has is raised again."""
    return as_user_error(error, _SHOWN)
