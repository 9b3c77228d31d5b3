"""Amounts that may be unknown."""

from decimal import Decimal

from subgraphs.kit.money import Money


def known_money(amount: Decimal | None) -> Money | None:
    """The amount as money; what is not known stays null, and never becomes zero."""
    return None if amount is None else Money.of(amount)
