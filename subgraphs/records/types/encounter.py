"""Encounters as the graph shows them, and what records adds to appointments and patients."""

import json
from datetime import datetime
from typing import Self

import strawberry

from subgraphs.kit.directives import with_directives
from subgraphs.kit.pagination import Connection
from subgraphs.records import models
from subgraphs.records.domain.document import DocumentKind, DocumentStatus
from subgraphs.records.domain.sensitivity import is_sensitive
from subgraphs.records.repository.documents import RecordPageRequest
from subgraphs.records.types.access import (
    IN_CARE,
    IN_CARE_OR_OWN,
    PROCEDURES,
    READ,
    READ_OR_OWN,
    TIMES,
)
from subgraphs.records.types.context import Info
from subgraphs.records.types.document import ClinicalDocument, shown
from subgraphs.records.types.findings import Allergy, Problem, VitalSigns
from subgraphs.records.types.references import Practitioner


@strawberry.type
class ProcedureRequest:
    """What a document asks for, by codes alone: enough to bill it, and nothing clinical."""

    document_id: strawberry.ID
    """The document."""
    status: DocumentStatus
    """Where the document stands."""
    tuss_codes: list[str]
    """The procedures, by their codes in TUSS table 22."""


@strawberry.federation.type(keys=["id"], directives=[TIMES])
class Encounter:
    """A patient with a practitioner, opened from an appointment."""

    row: strawberry.Private[models.Encounter]
    id: strawberry.ID
    """The identifier in this network."""
    version: int
    """Grows with each change; a change says which version it was made for."""
    started_at: datetime
    """When it was opened."""
    closed_at: datetime | None
    """When it was closed; from then on it takes only amendments."""

    @classmethod
    def of(cls, row: models.Encounter) -> Self:
        """The stored encounter, shown."""
        return cls(
            row=row,
            id=strawberry.ID(row.id),
            version=row.version,
            started_at=row.started_at,
            closed_at=row.closed_at,
        )

    @classmethod
    async def resolve_reference(cls, info: Info, id: strawberry.ID) -> Self | None:
        """The encounter with this id; null where there is none."""
        row = await info.context.loaders.encounters.load(id)
        return cls.of(row) if row else None

    @strawberry.field
    def appointment(self) -> "Appointment | None":
        """The appointment that it was opened from."""
        return Appointment(id=strawberry.ID(self.row.appointment_id))

    @strawberry.field
    def patient(self) -> "Patient | None":
        """Who is seen."""
        return Patient(id=strawberry.ID(self.row.patient_id))

    @strawberry.field
    def practitioner(self) -> Practitioner | None:
        """Who sees the patient."""
        return Practitioner(id=strawberry.ID(self.row.practitioner_id))

    @strawberry.field
    async def signed_documents(self, info: Info) -> int:
        """How many of its documents are signed and not struck."""
        rows = await info.context.loaders.documents_by_encounter.load(self.row.id)
        return sum(
            row.status in (DocumentStatus.SIGNED, DocumentStatus.AMENDED) for row in rows or []
        )

    @with_directives(PROCEDURES)
    @strawberry.field
    async def procedure_requests(self, info: Info) -> list[ProcedureRequest]:
        """What its documents ask for, drafts included, by codes alone."""
        rows = await info.context.loaders.documents_by_encounter.load(self.row.id)
        return [
            ProcedureRequest(
                document_id=strawberry.ID(row.id),
                status=DocumentStatus(row.status),
                tuss_codes=json.loads(row.content)["tuss_codes"],
            )
            for row in rows or []
            if row.kind == DocumentKind.EXAM_REQUEST
        ]

    @with_directives(READ, IN_CARE)
    @strawberry.field
    async def documents(self, info: Info) -> list[ClinicalDocument]:
        """What is written in it, drafts included, in the order in which it was begun.

        What is more sensitive than the caller may see is left out.
        """
        rows = await info.context.loaders.documents_by_encounter.load(self.row.id)
        sight = await info.context.access.sight_of(self.row.patient_id)
        return [shown(row) for row in rows or [] if sight.covers(row.restricted, row.author_id)]

    @with_directives(READ, IN_CARE)
    @strawberry.field
    async def vital_signs(self, info: Info) -> list[VitalSigns]:
        """What was measured in it, in order."""
        rows = await info.context.loaders.vital_signs_by_encounter.load(self.row.id)
        return [VitalSigns.of(row) for row in rows or []]


@strawberry.federation.type(keys=["id"])
class Appointment:
    # No description: the owner, appointments, describes it.
    id: strawberry.ID

    @classmethod
    def resolve_reference(cls, id: strawberry.ID) -> Self:
        """An appointment by id. Whether there is one is for the appointments service to say."""
        return cls(id=id)

    @with_directives(TIMES)
    @strawberry.field
    async def encounter(self, info: Info) -> Encounter | None:
        """The encounter that was opened from it."""
        row = await info.context.loaders.encounters_by_appointment.load(self.id)
        return Encounter.of(row) if row else None


@strawberry.federation.type(keys=["id"])
class Patient:
    # No description: the owner, patients, describes it.
    id: strawberry.ID

    @classmethod
    def resolve_reference(cls, id: strawberry.ID) -> Self:
        """A patient by id. Whether there is one is for the patients service to say."""
        return cls(id=id)

    @with_directives(READ_OR_OWN, IN_CARE_OR_OWN)
    @strawberry.field
    async def record(
        self, info: Info, first: int = 20, after: str | None = None
    ) -> Connection[ClinicalDocument] | None:
        """The patient's signed documents, the latest first. Amended and struck ones stay in it.

        What is more sensitive than the caller may see is left out: see `restrictedDocuments`.
        """
        cursors = info.context.cursors("patient.record")
        request = cursors.request(first, after, _sort_values)
        sight = await info.context.access.sight_of(self.id)
        wanted = RecordPageRequest(request.first, request.after, sight)
        page = await info.context.loaders.record_pages.load((self.id, wanted))
        return cursors.connection(
            page, request, node=shown, values=lambda row: (row.signed_at, row.id)
        )

    @with_directives(READ_OR_OWN, IN_CARE_OR_OWN)
    @strawberry.field
    async def restricted_documents(self, info: Info) -> int | None:
        """How many signed documents `record` leaves out, because they are more sensitive."""
        sight = await info.context.access.sight_of(self.id)
        return await info.context.loaders.left_out.load((self.id, sight))

    @with_directives(READ_OR_OWN, IN_CARE_OR_OWN)
    @strawberry.field
    async def allergies(self, info: Info) -> list[Allergy] | None:
        """What harms the patient."""
        rows = await info.context.loaders.allergies.load(self.id)
        return [Allergy.of(row) for row in rows]

    @with_directives(READ_OR_OWN, IN_CARE_OR_OWN)
    @strawberry.field
    async def problems(self, info: Info, include_resolved: bool = False) -> list[Problem] | None:
        """The patient's problem list, in order of recording, as far as the caller may see it."""
        rows = await info.context.loaders.problems.load(self.id)
        sight = await info.context.access.sight_of(self.id)
        return [
            Problem.of(row)
            for row in rows
            if (include_resolved or row.resolved_on is None)
            and (sight.whole or not is_sensitive([row.cid10]))
        ]


def _sort_values(values: list[str]) -> tuple[datetime, str]:
    signed_at, document_id = values
    return datetime.fromisoformat(signed_at), document_id
