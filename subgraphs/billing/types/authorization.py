"""Prior authorizations as the graph shows them."""

from datetime import date, datetime
from decimal import Decimal
from typing import Self

import strawberry
from strawberry import ID

from subgraphs.billing.domain.authorization import AuthorizationNeed, AuthorizationStatus
from subgraphs.billing.models import AuthorizationRow
from subgraphs.billing.types.access import ASKERS
from subgraphs.billing.types.context import Info

strawberry.enum(AuthorizationNeed)
strawberry.enum(AuthorizationStatus)


def _granted(row: AuthorizationRow) -> Decimal | None:
    if row.status != AuthorizationStatus.AUTHORIZED:
        return None
    return row.quantity if row.authorized_quantity is None else row.authorized_quantity


@strawberry.federation.type(keys=["id"], requires_scopes=ASKERS)
class Authorization:
    """A procedure that the plan was asked about before it is done."""

    id: ID
    """The identifier in this network."""
    status: AuthorizationStatus
    """How the request stands. Only DENIED is a no."""
    tuss_code: str
    """The procedure."""
    quantity: Decimal
    """How much was asked for."""
    authorized_quantity: Decimal | None
    """How much the plan said yes to; null before a yes."""
    need: AuthorizationNeed | None
    """What the plan wants before it decides; it is sent through the plan's own channel."""
    guia_number: str | None
    """The plan's form number."""
    password: str | None
    """The plan's password (senha), to be quoted in the claim."""
    valid_until: date | None
    """The last day on which the password opens anything."""
    reason_code: str | None
    """Why not, by TISS table 38."""
    reason: str | None
    """Why not, in the plan's words."""
    requested_at: datetime
    """When somebody here asked for it."""
    decided_at: datetime | None
    """When the plan's decision was learned."""

    @classmethod
    def of(cls, row: AuthorizationRow) -> Self:
        """The stored request, shown."""
        return cls(
            id=ID(row.id),
            status=AuthorizationStatus(row.status),
            tuss_code=row.tuss_code,
            quantity=row.quantity,
            authorized_quantity=_granted(row),
            need=AuthorizationNeed(row.need) if row.need else None,
            guia_number=row.guia_number,
            password=row.password,
            valid_until=row.valid_until,
            reason_code=row.reason_code,
            reason=row.reason,
            requested_at=row.requested_at,
            decided_at=row.decided_at,
        )

    @classmethod
    async def resolve_reference(cls, info: Info, id: ID) -> Self | None:
        """The request with this id; null where there is none."""
        row = await info.context.loaders.authorizations.load(id)
        return cls.of(row) if row else None
