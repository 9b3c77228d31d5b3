"""Writing documents: drafts begun, changed, discarded; signed ones amended or struck."""

import json
from dataclasses import dataclass
from datetime import datetime

from subgraphs.kit.database import Session
from subgraphs.kit.errors import InvalidInput, NotFound, StaleVersion
from subgraphs.kit.identifiers import new_id
from subgraphs.records.domain.content import KIND_OF, Content, InvalidContent, from_json, to_json
from subgraphs.records.domain.document import DocumentKind, DocumentStatus, is_edge
from subgraphs.records.domain.errors import (
    DocumentImmutable,
    DocumentTransitionNotAllowed,
    EncounterClosed,
    NotTheAuthor,
)
from subgraphs.records.domain.sensitivity import codes_in, is_sensitive
from subgraphs.records.domain.signature import Author
from subgraphs.records.models import ClinicalDocument, DocumentEvent, Encounter
from subgraphs.records.repository import documents as repository
from subgraphs.records.repository import encounters as encounters_repository
from subgraphs.records.repository.rows import add
from subgraphs.records.service.telling import tell_document


@dataclass(frozen=True, slots=True)
class Moment:
    """Who acts, and when.

    ``practitioner_id`` is whose account the actor's is; None where nobody has signed in, who in
    development plays every author's part.
    """

    actor: str
    at: datetime
    practitioner_id: str | None = None


@dataclass(frozen=True, slots=True)
class NewDocument:
    """What is to be written; ``author`` is None for the encounter's own practitioner."""

    encounter_id: str
    content: Content
    amends_id: str | None = None
    author: Author | None = None
    restricted: bool = False
    """What the author asks for; what tells of something sensitive is restricted in any case."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A document, as its caller last saw it."""

    document_id: str
    version: int


async def write(session: Session, new: NewDocument, moment: Moment) -> ClinicalDocument:
    """Begin a document as a draft.

    Raises:
        NotFound: no such encounter, or no such document to amend.
        EncounterClosed: a closed encounter takes only amendments.
        InvalidInput: the content says something that it must not.
        DocumentTransitionNotAllowed: what is to be amended is not signed, or amended already.
    """
    encounter = await encounters_repository.locked_encounter(session, new.encounter_id)
    if encounter is None:
        raise NotFound("Atendimento não encontrado.", path=["encounterId"])
    if encounter.closed_at is not None and new.amends_id is None:
        raise EncounterClosed
    if new.amends_id is not None:
        await _check_amended(session, encounter, new.content, new.amends_id)
    author = new.author or author_of(encounter)
    document = ClinicalDocument(
        id=new_id(),
        version=1,
        kind=KIND_OF[type(new.content)],
        status=DocumentStatus.DRAFT,
        encounter_id=encounter.id,
        patient_id=encounter.patient_id,
        author_id=author.practitioner_id,
        author_name=author.name,
        author_council=author.council,
        amends_id=new.amends_id,
        content=stored(new.content),
        restricted=new.restricted or _is_sensitive(new.content),
        created_at=moment.at,
    )
    event = _event(document, None, DocumentStatus.DRAFT, moment)
    await add(session, document, event)
    return document


def author_of(encounter: Encounter) -> Author:
    """Who writes in an encounter if nobody else does."""
    return Author(
        encounter.practitioner_id, encounter.practitioner_name, encounter.practitioner_council
    )


async def edit(session: Session, seen: Seen, content: Content, moment: Moment) -> ClinicalDocument:
    """Change a draft.

    Raises:
        NotFound: no such document of this kind.
        NotTheAuthor: somebody else wrote it.
        DocumentImmutable: it is signed.
        DocumentTransitionNotAllowed: it is discarded.
        StaleVersion: it changed since the caller read it.
        InvalidInput: the content says something that it must not.
    """
    document = await draft(session, seen, moment)
    if document.kind != KIND_OF[type(content)]:
        raise NotFound("Documento não encontrado.", path=["id"])
    document.content = stored(content)
    document.restricted = document.restricted or _is_sensitive(content)
    document.version += 1
    return document


async def discard(session: Session, seen: Seen, moment: Moment) -> ClinicalDocument:
    """Throw a draft away. It stays stored, and is in no record.

    Raises: as `edit`.
    """
    document = await draft(session, seen, moment)
    await _move(session, document, DocumentStatus.DISCARDED, moment)
    return document


