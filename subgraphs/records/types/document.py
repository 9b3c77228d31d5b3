"""Clinical documents as the graph shows them: one interface, one type for each kind."""

import json
from datetime import datetime
from typing import Any, Self

import strawberry

from subgraphs.records import models
from subgraphs.records.domain.cid10 import CID10
from subgraphs.records.domain.content import ReferralUrgency
from subgraphs.records.domain.document import DocumentKind, DocumentStatus
from subgraphs.records.types.access import DOCUMENT, READ_OR_OWN
from subgraphs.records.types.context import Info
from subgraphs.records.types.references import Practitioner

strawberry.enum(DocumentStatus)
strawberry.enum(ReferralUrgency)


@strawberry.type
class Diagnosis:
    """A diagnosis by its code in CID-10, the Brazilian ICD-10."""

    cid10: str
    """The code, like J06.9."""
    description: str
    """Its title in Portuguese."""

    @classmethod
    def of(cls, code: str) -> Self:
        """The code, with its title."""
        return cls(cid10=code, description=CID10.get(code, ""))


@strawberry.type
class DocumentEvent:
    """One step in the life of a document."""

    at: datetime
    """When."""
    from_status: DocumentStatus | None
    """The status before; null for the first."""
    to_status: DocumentStatus
    """The status after."""
    actor: str
    """Who made the change."""
    reason: str | None
    """Why, where a reason was given."""

    @classmethod
    def of(cls, row: models.DocumentEvent) -> Self:
        """The stored event, shown."""
        return cls(
            at=row.at,
            from_status=DocumentStatus(row.from_status) if row.from_status else None,
            to_status=DocumentStatus(row.to_status),
            actor=row.actor,
            reason=row.reason,
        )


@strawberry.federation.interface(keys=["id"])
class ClinicalDocument:
    """Something written in an encounter, and signed. Signed, it never changes."""

    row: strawberry.Private[models.ClinicalDocument]
    id: strawberry.ID
    """The identifier in this network."""
    version: int
    """Grows with each change; a change says which version it was made for."""
    status: DocumentStatus
    """Where the document stands."""
    created_at: datetime
    """When it was begun."""
    author_name: str
    """The author's name, as the document says it."""
    author_council: str
    """The author's council registration, as the document says it: "CRM 123456/SP"."""
    signed_at: datetime | None
    """When it was signed; null for a draft."""
    restricted: bool
    """Whether it tells of something more sensitive, and is for fewer eyes than the rest."""
    sha256: str | None
    """The digest of the signed bytes, in hexadecimal."""
    signature: str | None
    """The author's detached signature of that digest."""

    @classmethod
    async def resolve_reference(cls, info: Info, id: strawberry.ID) -> "ClinicalDocument | None":
        """The document with this id, of whatever kind; null where there is none."""
        return await document_by_id(info, id)

    @strawberry.field
    def author(self) -> Practitioner | None:
        """Who wrote it."""
        return Practitioner(id=strawberry.ID(self.row.author_id))

    @strawberry.field
    async def amends(self, info: Info) -> "ClinicalDocument | None":
        """The document that this one corrects."""
        if self.row.amends_id is None:
            return None
        return await document_by_id(info, self.row.amends_id)

    @strawberry.field
    async def amended_by(self, info: Info) -> "ClinicalDocument | None":
        """The signed document that corrects this one."""
        amendments = await info.context.loaders.amendments.load(self.row.id)
        return shown(amendments[0]) if amendments else None

    @strawberry.field
    async def history(self, info: Info) -> list[DocumentEvent]:
        """Every change of status, the first one first."""
        events = await info.context.loaders.events.load(self.row.id)
        return [DocumentEvent.of(event) for event in events or []]

    def content(self) -> dict[str, Any]:
        """What the document says, by the names of the domain."""
        content: dict[str, Any] = json.loads(self.row.content)
        return content


