"""Signing a document, and verifying that a record is as it was signed."""

import hashlib
import json
from dataclasses import dataclass

from subgraphs.kit.database import Session
from subgraphs.records.domain.document import DocumentKind, DocumentStatus
from subgraphs.records.domain.errors import DocumentIncomplete
from subgraphs.records.domain.signature import (
    Author,
    ChainLink,
    SignedStatement,
    Signer,
    first_broken,
    next_link,
)
from subgraphs.records.models import ClinicalDocument, RecordHead
from subgraphs.records.repository import documents as repository
from subgraphs.records.repository import patients
from subgraphs.records.service.documents import (
    Moment,
    Seen,
    content_of,
    draft,
    mark_amended,
    note_signed,
)
from subgraphs.records.service.telling import tell_document


@dataclass(frozen=True, slots=True)
class Verification:
    """Whether a patient's record is whole."""

    documents: int
    broken_at: int | None
    """The place of the first document that is not as it was signed; None where all are."""


async def sign(session: Session, seen: Seen, signer: Signer, moment: Moment) -> ClinicalDocument:
    """Sign a draft: from then on it stays as it is.

    Raises:
        NotFound: no such document.
        NotTheAuthor: somebody else wrote it.
        DocumentImmutable: it is signed already.
        StaleVersion: it changed since the caller read it.
        DocumentIncomplete: it lacks something.
        DocumentTransitionNotAllowed: it was discarded, or what it amends was amended first.
    """
    document = await draft(session, seen, moment)
    content = content_of(document)
    missing = content.missing()
    if missing is not None:
        raise DocumentIncomplete(missing)
    if document.amends_id is not None:
        await mark_amended(session, document.amends_id, moment)
    head = await repository.locked_head(session, document.patient_id)
    statement = _statement(document, moment).canonical_bytes()
    digest = hashlib.sha256(statement)
    link = next_link(_last(head), digest.hexdigest())
    document.status = DocumentStatus.SIGNED
    document.version += 1
    document.signed_at = moment.at
    document.statement = statement.decode()
    document.sha256 = link.sha256
    document.signature = signer.sign(document.author_id, digest.digest())
    document.sequence = head.sequence = link.sequence
    document.chain_sha256 = head.chain_sha256 = link.chain_sha256
    head.sha256 = link.sha256
    await note_signed(session, document, moment)
    await tell_document(session, "DocumentSigned", document, content, moment.at)
    return document


async def verify(session: Session, patient_id: str) -> Verification:
    """Compute a person's chains again, one for each registration, from what is stored now."""
    person = (await patients.persons(session, [patient_id]))[patient_id]
    chains = [await _verify_chain(session, id) for id in person.registrations]
    broken = next((chain.broken_at for chain in chains if chain.broken_at is not None), None)
    return Verification(sum(chain.documents for chain in chains), broken)


async def _verify_chain(session: Session, patient_id: str) -> Verification:
    documents = await repository.chain(session, patient_id)
    head = await repository.head(session, patient_id)
    for document in documents:
        if not _as_signed(document):
            return Verification(len(documents), document.sequence)
    links = [_link(document) for document in documents]
    broken = first_broken(links)
    if broken is None and (links[-1] if links else None) != (_last(head) if head else None):
        broken = len(links) + 1  # the end of the record was cut off
    return Verification(len(documents), broken)


def _statement(document: ClinicalDocument, moment: Moment) -> SignedStatement:
    return SignedStatement(
        document_id=document.id,
        kind=DocumentKind(document.kind),
        patient_id=document.patient_id,
        encounter_id=document.encounter_id,
        author=Author(document.author_id, document.author_name, document.author_council),
        signed_at=moment.at,
        amends_id=document.amends_id,
        content=json.loads(document.content),
    )


def _as_signed(document: ClinicalDocument) -> bool:
    """Whether the columns still say what the signed bytes say, and these have their digest."""
    assert document.signed_at is not None
    statement = _statement(document, Moment(document.author_id, document.signed_at))
    signed = (document.statement or "").encode()
    return statement.canonical_bytes() == signed and statement.sha256() == document.sha256


def _last(head: RecordHead) -> ChainLink | None:
    return ChainLink(head.sequence, head.sha256, head.chain_sha256) if head.sequence else None


def _link(document: ClinicalDocument) -> ChainLink:
    return ChainLink(document.sequence or 0, document.sha256 or "", document.chain_sha256 or "")
