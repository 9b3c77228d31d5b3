"""The log of accesses, and emergencies, as the graph shows them."""

from datetime import datetime
from typing import Self

import strawberry

from subgraphs.records import models
from subgraphs.records.domain.access import AccessPurpose

strawberry.enum(AccessPurpose)


@strawberry.type
class AccessEvent:
    """That somebody read, or tried to read, what is clinical."""

    at: datetime
    """When."""
    actor_id: strawberry.ID
    """Who."""
    actor_roles: list[str]
    """What they were, as their token said."""
    document_id: strawberry.ID | None
    """Which document; null where it was something else of the record."""
    element: str
    """The type or field of the graph by which it was read."""
    purpose: AccessPurpose
    """What for."""
    granted: bool
    """Whether it was shown; false where it was refused."""
    break_glass: bool
    """Whether it was an emergency that opened the record."""
    request_id: str
    """The request, as the services' logs name it."""

    @classmethod
    def of(cls, row: models.AccessEvent) -> Self:
        """The stored event, shown."""
        return cls(
            at=row.at,
            actor_id=strawberry.ID(row.actor_id),
            actor_roles=row.actor_roles.split(),
            document_id=strawberry.ID(row.document_id) if row.document_id else None,
            element=row.element,
            purpose=AccessPurpose(row.purpose),
            granted=row.granted,
            break_glass=row.purpose == AccessPurpose.EMERGENCY,
            request_id=row.request_id,
        )


@strawberry.type
class Emergency:
    """That somebody opened a record in an emergency."""

    id: strawberry.ID
    """The identifier in this network."""
    actor_id: strawberry.ID
    """Who."""
    at: datetime
    """When."""
    expires_at: datetime
    """Until when the record is open."""
    justification: str
    """Why."""

    @classmethod
    def of(cls, row: models.BreakGlass) -> Self:
        """The stored emergency, shown."""
        return cls(
            id=strawberry.ID(row.id),
            actor_id=strawberry.ID(row.actor_id),
            at=row.at,
            expires_at=row.expires_at,
            justification=row.justification,
        )
