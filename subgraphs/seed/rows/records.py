"""The records database: the documents signed as the service signs them, chained by patient."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Table

from subgraphs.kit.settings import ServiceSettings
from subgraphs.records.domain.content import KIND_OF, to_json
from subgraphs.records.domain.document import DocumentStatus
from subgraphs.records.domain.sensitivity import codes_in, is_sensitive
from subgraphs.records.domain.signature import (
    Author,
    ChainLink,
    SignedStatement,
    Signer,
    next_link,
)
from subgraphs.records.domain.simulated_signer import SimulatedSigner
from subgraphs.records.models import ClinicalDocument, DocumentEvent, RecordHead
from subgraphs.records.models import Encounter as EncounterRow
from subgraphs.records.service.documents import stored
from subgraphs.seed.draw import seeded_id
from subgraphs.seed.generate.care import Document, Encounter
from subgraphs.seed.load import Parcel, Row, TableRows, batches
from subgraphs.seed.plan import SeedPlan


def record_parcels(plan: SeedPlan, encounters: Iterable[Encounter]) -> Iterator[Parcel]:
    """The encounters in order of time with their documents, and at last the ends of the chains."""
    secret = ServiceSettings.of("records").signing_secret.get_secret_value()
    desk = _SigningDesk(SimulatedSigner(secret))
    for some in batches(encounters):
        documents = [(one, document) for one in some for document in one.documents]
        yield [
            TableRows(_table(EncounterRow), [_encounter(encounter) for encounter in some]),
            TableRows(
                _table(ClinicalDocument),
                [desk.row(encounter, document) for encounter, document in documents],
            ),
            TableRows(
                _table(DocumentEvent),
                [row for pair in documents for row in _events(plan, *pair)],
            ),
        ]
    yield [TableRows(_table(RecordHead), desk.heads())]


def _table(model: Any) -> Table:
    table: Table = model.__table__
    return table


def _encounter(encounter: Encounter) -> Row:
    visit = encounter.visit
    return {
        "id": encounter.id,
        "version": 2 if encounter.closed_at else 1,
        "appointment_id": visit.id,
        "patient_id": visit.person.id,
        "practitioner_id": visit.practitioner.id,
        "practitioner_name": visit.practitioner.name,
        "practitioner_council": visit.practitioner.council,
        "service_day": visit.span.starts_at.astimezone(visit.practitioner.clinic.zone).date(),
        "started_at": encounter.opened_at,
        "closed_at": encounter.closed_at,
    }


@dataclass(frozen=True, slots=True)
class _Signed:
    """What signing adds to a document."""

    statement: str
    sha256: str
    signature: str
    link: ChainLink


class _SigningDesk:
    """Signs documents, and knows the end of each patient's chain."""

    def __init__(self, signer: Signer) -> None:
        self._signer = signer
        self._ends: dict[str, ChainLink] = {}

    def row(self, encounter: Encounter, document: Document) -> Row:
        """The document's row, signed if the document is."""
        practitioner, patient_id = encounter.visit.practitioner, encounter.visit.person.id
        signed = self._sign(encounter, document) if document.signed_at else None
        status = DocumentStatus.SIGNED if signed else DocumentStatus.DRAFT
        return {
            "id": document.id,
            "version": 2 if signed else 1,
            "kind": KIND_OF[type(document.content)].value,
            "status": status.value,
            "encounter_id": encounter.id,
            "patient_id": patient_id,
            "author_id": practitioner.id,
            "author_name": practitioner.name,
            "author_council": practitioner.council,
            "amends_id": None,
            "content": stored(document.content),
            "restricted": is_sensitive(codes_in(to_json(document.content))),
            "created_at": document.written_at,
            "signed_at": document.signed_at,
            "statement": signed.statement if signed else None,
            "sha256": signed.sha256 if signed else None,
            "signature": signed.signature if signed else None,
            "sequence": signed.link.sequence if signed else None,
            "chain_sha256": signed.link.chain_sha256 if signed else None,
        }

    def heads(self) -> list[Row]:
        """The end of each chain."""
        return [
            {
                "patient_id": patient_id,
                "sequence": end.sequence,
                "sha256": end.sha256,
                "chain_sha256": end.chain_sha256,
            }
            for patient_id, end in self._ends.items()
        ]

    def _sign(self, encounter: Encounter, document: Document) -> _Signed:
        assert document.signed_at is not None
        practitioner, patient_id = encounter.visit.practitioner, encounter.visit.person.id
        statement = SignedStatement(
            document_id=document.id,
            kind=KIND_OF[type(document.content)],
            patient_id=patient_id,
            encounter_id=encounter.id,
            author=Author(practitioner.id, practitioner.name, practitioner.council),
            signed_at=document.signed_at,
            amends_id=None,
            content=to_json(document.content),
        ).canonical_bytes()
        digest = hashlib.sha256(statement)
        link = next_link(self._ends.get(patient_id), digest.hexdigest())
        self._ends[patient_id] = link
        signature = self._signer.sign(practitioner.id, digest.digest())
        return _Signed(statement.decode(), digest.hexdigest(), signature, link)


def _events(plan: SeedPlan, encounter: Encounter, document: Document) -> Iterator[Row]:
    steps: list[tuple[DocumentStatus | None, DocumentStatus, datetime]] = [
        (None, DocumentStatus.DRAFT, document.written_at)
    ]
    if document.signed_at:
        steps.append((DocumentStatus.DRAFT, DocumentStatus.SIGNED, document.signed_at))
    for origin, target, at in steps:
        yield {
            "id": seeded_id(plan.seed, f"{document.id} {target.value}", 0, at),
            "document_id": document.id,
            "from_status": origin.value if origin else None,
            "to_status": target.value,
            "at": at,
            "actor": encounter.visit.practitioner.id,
            "reason": None,
        }
