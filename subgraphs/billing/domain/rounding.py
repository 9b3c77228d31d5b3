"""The one way in which this clinic rounds money: half to even, to the cent (ABNT NBR 5891)."""

from decimal import ROUND_HALF_EVEN, Decimal

CENT = Decimal("0.01")
ZERO = Decimal("0.00")


def round_to_cents(amount: Decimal) -> Decimal:
    """The amount in whole cents; an exact half goes to the even cent."""
    return amount.quantize(CENT, rounding=ROUND_HALF_EVEN)
