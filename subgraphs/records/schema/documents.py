"""Mutations on documents. Each is one transaction, once per key."""

import strawberry

from subgraphs.kit.once import Effect
from subgraphs.records.schema.once import Once
from subgraphs.records.service import documents, signing
from subgraphs.records.service.documents import Moment, Seen
from subgraphs.records.types.context import Info
from subgraphs.records.types.document import document_by_id
from subgraphs.records.types.inputs import (
    DocumentInput,
    EditDocumentInput,
    StrikeDocumentInput,
    WriteDocumentInput,
)
from subgraphs.records.types.results import DocumentResult


@strawberry.type
class DocumentMutation:
    """Writing documents and signing them."""

    @strawberry.mutation
    async def write_document(self, info: Info, input: WriteDocumentInput) -> DocumentResult:
        """Begin a document as a draft; or the amendment of a signed one."""
        content, moment = input.content.to_domain(), _moment(info)
        return await _once(
            Once(info.context, "writeDocument", input),
            info,
            lambda session: documents.write(
                session, input.encounter_id, content, input.amends_id, moment
            ),
        )

    @strawberry.mutation
    async def edit_document(self, info: Info, input: EditDocumentInput) -> DocumentResult:
        """Change a draft."""
        content = input.content.to_domain()
        return await _once(
            Once(info.context, "editDocument", input),
            info,
            lambda session: documents.edit(session, _seen(input), content),
        )

    @strawberry.mutation
    async def discard_document(self, info: Info, input: DocumentInput) -> DocumentResult:
        """Throw a draft away."""
        moment = _moment(info)
        return await _once(
            Once(info.context, "discardDocument", input),
            info,
            lambda session: documents.discard(session, _seen(input), moment),
        )

    @strawberry.mutation
    async def sign_document(self, info: Info, input: DocumentInput) -> DocumentResult:
        """Sign a draft. From then on it never changes, and is part of the patient's record."""
        signer, moment = info.context.document_signer, _moment(info)
        return await _once(
            Once(info.context, "signDocument", input),
            info,
            lambda session: signing.sign(session, _seen(input), signer, moment),
        )

    @strawberry.mutation
    async def strike_document(self, info: Info, input: StrikeDocumentInput) -> DocumentResult:
        """Mark a signed document as entered in error. It stays readable."""
        moment = _moment(info)
        return await _once(
            Once(info.context, "strikeDocument", input),
            info,
            lambda session: documents.strike(session, _seen(input), input.reason, moment),
        )


def _seen(input: EditDocumentInput | DocumentInput | StrikeDocumentInput) -> Seen:
    return Seen(input.id, input.expected_version)


def _moment(info: Info) -> Moment:
    return Moment(info.context.actor.id, info.context.clock.now())


async def _once(once: Once, info: Info, effect: Effect) -> DocumentResult:
    answer: DocumentResult = await once.answer(effect, lambda id: document_by_id(info, id))
    return answer
