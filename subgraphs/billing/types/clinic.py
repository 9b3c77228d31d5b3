"""What the appointments service owns and billing refers to: where a visit is, and what for."""

from datetime import date
from typing import Any, Self

import strawberry
from strawberry import ID
from strawberry.federation.schema_directives import Key
from strawberry.federation.types import FieldSet

from subgraphs.billing.service.closing_days import ClosingRequest
from subgraphs.billing.types.access import READERS
from subgraphs.billing.types.cash_closing import CashClosing
from subgraphs.billing.types.context import Info
from subgraphs.billing.types.estimate import Required
from subgraphs.kit.errors import InvalidInput


def external() -> Any:
    """A field of another service, needed here as an input."""
    return strawberry.federation.field(external=True, default=None)


@strawberry.federation.type(keys=[Key(fields=FieldSet("id"), resolvable=False)])
class HealthcareService:
    """Something that can be booked: a consultation, an exam."""

    id: ID
    """The identifier in this network."""
    tuss_code: str = external()
    """The procedure's code in TUSS table 22, by which plans pay it."""


async def _cash_closing(
    parent: strawberry.Parent["Clinic"], info: Info, day: date
) -> CashClosing | None:
    """What patients paid at the clinic on a day of its calendar, and the desks that took it."""
    zone = (parent.required or {}).get("timeZone")
    if zone is None:
        raise InvalidInput("O fechamento do dia depende de timeZone.")
    request = ClosingRequest(parent.id, zone, day)
    return CashClosing.of(day, await info.context.loaders.closings.load(request))


@strawberry.federation.type(keys=["id"])
class Clinic:
    """A unit of the network."""

    id: ID
    """The identifier in this network."""
    time_zone: str = external()
    """The IANA time zone that its agenda is written in."""
    required: strawberry.Private[Required | None] = None

    @classmethod
    def resolve_reference(cls, id: ID, **required: Any) -> Self:
        """The clinic with this id. Whether there is one, the appointments service knows."""
        return cls(id=id, required=required)

    cash_closing: CashClosing | None = strawberry.federation.field(
        resolver=_cash_closing, requires=["timeZone"], requires_scopes=READERS
    )
