"""What can be asked of records, and done. Each mutation is one transaction, once per key."""

from collections.abc import Awaitable, Callable
from typing import Any, Protocol
from uuid import UUID

import strawberry

from subgraphs.kit.database import Session
from subgraphs.kit.errors import DomainError
from subgraphs.kit.graphql import build_schema
from subgraphs.kit.idempotency import IdempotentRequest
from subgraphs.records.domain import cid10
from subgraphs.records.models import IDEMPOTENCY_KEYS
from subgraphs.records.service import documents, encounters, signing
from subgraphs.records.service.appointment_check import eligible_appointment
from subgraphs.records.service.documents import Moment, Seen
from subgraphs.records.service.encounters import ObservedAllergy
from subgraphs.records.types.context import Info
from subgraphs.records.types.document import (
    DOCUMENT_TYPES,
    ClinicalDocument,
    Diagnosis,
    document_by_id,
)
from subgraphs.records.types.encounter import Allergy, Appointment, Encounter, Patient
from subgraphs.records.types.inputs import (
    CloseEncounterInput,
    DocumentInput,
    EditDocumentInput,
    OpenEncounterInput,
    RecordAllergyInput,
    StrikeDocumentInput,
    WriteDocumentInput,
)
from subgraphs.records.types.results import (
    CloseEncounterResult,
    DocumentResult,
    OpenEncounterResult,
    RecordAllergyResult,
    refused,
)


class _Input(Protocol):
    idempotency_key: UUID


class _Row(Protocol):
    id: Any


Effect = Callable[[Session], Awaitable[_Row]]
Show = Callable[[Info, str], Awaitable[Any]]


class _NeverDone(Exception):
    """Leaves a transaction in which there is nothing to repeat."""


@strawberry.type
class RecordVerification:
    """Whether a patient's signed documents are as they were signed, each and as a chain."""

    documents: int
    """How many documents were verified."""
    broken_at: int | None
    """The place of the first document that is not as it was signed; null where all are."""


@strawberry.type
class Query:
    """Encounters and clinical documents."""

    @strawberry.field
    async def encounter(self, info: Info, id: strawberry.ID) -> Encounter | None:
        """The encounter with this id."""
        return await Encounter.resolve_reference(info, id)

    @strawberry.field
    async def clinical_document(self, info: Info, id: strawberry.ID) -> ClinicalDocument | None:
        """The document with this id, of whatever kind."""
        return await document_by_id(info, id)

    @strawberry.field
    async def verify_record(self, info: Info, patient_id: strawberry.ID) -> RecordVerification:
        """Compute the hash chain of a patient's record again."""
        async with info.context.database.read() as session:
            found = await signing.verify(session, patient_id)
        return RecordVerification(documents=found.documents, broken_at=found.broken_at)

    @strawberry.field
    def cid10_codes(self, search: str, first: int = 20) -> list[Diagnosis]:
        """Diagnoses of the network's list whose code or title holds these words."""
        return [Diagnosis.of(code) for code in cid10.search(search, max(0, min(first, 100)))]


