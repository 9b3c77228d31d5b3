"""Searches for patients are noted before anything is shown, refused ones too.

What was typed is not kept: it is a personal datum itself. Kept is of which kind it was.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Self

import strawberry

from subgraphs.kit.auth.policies import Access
from subgraphs.kit.identifiers import new_id
from subgraphs.patients.domain.search import SearchKind
from subgraphs.patients.models import SearchEventRow
from subgraphs.patients.repository import search_log
from subgraphs.patients.types.context import PatientsContext

strawberry.enum(SearchKind)

_SEARCHES = {
    "Query.patients": SearchKind.NAME,
    "Query.patientByCpf": SearchKind.NUMBER,
    "Query.duplicateCandidates": SearchKind.LIKENESS,
}


@strawberry.type
class SearchEvent:
    """That somebody searched for patients, or tried to."""

    at: datetime
    """When."""
    actor_id: strawberry.ID
    """Who."""
    actor_roles: list[str]
    """What they were, as their token said."""
    kind: SearchKind
    """By what."""
    shown: int
    """How many registrations were shown."""
    patient_id: strawberry.ID | None
    """Whose registration was shown, where it was a single one."""
    granted: bool
    """Whether it was answered; false where it was refused."""
    request_id: str
    """The request, as the services' logs name it."""

    @classmethod
    def of(cls, row: SearchEventRow) -> Self:
        """The stored event, shown."""
        return cls(
            at=row.at,
            actor_id=strawberry.ID(row.actor_id),
            actor_roles=row.actor_roles.split(),
            kind=SearchKind(row.kind),
            shown=row.shown,
            patient_id=strawberry.ID(row.patient_id) if row.patient_id else None,
            granted=row.granted,
            request_id=row.request_id,
        )


async def note_search(context: PatientsContext, kind: SearchKind, shown: Sequence[str]) -> None:
    """Write down that these registrations are about to be shown."""
    await _note(context, kind, shown, granted=True)


async def note_refusal(access: Access, allowed: bool) -> None:
    """Write a refused search down; other refusals show nothing of anybody."""
    kind = _SEARCHES.get(access.element)
    if kind is not None and not allowed:
        await _note(access.context, kind, (), granted=False)


async def _note(
    context: PatientsContext, kind: SearchKind, shown: Sequence[str], *, granted: bool
) -> None:
    actor = context.actor
    event = SearchEventRow(
        id=new_id(),
        at=context.clock.now(),
        actor_id=actor.id[:200],
        actor_roles=" ".join(sorted(actor.roles))[:200],
        kind=kind.value,
        shown=len(shown),
        patient_id=shown[0] if len(shown) == 1 else None,
        granted=granted,
        request_id=context.request_id[:64],
    )
    async with context.database.transaction() as session:
        await search_log.note(session, event)
