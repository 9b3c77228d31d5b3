"""Registering, correcting and closing registrations."""

from uuid import UUID

import strawberry
from strawberry import ID
from strawberry.federation.schema_directives import Inaccessible

from subgraphs.kit.directives import with_directives
from subgraphs.kit.idempotency import IdempotentRequest
from subgraphs.patients.schema.once import author_of, once, request_of
from subgraphs.patients.service import registration
from subgraphs.patients.service.registration import StatusChange
from subgraphs.patients.types.access import WRITE
from subgraphs.patients.types.context import Info
from subgraphs.patients.types.errors import (
    ChangePatientStatusResult,
    CorrectPatientResult,
    LinkCoverageResult,
    RegisterPatientResult,
)
from subgraphs.patients.types.inputs import (
    ChangePatientStatusInput,
    CorrectPatientInput,
    RegisterPatientInput,
    corrections,
    demographics,
)


async def _link_coverage(
    info: Info, patient_id: ID, coverage_id: ID, idempotency_key: UUID
) -> LinkCoverageResult:
    """Notes that a patient has a coverage. Billing calls it, as long as both answer for it."""
    actor, body = info.context.actor.id, [patient_id, coverage_id]
    answer: LinkCoverageResult = await once(
        info,
        IdempotentRequest(actor, "linkCoverage", idempotency_key, body),
        lambda session: registration.link_coverage(session, patient_id, coverage_id),
    )
    return answer


@strawberry.type
class RegistrationMutation:
    """Registering, correcting and closing registrations."""

    @with_directives(WRITE)
    @strawberry.mutation
    async def register_patient(
        self, info: Info, input: RegisterPatientInput
    ) -> RegisterPatientResult:
        """Registers a patient. A CPF is registered once."""
        answer: RegisterPatientResult = await once(
            info,
            request_of(info, "registerPatient", input),
            lambda session: registration.register(
                session,
                demographics(input),
                author_of(info),
                refuse_duplicates=input.refuse_duplicates,
            ),
        )
        return answer

    @with_directives(WRITE)
    @strawberry.mutation
    async def correct_patient(self, info: Info, input: CorrectPatientInput) -> CorrectPatientResult:
        """Corrects a registration, unless somebody else did since it was read."""
        answer: CorrectPatientResult = await once(
            info,
            request_of(info, "correctPatient", input),
            lambda session: registration.correct(
                session,
                input.patient_id,
                input.expected_version,
                corrections(input),
                author_of(info, input.reason),
            ),
        )
        return answer

    @with_directives(WRITE)
    @strawberry.mutation
    async def change_patient_status(
        self, info: Info, input: ChangePatientStatusInput
    ) -> ChangePatientStatusResult:
        """Deactivates a registration, takes it up again, or marks the patient as deceased."""
        answer: ChangePatientStatusResult = await once(
            info,
            request_of(info, "changePatientStatus", input),
            lambda session: registration.change_status(
                session,
                input.patient_id,
                input.expected_version,
                StatusChange(input.status, input.deceased_on),
                author_of(info, input.reason),
            ),
        )
        return answer

    link_coverage: LinkCoverageResult = strawberry.mutation(
        resolver=_link_coverage, directives=[Inaccessible(), WRITE]
    )
