"""Receivables by age as the graph shows them."""

from typing import Self

import strawberry

from subgraphs.billing.domain import receivables
from subgraphs.billing.types.access import READERS
from subgraphs.kit.money import Money


@strawberry.federation.type(requires_scopes=READERS)
class Receivable:
    """What is owed on open invoices whose service was so many days ago."""

    from_days: int
    """The youngest age in the band."""
    to_days: int | None
    """The oldest age in the band; null for the last band."""
    invoices: int
    """How many invoices."""
    from_patients: Money
    """What patients owe on them."""
    from_plans: Money
    """What plans owe on them."""

    @classmethod
    def of(cls, found: receivables.Receivable) -> Self:
        """The sums, shown."""
        return cls(
            from_days=found.band.from_days,
            to_days=found.band.to_days,
            invoices=found.invoices,
            from_patients=Money.of(found.from_patients),
            from_plans=Money.of(found.from_plans),
        )
