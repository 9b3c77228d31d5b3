"""A clerk's cash desk: what must be in it when it is closed, and what was."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class CashCount:
    """Notes and coins that came and went between opening and closing."""

    opening_float: Decimal
    received: Decimal
    refunded: Decimal

    @property
    def expected(self) -> Decimal:
        """What must be in the desk."""
        return self.opening_float + self.received - self.refunded
