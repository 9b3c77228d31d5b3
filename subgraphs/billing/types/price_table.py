"""Price tables as the graph shows them."""

from datetime import date, datetime, time
from decimal import Decimal
from typing import Self

import strawberry
from strawberry import ID

from subgraphs.billing.domain.modifier import Modifier, ModifierKind
from subgraphs.billing.domain.price_table import TableVersion
from subgraphs.billing.models import PriceTableVersion
from subgraphs.billing.types.access import READERS
from subgraphs.billing.types.context import Info


@strawberry.federation.type(name="PriceModifier", requires_scopes=READERS)
class ShownModifier:
    """What a contract multiplies prices by, and when."""

    kind: ModifierKind
    """When it counts."""
    factor: Decimal
    """What the price is multiplied by."""
    tuss_prefixes: list[str]
    """How the codes begin that it is about; none means all."""
    regular_from: time
    """From when working days are regular hours."""
    regular_until: time
    """Until when working days are regular hours."""

    @classmethod
    def of(cls, modifier: Modifier) -> Self:
        """The modifier, shown."""
        return cls(
            kind=modifier.kind,
            factor=modifier.factor,
            tuss_prefixes=list(modifier.tuss_prefixes),
            regular_from=modifier.regular_from,
            regular_until=modifier.regular_until,
        )


@strawberry.federation.type(requires_scopes=READERS)
class PriceTable:
    """A version of a payer's prices. It holds until the payer's next version begins."""

    id: ID
    """The identifier in this network."""
    payer: str
    """PRIVATE for the clinic's own prices, else the insurer's registry with ANS."""
    valid_from: date
    """The first day of service on which it counts."""
    label: str
    """What invoice lines quote."""
    published_at: datetime
    """When it was published."""

    @strawberry.field
    async def modifiers(self, info: Info) -> list[ShownModifier]:
        """What the contract multiplies its prices by, and when."""
        found = await info.context.loaders.price_modifiers.load(self.id)
        return [ShownModifier.of(modifier) for modifier in found or ()]

    @classmethod
    def of(cls, row: PriceTableVersion) -> Self:
        """The stored version, shown."""
        return cls(
            id=ID(row.id),
            payer=row.payer,
            valid_from=row.valid_from,
            label=TableVersion(row.id, row.payer, row.valid_from).label,
            published_at=row.published_at,
        )
