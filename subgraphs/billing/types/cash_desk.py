"""Cash desks as the graph shows them."""

from datetime import datetime
from typing import Self

import strawberry
from strawberry import ID

from subgraphs.billing.models import CashDeskRow
from subgraphs.billing.types.access import READERS
from subgraphs.billing.types.amounts import known_money
from subgraphs.kit.money import Money


@strawberry.federation.type(requires_scopes=READERS)
class CashDesk:
    """A clerk's desk at a clinic, from opening to closing."""

    id: ID
    """The identifier in this network."""
    clerk: str
    """Whose desk."""
    opening_float: Money
    """The change that was in it when it was opened."""
    opened_at: datetime
    """When it was opened."""
    closed_at: datetime | None
    """When it was closed."""
    counted: Money | None
    """What was counted in it at closing."""
    expected: Money | None
    """What had to be in it at closing: the float, and all cash that came and went."""
    difference: Money | None
    """What was too much; negative for what was missing."""

    @classmethod
    def of(cls, row: CashDeskRow) -> Self:
        """The stored desk, shown."""
        counted, expected = row.counted, row.expected
        return cls(
            id=ID(row.id),
            clerk=row.clerk,
            opening_float=Money.of(row.opening_float),
            opened_at=row.opened_at,
            closed_at=row.closed_at,
            counted=known_money(row.counted),
            expected=known_money(row.expected),
            difference=(
                None if counted is None or expected is None else Money.of(counted - expected)
            ),
        )
