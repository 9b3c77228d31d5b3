"""A copy of a record, and how long the record is kept."""

from datetime import date, datetime
from decimal import Decimal

import orjson
import strawberry

from subgraphs.kit.directives import with_directives
from subgraphs.records.fhir.bundle import bundle
from subgraphs.records.service import export
from subgraphs.records.types.access import IN_CARE_OR_OWN, READ_OR_AUDIT, READ_OR_OWN, STAFF
from subgraphs.records.types.context import Info


@strawberry.type
class FhirBundle:
    """A patient's record as a FHIR R4 bundle."""

    resources: int
    """How many resources it has."""
    json: str
    """The bundle, as JSON text (media type application/fhir+json)."""


@strawberry.type
class RecordRetention:
    """How long a record is kept at least; nothing deletes it by itself afterwards either."""

    last_entry_at: datetime
    """When something was last written in it."""
    kept_until: date
    """Twenty years later (law 13.787/2018, article 6)."""


@strawberry.type
class ExportQuery:
    """Copies of records."""

    @with_directives(READ_OR_OWN, IN_CARE_OR_OWN)
    @strawberry.field
    async def record_as_fhir(self, info: Info, patient_id: strawberry.ID) -> FhirBundle:
        """The patient's record as a FHIR R4 bundle: what is signed, and what was found.

        What is more sensitive than the caller may see is left out.
        """
        sight = await info.context.access.sight_of(patient_id)
        async with info.context.database.read() as session:
            record = await export.gather(session, patient_id, sight)
        made = bundle(record, info.context.clock.now())
        text = orjson.dumps(made, default=_exact).decode()
        return FhirBundle(resources=len(made["entry"]), json=text)

    @with_directives(READ_OR_AUDIT, STAFF)
    @strawberry.field
    async def record_retention(
        self, info: Info, patient_id: strawberry.ID
    ) -> RecordRetention | None:
        """How long the law has the patient's record kept; null where there is none."""
        async with info.context.database.read() as session:
            found = await export.retention(session, patient_id)
        if found is None:
            return None
        return RecordRetention(last_entry_at=found.last_entry_at, kept_until=found.kept_until)


def _exact(value: object) -> orjson.Fragment:
    """A decimal as a JSON number with all its places."""
    if isinstance(value, Decimal):
        return orjson.Fragment(f"{value:f}")
    raise TypeError(f"{type(value).__name__} is nothing that FHIR knows")
