"""Money as every subgraph shows it: exact, two places, in reais."""

from decimal import ROUND_HALF_EVEN, Decimal
from enum import Enum

import strawberry

CENT = Decimal("0.01")


@strawberry.enum
class Currency(Enum):
    """ISO 4217 code of a currency."""

    BRL = "BRL"
    """The Brazilian real."""


@strawberry.federation.type(shareable=True)
class Money:
    """An amount of money. It never passes through a binary fraction."""

    amount: Decimal
    """The amount with two decimal places, as text."""
    currency: Currency
    """The currency of the amount."""

    @classmethod
    def of(cls, amount: Decimal) -> "Money":
        """The amount in reais, rounded half to even to the cent (ABNT NBR 5891)."""
        return cls(amount=amount.quantize(CENT, ROUND_HALF_EVEN), currency=Currency.BRL)
