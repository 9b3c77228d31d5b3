"""A sum spread over parts, so that the parts add up to it again to the cent."""

from collections.abc import Sequence
from decimal import ROUND_DOWN, Decimal

from subgraphs.billing.domain.rounding import CENT, ZERO


def spread(total: Decimal, weights: Sequence[Decimal]) -> list[Decimal]:
    """Spread whole cents by weight with the largest-remainder method; ties go to the earlier.

    Raises:
        ValueError: a negative total or weight, no positive weight, or a total with broken cents.
    """
    if total < 0 or any(weight < 0 for weight in weights):
        raise ValueError("neither the total nor a weight may be negative")
    if total != total.quantize(CENT):
        raise ValueError("the total must be whole cents")
    whole = sum(weights, ZERO)
    if whole == 0:
        raise ValueError("at least one weight must be positive")
    exact = [total * weight / whole for weight in weights]
    parts = [share.quantize(CENT, rounding=ROUND_DOWN) for share in exact]
    missing = int((total - sum(parts, ZERO)) / CENT)
    by_remainder = sorted(range(len(parts)), key=lambda i: (parts[i] - exact[i], i))
    for index in by_remainder[:missing]:
        parts[index] += CENT
    return parts
