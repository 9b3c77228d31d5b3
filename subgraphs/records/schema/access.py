"""Opening a record in an emergency, and reading who read what."""

from datetime import datetime
from uuid import UUID

import strawberry

from subgraphs.kit.directives import with_directives
from subgraphs.kit.pagination import Connection
from subgraphs.records.repository import access as repository
from subgraphs.records.schema.once import Once
from subgraphs.records.service import access
from subgraphs.records.service.documents import Moment
from subgraphs.records.types.access import AUDIT, READ, STAFF
from subgraphs.records.types.audit import AccessEvent, Emergency
from subgraphs.records.types.context import Info
from subgraphs.records.types.results import BreakGlassResult


@strawberry.input
class BreakGlassInput:
    """An emergency in which somebody must read a record who does not care for the patient."""

    idempotency_key: UUID
    """Repeated with the same key, it is done once and answered alike."""
    patient_id: strawberry.ID
    """Whose record."""
    justification: str
    """Why; the privacy officer reads it."""


@strawberry.type
class AccessMutation:
    """Access in an emergency."""

    @with_directives(READ, STAFF)
    @strawberry.mutation
    async def break_glass(self, info: Info, input: BreakGlassInput) -> BreakGlassResult:
        """Open a patient's record for four hours, for a reason that is kept and looked at."""
        moment = Moment(info.context.actor.id, info.context.clock.now())
        answer: BreakGlassResult = await Once(info.context, "breakGlass", input).answer(
            lambda session: access.break_glass(
                session, input.patient_id, input.justification, moment
            ),
            lambda id: _emergency(info, id),
        )
        return answer


@strawberry.type
class AccessQuery:
    """The log of accesses."""

    @with_directives(AUDIT, STAFF)
    @strawberry.field
    async def record_access_log(
        self, info: Info, patient_id: strawberry.ID, first: int = 50, after: str | None = None
    ) -> Connection[AccessEvent]:
        """Who read what of a patient's record, or was refused it, the latest first."""
        cursors = info.context.cursors(f"recordAccessLog {patient_id}")
        request = cursors.request(first, after, _sort_values)
        person = await info.context.loaders.persons.load(patient_id)
        async with info.context.database.read() as session:
            page = await repository.logged(session, person.registrations, request)
        return cursors.connection(
            page, request, node=AccessEvent.of, values=lambda row: (row.at, row.id)
        )


async def _emergency(info: Info, id: str) -> Emergency:
    async with info.context.database.read() as session:
        row = await repository.break_glass(session, id)
    assert row is not None, "it was written in this request, and nothing is deleted"
    return Emergency.of(row)


def _sort_values(values: list[str]) -> tuple[datetime, str]:
    at, event_id = values
    return datetime.fromisoformat(at), event_id
