"""Price tables as the graph shows them."""

from datetime import date, datetime
from typing import Self

import strawberry
from strawberry import ID

from subgraphs.billing.domain.price_table import TableVersion
from subgraphs.billing.models import PriceTableVersion
from subgraphs.billing.types.access import READERS


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