@strawberry.federation.type(keys=["id"], directives=[READ_OR_OWN, DOCUMENT])
class ConsultationNote(ClinicalDocument):
    """What was found and decided in a consultation, in the four parts of SOAP."""

    @strawberry.field
    def subjective(self) -> str | None:
        """What the patient tells."""
        return _text(self.content()["subjective"])

    @strawberry.field
    def objective(self) -> str | None:
        """What was found."""
        return _text(self.content()["objective"])

    @strawberry.field
    def assessment(self) -> str | None:
        """What the author makes of it."""
        return _text(self.content()["assessment"])

    @strawberry.field
    def plan(self) -> str | None:
        """What is to be done."""
        return _text(self.content()["plan"])

    @strawberry.field
    def diagnoses(self) -> list[Diagnosis]:
        """The diagnoses, the main one first."""
        return [Diagnosis.of(code) for code in self.content()["diagnoses"]]


@strawberry.federation.type(keys=["id"], directives=[READ_OR_OWN, DOCUMENT])
class ExamRequest(ClinicalDocument):
    """Exams asked for."""

    @strawberry.field
    def tuss_codes(self) -> list[str]:
        """The exams, by their codes in TUSS table 22."""
        codes: list[str] = self.content()["tuss_codes"]
        return codes

    @strawberry.field
    def clinical_indication(self) -> str:
        """Why they are asked for."""
        return str(self.content()["clinical_indication"])


@strawberry.type
class PrescriptionItem:
    """One medication of a prescription."""

    medication: str
    """The name, with strength and form."""
    dosage: str
    """How much, how often, for how long."""
    quantity: str | None
    """How much to dispense."""


@strawberry.federation.type(keys=["id"], directives=[READ_OR_OWN, DOCUMENT])
class Prescription(ClinicalDocument):
    """Medications prescribed."""

    @strawberry.field
    def items(self) -> list[PrescriptionItem]:
        """The medications, in the order written."""
        return [PrescriptionItem(**item) for item in self.content()["items"]]


@strawberry.federation.type(keys=["id"], directives=[READ_OR_OWN, DOCUMENT])
class MedicalCertificate(ClinicalDocument):
    """Leave from work or school (atestado)."""

    @strawberry.field
    def days(self) -> int:
        """How many days."""
        return int(self.content()["days"])

    @strawberry.field
    def cid_disclosed(self) -> str | None:
        """The diagnosis, where the patient allowed it to be shown."""
        return _text(self.content()["cid_disclosed"])


@strawberry.federation.type(keys=["id"], directives=[READ_OR_OWN, DOCUMENT])
class Referral(ClinicalDocument):
    """A patient sent to another specialty (encaminhamento)."""

    @strawberry.field
    def specialty(self) -> str:
        """Where to."""
        return str(self.content()["specialty"])

    @strawberry.field
    def reason(self) -> str:
        """Why, and what the colleague there must know."""
        return str(self.content()["reason"])

    @strawberry.field
    def urgency(self) -> ReferralUrgency:
        """How soon the patient must be seen."""
        return ReferralUrgency(self.content()["urgency"])

    @strawberry.field
    def diagnoses(self) -> list[Diagnosis]:
        """The diagnoses known so far, the main one first."""
        return [Diagnosis.of(code) for code in self.content()["diagnoses"]]


_TYPES: dict[DocumentKind, type[ClinicalDocument]] = {
    DocumentKind.CONSULTATION_NOTE: ConsultationNote,
    DocumentKind.EXAM_REQUEST: ExamRequest,
    DocumentKind.PRESCRIPTION: Prescription,
    DocumentKind.MEDICAL_CERTIFICATE: MedicalCertificate,
    DocumentKind.REFERRAL: Referral,
}

DOCUMENT_TYPES = tuple(_TYPES.values())


def shown(row: models.ClinicalDocument) -> ClinicalDocument:
    """The stored document as the type of its kind."""
    return _TYPES[DocumentKind(row.kind)](
        row=row,
        id=strawberry.ID(row.id),
        version=row.version,
        status=DocumentStatus(row.status),
        created_at=row.created_at,
        author_name=row.author_name,
        author_council=row.author_council,
        signed_at=row.signed_at,
        restricted=row.restricted,
        sha256=row.sha256,
        signature=row.signature,
    )


async def document_by_id(info: Info, document_id: str) -> ClinicalDocument | None:
    """The document with this id; None where there is none."""
    row = await info.context.loaders.documents.load(document_id)
    return shown(row) if row else None


def _text(value: Any) -> str | None:
    return None if value is None else str(value)
