"""What can be asked of records."""

import strawberry

from subgraphs.kit.directives import with_directives
from subgraphs.records.domain import cid10
from subgraphs.records.schema.access import AccessQuery
from subgraphs.records.schema.export import ExportQuery
from subgraphs.records.service import signing
from subgraphs.records.types.access import READ_OR_AUDIT, READ_OR_OWN, TIMES
from subgraphs.records.types.context import Info
from subgraphs.records.types.document import ClinicalDocument, Diagnosis, document_by_id
from subgraphs.records.types.encounter import Encounter


@strawberry.type
class RecordVerification:
    """Whether a patient's signed documents are as they were signed, each and as a chain."""

    documents: int
    """How many documents were verified."""
    broken_at: int | None
    """The place of the first document that is not as it was signed; null where all are."""


@strawberry.type
class Query(AccessQuery, ExportQuery):
    """What can be asked in the clinic network."""

    @with_directives(TIMES)
    @strawberry.field
    async def encounter(self, info: Info, id: strawberry.ID) -> Encounter | None:
        """The encounter with this id."""
        return await Encounter.resolve_reference(info, id)

    @with_directives(READ_OR_OWN)
    @strawberry.field
    async def clinical_document(self, info: Info, id: strawberry.ID) -> ClinicalDocument | None:
        """The document with this id, of whatever kind."""
        return await document_by_id(info, id)

    @with_directives(READ_OR_AUDIT)
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
