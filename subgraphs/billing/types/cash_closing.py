"""The daily closing of a clinic as the graph shows it."""

from datetime import date
from typing import Self

import strawberry

from subgraphs.billing.domain.cash_closing import MethodTotal, net_of
from subgraphs.billing.domain.payment import PaymentMethod
from subgraphs.billing.repository.cash_closing import DayAtClinic
from subgraphs.billing.types.access import READERS
from subgraphs.billing.types.cash_desk import CashDesk
from subgraphs.kit.money import Money


@strawberry.type
class PaymentMethodTotal:
    """What came in by one method."""

    method: PaymentMethod
    """How it came."""
    payments: int
    """How many payments."""
    received: Money
    """How much."""
    refunded: Money
    """What went back of it, or of what came on earlier days."""

    @classmethod
    def of(cls, total: MethodTotal) -> Self:
        """The sum, shown."""
        return cls(
            method=total.method,
            payments=total.payments,
            received=Money.of(total.received),
            refunded=Money.of(total.refunded),
        )


@strawberry.federation.type(requires_scopes=READERS)
class CashClosing:
    """What patients paid at a clinic on a day of its calendar, and the desks that took it."""

    day: date
    """The day where the clinic is."""
    net: Money
    """What came in, less what went back."""
    by_method: list[PaymentMethodTotal]
    """The same by how it came."""
    desks: list[CashDesk]
    """The desks that were open at some time of the day, with their counts."""
    is_final: bool
    """Whether all of them are closed."""

    @classmethod
    def of(cls, day: date, found: DayAtClinic) -> Self:
        """The day, shown."""
        return cls(
            day=day,
            net=Money.of(net_of(found.totals)),
            by_method=[PaymentMethodTotal.of(total) for total in found.totals],
            desks=[CashDesk.of(row) for row in found.desks],
            is_final=all(row.closed_at is not None for row in found.desks),
        )
