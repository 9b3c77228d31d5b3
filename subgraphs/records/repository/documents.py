"""Clinical documents, and the chains that they form."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, false, func, not_, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import aliased

from subgraphs.kit.database import Session
from subgraphs.kit.keyset import Page, after
from subgraphs.records.domain.document import IN_THE_RECORD
from subgraphs.records.domain.patient import Person
from subgraphs.records.domain.sensitivity import Sight
from subgraphs.records.domain.signature import CHAIN_ORIGIN
from subgraphs.records.models import (
    ClinicalDocument,
    DocumentEvent,
    PatientReplica,
    RecordHead,
)
from subgraphs.records.repository.rows import grouped

_WHOLE = Sight(whole=True)


@dataclass(frozen=True, slots=True)
class RecordPageRequest:
    """One page of each of several patients' records."""

    first: int
    after: tuple[datetime, str] | None = None
    sight: Sight = _WHOLE


_ORDER: tuple[ColumnElement[Any], ...] = (
    ClinicalDocument.signed_at.expression,
    ClinicalDocument.id.expression,
)


async def documents(session: Session, ids: Sequence[str]) -> dict[str, ClinicalDocument]:
    """Documents by id; unknown ids are absent."""
    rows = await session.scalars(select(ClinicalDocument).where(ClinicalDocument.id.in_(ids)))
    return {row.id: row for row in rows}


async def documents_by_encounter(
    session: Session, encounter_ids: Sequence[str]
) -> dict[str, list[ClinicalDocument]]:
    """The documents of each encounter, drafts included, in the order in which they were begun."""
    statement = (
        select(ClinicalDocument)
        .where(ClinicalDocument.encounter_id.in_(encounter_ids))
        .order_by(ClinicalDocument.created_at, ClinicalDocument.id)
    )
    return grouped(encounter_ids, await session.scalars(statement), "encounter_id")


async def amendments(
    session: Session, document_ids: Sequence[str]
) -> dict[str, list[ClinicalDocument]]:
    """The signed documents that amend each of these."""
    statement = (
        select(ClinicalDocument)
        .where(
            ClinicalDocument.amends_id.in_(document_ids), ClinicalDocument.status.in_(IN_THE_RECORD)
        )
        .order_by(*_ORDER)
    )
    return grouped(document_ids, await session.scalars(statement), "amends_id")


async def events(session: Session, document_ids: Sequence[str]) -> dict[str, list[DocumentEvent]]:
    """The events of each document, in order."""
    statement = (
        select(DocumentEvent)
        .where(DocumentEvent.document_id.in_(document_ids))
        .order_by(DocumentEvent.at, DocumentEvent.id)
    )
    return grouped(document_ids, await session.scalars(statement), "document_id")


async def record_pages(
    session: Session, persons: Collection[Person], request: RecordPageRequest
) -> dict[str, Page[ClinicalDocument]]:
    """The same page of each person's signed documents, the latest first, in one statement."""
    person = func.coalesce(PatientReplica.person_id, ClinicalDocument.patient_id)
    number = func.row_number().over(
        partition_by=person, order_by=[column.desc() for column in _ORDER]
    )
    registrations = [id for one in persons for id in one.registrations]
    statement = (
        select(ClinicalDocument, person.label("person"), number.label("number"))
        .outerjoin(PatientReplica, PatientReplica.id == ClinicalDocument.patient_id)
        .where(
            ClinicalDocument.patient_id.in_(registrations),
            ClinicalDocument.status.in_(IN_THE_RECORD),
            *_seen(request.sight),
        )
    )
    if request.after is not None:
        statement = statement.where(after(_ORDER, request.after, descending=True))
    numbered = statement.subquery()
    row = aliased(ClinicalDocument, numbered)
    found = await session.execute(
        select(numbered.c.person, row)
        .where(numbered.c.number <= request.first + 1)
        .order_by(numbered.c.person, numbered.c.number)
    )
    pages: dict[str, list[ClinicalDocument]] = {one.id: [] for one in persons}
    for person_id, document in found:
        pages[person_id].append(document)
    return {
        person_id: Page(rows[: request.first], has_next=len(rows) > request.first)
        for person_id, rows in pages.items()
    }


async def left_out(session: Session, persons: Collection[Person], sight: Sight) -> dict[str, int]:
    """How many signed documents of each person are not to be seen."""
    person = func.coalesce(PatientReplica.person_id, ClinicalDocument.patient_id)
    registrations = [id for one in persons for id in one.registrations]
    statement = (
        select(person, func.count())
        .select_from(ClinicalDocument)
        .outerjoin(PatientReplica, PatientReplica.id == ClinicalDocument.patient_id)
        .where(
            ClinicalDocument.patient_id.in_(registrations),
            ClinicalDocument.status.in_(IN_THE_RECORD),
            *(not_(part) for part in _seen(sight)),
        )
        .group_by(person)
    )
    if sight.whole:
        return {}
    return {person_id: number for person_id, number in await session.execute(statement)}


def _seen(sight: Sight) -> list[ColumnElement[bool]]:
    if sight.whole:
        return []
    own = ClinicalDocument.author_id == sight.author_id if sight.author_id else false()
    return [or_(ClinicalDocument.restricted.is_(False), own)]


async def chain(session: Session, patient_id: str) -> Sequence[ClinicalDocument]:
    """Every signed document of a patient, in the order of signing."""
    statement = select(ClinicalDocument).where(
        ClinicalDocument.patient_id == patient_id, ClinicalDocument.sequence.is_not(None)
    )
    return (await session.scalars(statement.order_by(ClinicalDocument.sequence))).all()


async def head(session: Session, patient_id: str) -> RecordHead | None:
    """The end of a patient's chain."""
    return await session.get(RecordHead, patient_id)


async def locked_head(session: Session, patient_id: str) -> RecordHead:
    """The end of a patient's chain, nobody else signing until the transaction ends."""
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    first = dialect.insert(RecordHead).values(
        patient_id=patient_id, sequence=0, sha256=CHAIN_ORIGIN, chain_sha256=CHAIN_ORIGIN
    )
    await session.execute(first.on_conflict_do_nothing())
    statement = select(RecordHead).where(RecordHead.patient_id == patient_id).with_for_update()
    return (await session.scalars(statement)).one()


async def locked_document(session: Session, document_id: str) -> ClinicalDocument | None:
    """The document, nobody else changing it until the transaction ends."""
    statement = select(ClinicalDocument).where(ClinicalDocument.id == document_id)
    return (await session.scalars(statement.with_for_update())).one_or_none()