async def strike(session: Session, seen: Seen, reason: str, moment: Moment) -> ClinicalDocument:
    """Mark a signed document as entered in error. It stays readable, struck, for good.

    Raises:
        NotFound: no such document.
        StaleVersion: it changed since the caller read it.
        DocumentTransitionNotAllowed: it is not signed, or struck already.
        InvalidInput: no reason is given.
    """
    document = await _locked(session, seen.document_id)
    if not reason.strip():
        raise InvalidInput("Informe o motivo.", path=["reason"])
    if not is_edge(DocumentStatus(document.status), DocumentStatus.ENTERED_IN_ERROR):
        raise DocumentTransitionNotAllowed("Só um documento assinado pode ser anulado.")
    _check_version(document, seen)
    await _move(session, document, DocumentStatus.ENTERED_IN_ERROR, moment, reason)
    content = content_of(document)
    await tell_document(session, "DocumentEnteredInError", document, content, moment.at)
    return document


async def draft(session: Session, seen: Seen, moment: Moment) -> ClinicalDocument:
    """The actor's own draft, locked, if it is one and still as its caller saw it."""
    document = await _locked(session, seen.document_id)
    if moment.practitioner_id not in (None, document.author_id):
        raise NotTheAuthor("Só o autor altera, descarta ou assina um rascunho.")
    if document.signed_at is not None:
        raise DocumentImmutable(document.signed_at)
    if document.status != DocumentStatus.DRAFT:
        raise DocumentTransitionNotAllowed("O rascunho foi descartado.")
    _check_version(document, seen)
    return document


async def mark_amended(session: Session, document_id: str, moment: Moment) -> None:
    """Note on a signed document that a newer one amends it.

    Raises:
        DocumentTransitionNotAllowed: another amendment was signed first, or it was struck.
    """
    amended = await _locked(session, document_id)
    if not is_edge(DocumentStatus(amended.status), DocumentStatus.AMENDED):
        raise DocumentTransitionNotAllowed("O documento original já foi retificado ou anulado.")
    await _move(session, amended, DocumentStatus.AMENDED, moment)


def stored(content: Content) -> str:
    """The checked content as the text that is stored.

    Raises:
        InvalidInput: it says something that it must not.
    """
    try:
        checked = content.checked()
    except InvalidContent as error:
        raise InvalidInput(str(error)) from error
    return json.dumps(to_json(checked), ensure_ascii=False, sort_keys=True)


def _is_sensitive(content: Content) -> bool:
    return is_sensitive(codes_in(to_json(content.checked())))


def content_of(document: ClinicalDocument) -> Content:
    """The content that `stored` wrote."""
    return from_json(DocumentKind(document.kind), json.loads(document.content))


async def note_signed(session: Session, document: ClinicalDocument, moment: Moment) -> None:
    """Note that a document was signed; its fields are the signing's own to set."""
    event = _event(document, DocumentStatus.DRAFT, DocumentStatus.SIGNED, moment)
    await add(session, event)


async def _locked(session: Session, document_id: str) -> ClinicalDocument:
    document = await repository.locked_document(session, document_id)
    if document is None:
        raise NotFound("Documento não encontrado.", path=["id"])
    return document


def _check_version(document: ClinicalDocument, seen: Seen) -> None:
    if document.version != seen.version:
        raise StaleVersion(document.version)


async def _check_amended(
    session: Session, encounter: Encounter, content: Content, amends_id: str
) -> None:
    amended = (await repository.documents(session, [amends_id])).get(amends_id)
    if amended is None or amended.encounter_id != encounter.id:
        raise NotFound("O documento a retificar não é deste atendimento.", path=["amendsId"])
    if amended.kind != KIND_OF[type(content)]:
        raise InvalidInput("Uma retificação é do mesmo tipo do original.", path=["amendsId"])
    if not is_edge(DocumentStatus(amended.status), DocumentStatus.AMENDED):
        raise DocumentTransitionNotAllowed("Só se retifica um documento assinado e vigente.")


async def _move(
    session: Session,
    document: ClinicalDocument,
    target: DocumentStatus,
    moment: Moment,
    reason: str | None = None,
) -> None:
    event = _event(document, DocumentStatus(document.status), target, moment)
    event.reason = reason
    document.status = target
    document.version += 1
    await add(session, event)


def _event(
    document: ClinicalDocument,
    origin: DocumentStatus | None,
    target: DocumentStatus,
    moment: Moment,
) -> DocumentEvent:
    return DocumentEvent(
        id=new_id(),
        document_id=document.id,
        from_status=origin,
        to_status=target,
        at=moment.at,
        actor=moment.actor,
    )
