"""What a contract adds to a price or takes off it, and how the price came about.

A modifier belongs to a version of a price table. Each multiplies the price; the line is rounded
once, at the end, and what each modifier did to the rounded amount is shown beside the line, so
that the components add up to it.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, time
from decimal import Context, Decimal
from enum import StrEnum

from holidays import country_holidays

from subgraphs.billing.domain.rounding import round_to_cents

_EXACT = Context(prec=60)
"""Wide enough that no product of a price, a quantity and its modifiers is rounded on the way."""


class ComponentCode(StrEnum):
    """What a part of a price is, in the order in which they are reckoned."""

    BASE = "BASE"
    """The price of the table."""
    ADDITIONAL_PROCEDURE = "ADDITIONAL_PROCEDURE"
    """The change for a further procedure of the same visit."""
    URGENCY_OR_AFTER_HOURS = "URGENCY_OR_AFTER_HOURS"
    """The addition for urgency, or out of hours."""


class ModifierKind(StrEnum):
    """When a modifier counts."""

    ADDITIONAL_PROCEDURE = "ADDITIONAL_PROCEDURE"
    """For a further procedure of the same visit."""
    URGENCY_OR_AFTER_HOURS = "URGENCY_OR_AFTER_HOURS"
    """For urgency, or out of hours."""


@dataclass(frozen=True, slots=True)
class Modifier:
    """A rule of the contract: by what a price is multiplied, when, and of which procedures."""

    kind: ModifierKind
    factor: Decimal
    tuss_prefixes: tuple[str, ...] = ()
    """How the codes begin that it is about; none means all."""
    regular_from: time = time(7)
    regular_until: time = time(19)
    """Working days between these hours are not after hours; weekends and holidays are."""

    def is_about(self, tuss_code: str) -> bool:
        """Whether the contract has this procedure in mind."""
        return not self.tuss_prefixes or tuss_code.startswith(self.tuss_prefixes)


@dataclass(frozen=True, slots=True)
class Occasion:
    """When something is done, by the clinic's clock, and whether it could not wait."""

    day: date
    at: time | None = None
    """None where it was not kept: then it is not after hours."""
    urgent: bool = False

    def calls_for(self, modifier: Modifier) -> bool:
        """Whether it is urgent, or outside of the contract's regular hours."""
        if self.urgent:
            return True
        if self.at is None:
            return False
        in_hours = modifier.regular_from <= self.at < modifier.regular_until
        return not in_hours or not _is_working_day(self.day)


@dataclass(frozen=True, slots=True)
class PriceComponent:
    """A part of a line's gross amount: the base, or what a modifier made of it."""

    code: ComponentCode
    factor: Decimal | None
    amount: Decimal


def additional(
    priced: Sequence[tuple[str, Decimal, Sequence[Modifier]]],
) -> frozenset[int]:
    """Which of the procedures of one table are not the first: all but the dearest, or the earlier.

    Each is its code, its unit price, and the modifiers of its table.
    """
    candidates = [
        (-unit_price, index)
        for index, (code, unit_price, modifiers) in enumerate(priced)
        if any(one.kind is ModifierKind.ADDITIONAL_PROCEDURE and one.is_about(code)
               for one in modifiers)
    ]  # fmt: skip
    return frozenset(index for _, index in sorted(candidates)[1:])


def applying(
    modifiers: Collection[Modifier],
    tuss_code: str,
    occasion: Occasion | None,
    *,
    is_additional: bool,
) -> list[Modifier]:
    """The modifiers that count for a procedure, in the order in which they are reckoned."""

    def counts(modifier: Modifier) -> bool:
        if modifier.kind is ModifierKind.ADDITIONAL_PROCEDURE:
            return is_additional
        return occasion is not None and occasion.calls_for(modifier)

    by_kind = {modifier.kind: modifier for modifier in modifiers}
    ordered = [by_kind[kind] for kind in ModifierKind if kind in by_kind]
    return [one for one in ordered if one.is_about(tuss_code) and counts(one)]


def components_of(
    unit_price: Decimal, quantity: Decimal, modifiers: Sequence[Modifier]
) -> tuple[PriceComponent, ...]:
    """How the price comes about. The amounts add up to the exact product, rounded once."""
    exact = _EXACT.multiply(unit_price, quantity)
    rounded = round_to_cents(exact)
    components = [PriceComponent(ComponentCode.BASE, None, rounded)]
    for modifier in modifiers:
        exact = _EXACT.multiply(exact, modifier.factor)
        before, rounded = rounded, round_to_cents(exact)
        code = ComponentCode(modifier.kind)
        components.append(PriceComponent(code, modifier.factor, rounded - before))
    return tuple(components)


def _is_working_day(day: date) -> bool:
    return day.weekday() < 5 and day not in country_holidays("BR", years=day.year)
