"""Reading who searched for patients."""

from datetime import datetime

import strawberry

from subgraphs.kit.directives import with_directives
from subgraphs.kit.pagination import Connection
from subgraphs.patients.repository import search_log
from subgraphs.patients.types.access import AUDIT
from subgraphs.patients.types.context import Info
from subgraphs.patients.types.patient import STAFF
from subgraphs.patients.types.search_log import SearchEvent


@strawberry.type
class SearchLogQuery:
    """The log of searches."""

    @with_directives(AUDIT, STAFF)
    @strawberry.field
    async def patient_search_log(
        self,
        info: Info,
        actor_id: strawberry.ID | None = None,
        first: int = 50,
        after: str | None = None,
    ) -> Connection[SearchEvent]:
        """Who searched for patients, or was refused it, the latest first."""
        cursors = info.context.cursors(f"patientSearchLog {actor_id}")
        request = cursors.request(first, after, _sort_values)
        async with info.context.database.read() as session:
            page = await search_log.noted(session, actor_id, request)
        return cursors.connection(
            page, request, node=SearchEvent.of, values=lambda row: (row.at, row.id)
        )


def _sort_values(values: list[str]) -> tuple[datetime, str]:
    at, event_id = values
    return datetime.fromisoformat(at), event_id
