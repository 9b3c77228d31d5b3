"""Mutations on documents. Each is one transaction, once per key."""

from collections.abc import Awaitable, Callable
from typing import Any

import strawberry

from subgraphs.kit.database import Session
from subgraphs.kit.directives import with_directives
from subgraphs.kit.errors import DomainError
from subgraphs.kit.once import HasKey
from subgraphs.records.domain.errors import NotTheAuthor
from subgraphs.records.domain.signature import Author
from subgraphs.records.models import ClinicalDocument
from subgraphs.records.schema.once import Once
from subgraphs.records.service import documents, signing
from subgraphs.records.service.appointment_check import known_author
from subgraphs.records.service.documents import Moment, NewDocument, Seen
from subgraphs.records.types.access import IN_CARE, SIGN, WRITE
from subgraphs.records.types.context import Info, RecordsContext
from subgraphs.records.types.document import document_by_id
from subgraphs.records.types.inputs import (
    DocumentInput,
    EditDocumentInput,
    StrikeDocumentInput,
    WriteDocumentInput,
)
from subgraphs.records.types.results import DocumentResult, refused

Effect = Callable[[Session, Moment], Awaitable[ClinicalDocument]]


@strawberry.type
class DocumentMutation:
    """Writing documents and signing them."""

    @with_directives(WRITE, IN_CARE)
    @strawberry.mutation
    async def write_document(self, info: Info, input: WriteDocumentInput) -> DocumentResult:
        """Begin a document as a draft; or the amendment of a signed one."""
        content, context = input.content.to_domain(), info.context
        once = Once(context, "writeDocument", input)
        answer: DocumentResult
        try:
            done = await once.already_done()
            if done is None:
                # Who somebody is may have to be asked; no lock is held while waiting for it.
                author = await _author(context, input.encounter_id)
                new = NewDocument(
                    input.encounter_id, content, input.amends_id, author, input.restricted
                )
                moment = _moment(context)
                done = await once.done(lambda session: documents.write(session, new, moment))
        except DomainError as error:
            answer = refused(error)
            return answer
        return await _document(info, done)

    @with_directives(WRITE, IN_CARE)
    @strawberry.mutation
    async def edit_document(self, info: Info, input: EditDocumentInput) -> DocumentResult:
        """Change a draft of one's own."""
        content = input.content.to_domain()
        return await _once(
            info,
            "editDocument",
            input,
            lambda session, moment: documents.edit(session, _seen(input), content, moment),
        )

    @with_directives(WRITE, IN_CARE)
    @strawberry.mutation
    async def discard_document(self, info: Info, input: DocumentInput) -> DocumentResult:
        """Throw a draft of one's own away."""
        return await _once(
            info,
            "discardDocument",
            input,
            lambda session, moment: documents.discard(session, _seen(input), moment),
        )

    @with_directives(SIGN, IN_CARE)
    @strawberry.mutation
    async def sign_document(self, info: Info, input: DocumentInput) -> DocumentResult:
        """Sign a draft of one's own. From then on it never changes, and is in the record."""
        signer = info.context.document_signer
        return await _once(
            info,
            "signDocument",
            input,
            lambda session, moment: signing.sign(session, _seen(input), signer, moment),
        )

    @with_directives(SIGN, IN_CARE)
    @strawberry.mutation
    async def strike_document(self, info: Info, input: StrikeDocumentInput) -> DocumentResult:
        """Mark a signed document as entered in error. It stays readable."""
        return await _once(
            info,
            "strikeDocument",
            input,
            lambda session, moment: documents.strike(session, _seen(input), input.reason, moment),
        )


def _seen(input: EditDocumentInput | DocumentInput | StrikeDocumentInput) -> Seen:
    return Seen(input.id, input.expected_version)


def _moment(context: RecordsContext) -> Moment:
    """Who acts, and when.

    Raises:
        NotTheAuthor: somebody without a council registration.
    """
    actor = context.actor
    if not actor.unrestricted and actor.practitioner_id is None:
        raise NotTheAuthor("Só quem tem registro em conselho escreve e assina documentos.")
    return Moment(actor.id, context.clock.now(), actor.practitioner_id)


async def _author(context: RecordsContext, encounter_id: str) -> Author | None:
    """Who writes; None for the encounter's own practitioner."""
    practitioner_id = _moment(context).practitioner_id
    encounter = await context.loaders.encounters.load(encounter_id)
    if practitioner_id is None or encounter is None:
        return None
    if encounter.practitioner_id == practitioner_id:
        return None
    return await known_author(context.appointments, practitioner_id)


async def _once(info: Info, operation: str, input: HasKey, effect: Effect) -> DocumentResult:
    once = Once(info.context, operation, input)
    answer: DocumentResult
    try:
        moment = _moment(info.context)
        done = await once.done(lambda session: effect(session, moment))
    except DomainError as error:
        answer = refused(error)
        return answer
    return await _document(info, done)


async def _document(info: Info, document_id: str) -> DocumentResult:
    found: Any = await document_by_id(info, document_id)
    answer: DocumentResult = found
    return answer
