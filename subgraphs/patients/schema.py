"""The patients subgraph: what can be asked and done."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import strawberry
from strawberry import ID
from strawberry.federation.schema_directives import Inaccessible

from subgraphs.kit.database import Session
from subgraphs.kit.errors import DomainError
from subgraphs.kit.graphql import build_schema
from subgraphs.kit.idempotency import IdempotentRequest
from subgraphs.kit.user_errors import as_user_error
from subgraphs.patients.domain.documents import normalized_cpf
from subgraphs.patients.domain.patient import PatientStatus
from subgraphs.patients.domain.search import parse_search
from subgraphs.patients.models import PatientRow, idempotency_keys
from subgraphs.patients.repository import patients
from subgraphs.patients.service import registration
from subgraphs.patients.service.author import Author
from subgraphs.patients.service.registration import StatusChange
from subgraphs.patients.types.context import Info
from subgraphs.patients.types.errors import (
    ERRORS,
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
from subgraphs.patients.types.loaders import Found
from subgraphs.patients.types.patient import STAFF, Patient, PatientConnection, patient_by_id


def _request(info: Info, operation: str, input: Any) -> IdempotentRequest:
    actor = info.context.actor.id
    return IdempotentRequest(actor, operation, input.idempotency_key, strawberry.asdict(input))


async def _once(
    info: Info, request: IdempotentRequest, effect: Callable[[Session], Awaitable[str]]
) -> Any:
    """The patient that the effect is about, or the refusal, as members of a result union."""
    try:
        patient_id = await info.context.idempotency(idempotency_keys).once(request, effect)
    except DomainError as error:
        return as_user_error(error, ERRORS)
    return await patient_by_id(info, patient_id)


def _author(info: Info, reason: str | None = None) -> Author:
    return Author(info.context.actor.id, info.context.clock.now(), reason)


def _patient(row: PatientRow) -> Patient:
    return Patient.of(Found(row, row))


def _sort_values(row: PatientRow) -> tuple[str, str]:
    return row.sort_name, row.id


async def _patient_by_cpf(info: Info, cpf: str) -> Patient | None:
    """The patient who has this CPF, with or without punctuation."""
    number = normalized_cpf(cpf)
    async with info.context.database.read() as session:
        row = await patients.patient_by_cpf(session, number)
    return _patient(row) if row else None


async def _link_coverage(
    info: Info, patient_id: ID, coverage_id: ID, idempotency_key: UUID
) -> LinkCoverageResult:
    """Notes that a patient has a coverage. Billing calls it, as long as both answer for it."""
    actor, body = info.context.actor.id, [patient_id, coverage_id]
    answer: LinkCoverageResult = await _once(
        info,
        IdempotentRequest(actor, "linkCoverage", idempotency_key, body),
        lambda session: registration.link_coverage(session, patient_id, coverage_id),
    )
    return answer


@strawberry.type
class Query:
    """What can be asked about patients."""

    @strawberry.field
    async def patient(self, info: Info, id: ID) -> Patient | None:
        """One patient, by id."""
        return await patient_by_id(info, id)

    patient_by_cpf: Patient | None = strawberry.field(resolver=_patient_by_cpf, directives=[STAFF])

    @strawberry.field
    async def patients(
        self,
        info: Info,
        search: str | None = None,
        status: PatientStatus | None = None,
        first: int = 20,
        after: str | None = None,
    ) -> PatientConnection:
        """Patients by name.

        `search` takes beginnings of names (accents and case do not matter), a birth date as
        dd/mm/yyyy beside or instead of them, or a CPF or telephone alone. Merged registrations
        are shown only where `status` asks for them.
        """
        wanted = parse_search(search) if search and search.strip() else None
        cursors = info.context.cursors(f"patients {status} {search}")
        request = cursors.request(first, after)
        async with info.context.database.read() as session:
            page = await patients.search_patients(session, wanted, status, request)
        connection = cursors.connection(page, request, node=_patient, values=_sort_values)
        return PatientConnection(
            edges=connection.edges,
            page_info=connection.page_info,
            search=wanted,
            wanted_status=status,
        )


@strawberry.type
class Mutation:
    """What can be done with patients."""

    @strawberry.mutation
    async def register_patient(
        self, info: Info, input: RegisterPatientInput
    ) -> RegisterPatientResult:
        """Registers a patient. A CPF is registered once."""
        answer: RegisterPatientResult = await _once(
            info,
            _request(info, "registerPatient", input),
            lambda session: registration.register(session, demographics(input), _author(info)),
        )
        return answer

    @strawberry.mutation
    async def correct_patient(self, info: Info, input: CorrectPatientInput) -> CorrectPatientResult:
        """Corrects a registration, unless somebody else did since it was read."""
        answer: CorrectPatientResult = await _once(
            info,
            _request(info, "correctPatient", input),
            lambda session: registration.correct(
                session,
                input.patient_id,
                input.expected_version,
                corrections(input),
                _author(info, input.reason),
            ),
        )
        return answer

    @strawberry.mutation
    async def change_patient_status(
        self, info: Info, input: ChangePatientStatusInput
    ) -> ChangePatientStatusResult:
        """Deactivates a registration, takes it up again, or marks the patient as deceased."""
        answer: ChangePatientStatusResult = await _once(
            info,
            _request(info, "changePatientStatus", input),
            lambda session: registration.change_status(
                session,
                input.patient_id,
                input.expected_version,
                StatusChange(input.status, input.deceased_on),
                _author(info, input.reason),
            ),
        )
        return answer

    link_coverage: LinkCoverageResult = strawberry.mutation(
        resolver=_link_coverage, directives=[Inaccessible()]
    )


schema = build_schema(query=Query, mutation=Mutation)