@strawberry.type
class Mutation:
    """Opening encounters, writing documents, signing them."""

    @strawberry.mutation
    async def open_encounter(self, info: Info, input: OpenEncounterInput) -> OpenEncounterResult:
        """Open the encounter of an appointment whose patient has arrived."""
        request = _request(info, "openEncounter", input)
        context = info.context
        try:
            done = await _answered(info, request)
            if done is None:
                # Asked before the transaction: no lock is held while waiting for an answer.
                found = await eligible_appointment(context.appointments, input.appointment_id)
                done = await _done(
                    info,
                    request,
                    lambda session: encounters.open_encounter(session, found, context.clock.now()),
                )
        except DomainError as error:
            answer: OpenEncounterResult = refused(error)
            return answer
        encounter = await _encounter(info, done)
        return encounter

    @strawberry.mutation
    async def close_encounter(self, info: Info, input: CloseEncounterInput) -> CloseEncounterResult:
        """Close an encounter for good. Its documents must be signed or discarded."""
        now = info.context.clock.now()
        answer: CloseEncounterResult = await _once(
            info,
            _request(info, "closeEncounter", input),
            lambda session: encounters.close_encounter(
                session, input.id, input.expected_version, now
            ),
            _encounter,
        )
        return answer

    @strawberry.mutation
    async def record_allergy(self, info: Info, input: RecordAllergyInput) -> RecordAllergyResult:
        """Note what harms the patient."""
        allergy = ObservedAllergy(
            input.encounter_id, input.substance, input.criticality, input.reaction
        )
        now = info.context.clock.now()
        answer: RecordAllergyResult = await _once(
            info,
            _request(info, "recordAllergy", input),
            lambda session: encounters.record_allergy(session, allergy, now),
            _allergy,
        )
        return answer

    @strawberry.mutation
    async def write_document(self, info: Info, input: WriteDocumentInput) -> DocumentResult:
        """Begin a document as a draft; or the amendment of a signed one."""
        content, moment = input.content.to_domain(), _moment(info)
        return await _document_once(
            info,
            _request(info, "writeDocument", input),
            lambda session: documents.write(
                session, input.encounter_id, content, input.amends_id, moment
            ),
        )

    @strawberry.mutation
    async def edit_document(self, info: Info, input: EditDocumentInput) -> DocumentResult:
        """Change a draft."""
        content = input.content.to_domain()
        return await _document_once(
            info,
            _request(info, "editDocument", input),
            lambda session: documents.edit(session, _seen(input), content),
        )

    @strawberry.mutation
    async def discard_document(self, info: Info, input: DocumentInput) -> DocumentResult:
        """Throw a draft away."""
        moment = _moment(info)
        return await _document_once(
            info,
            _request(info, "discardDocument", input),
            lambda session: documents.discard(session, _seen(input), moment),
        )

    @strawberry.mutation
    async def sign_document(self, info: Info, input: DocumentInput) -> DocumentResult:
        """Sign a draft. From then on it never changes, and is part of the patient's record."""
        signer, moment = info.context.document_signer, _moment(info)
        return await _document_once(
            info,
            _request(info, "signDocument", input),
            lambda session: signing.sign(session, _seen(input), signer, moment),
        )

    @strawberry.mutation
    async def strike_document(self, info: Info, input: StrikeDocumentInput) -> DocumentResult:
        """Mark a signed document as entered in error. It stays readable."""
        moment = _moment(info)
        return await _document_once(
            info,
            _request(info, "strikeDocument", input),
            lambda session: documents.strike(session, _seen(input), input.reason, moment),
        )


def _seen(input: EditDocumentInput | DocumentInput | StrikeDocumentInput) -> Seen:
    return Seen(input.id, input.expected_version)


def _moment(info: Info) -> Moment:
    return Moment(info.context.actor.id, info.context.clock.now())


def _request(info: Info, operation: str, input: _Input) -> IdempotentRequest:
    body = strawberry.asdict(input)
    return IdempotentRequest(info.context.actor.id, operation, input.idempotency_key, body)


async def _done(info: Info, request: IdempotentRequest, effect: Effect) -> str:
    """The id of what the effect made, now or the first time."""

    async def made(session: Session) -> str:
        return str((await effect(session)).id)

    done = str(await info.context.idempotency(IDEMPOTENCY_KEYS).once(request, made))
    info.context.forget_reads()
    return done


async def _answered(info: Info, request: IdempotentRequest) -> str | None:
    """What the request made the first time, if it was made before."""

    async def nothing(_session: Session) -> _Row:
        raise _NeverDone

    try:
        return await _done(info, request, nothing)
    except _NeverDone:
        return None


async def _once(info: Info, request: IdempotentRequest, effect: Effect, show: Show) -> Any:
    try:
        return await show(info, await _done(info, request, effect))
    except DomainError as error:
        return refused(error)


async def _document_once(info: Info, request: IdempotentRequest, effect: Effect) -> DocumentResult:
    answer: DocumentResult = await _once(info, request, effect, document_by_id)
    return answer


async def _encounter(info: Info, encounter_id: str) -> Encounter:
    row = await info.context.loaders.encounters.load(encounter_id)
    assert row is not None, "it was written in this request, and nothing is deleted"
    return Encounter.of(row)


async def _allergy(info: Info, allergy_id: str) -> Allergy:
    async with info.context.database.read() as session:
        return Allergy.of(await encounters.allergy(session, allergy_id))


schema = build_schema(query=Query, mutation=Mutation, types=[Appointment, Patient, *DOCUMENT_TYPES])
