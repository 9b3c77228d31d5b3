"""What a visit costs: the lines of an invoice or an estimate, priced and split in order."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import reduce

from subgraphs.billing.domain.errors import PriceNotFound
from subgraphs.billing.domain.modifier import (
    Modifier,
    Occasion,
    PriceComponent,
    additional,
    applying,
    components_of,
)
from subgraphs.billing.domain.price_table import PRIVATE, Price
from subgraphs.billing.domain.rounding import ZERO
from subgraphs.billing.domain.share import (
    Share,
    ShareStatus,
    Terms,
    plan_share,
    private_share,
)

FREE = Decimal("0.0000")


@dataclass(frozen=True, slots=True)
class Item:
    """A procedure to be priced: at the contract's price, or at the clinic's own."""

    tuss_code: str
    quantity: Decimal
    contract: Price | None
    private: Price | None
    is_free_return: bool = False


@dataclass(frozen=True, slots=True)
class QuotedLine:
    """A priced procedure. Without a share it is not known who pays how much of it."""

    tuss_code: str
    quantity: Decimal
    price: Price
    components: tuple[PriceComponent, ...]
    status: ShareStatus
    share: Share | None
    authorization_required: bool | None

    @property
    def gross(self) -> Decimal:
        """The whole price: the sum of its components."""
        return sum((component.amount for component in self.components), ZERO)


@dataclass(frozen=True, slots=True)
class _Priced:
    """An item with the price that counts for it, and what the plan says of it."""

    item: Item
    price: Price
    status: ShareStatus
    answer: Terms | None = None


def quote(
    items: Sequence[Item],
    *,
    payer: str,
    terms: Mapping[str, Terms | None],
    occasion: Occasion | None = None,
) -> list[QuotedLine]:
    """Price and split the items, in order: what one line uses of the deductible, the next lacks.

    `terms` has the plan's answer for each procedure, or None where the plan did not answer; for
    the private payer it is not looked at.

    Raises:
        PriceNotFound: the table that counts has no price.
    """
    priced = [_price(item, payer, terms) for item in items]
    later = _additional(priced)
    lines: list[QuotedLine] = []
    for index, one in enumerate(priced):
        modifiers = applying(
            one.price.modifiers, one.item.tuss_code, occasion, is_additional=index in later
        )
        components = components_of(one.price.unit_price, one.item.quantity, modifiers)
        shares = [line.share for line in lines if line.status is ShareStatus.COVERED and line.share]
        lines.append(_line(one, components, shares))
    return lines


def _additional(priced: Sequence[_Priced]) -> frozenset[int]:
    """The procedures that are not the first of their table; a free return is none."""
    later: set[int] = set()
    for version in {one.price.table_version for one in priced}:
        own = [index for index, one in enumerate(priced) if one.price.table_version == version]
        later |= {own[place] for place in additional([_facts(priced[index]) for index in own])}
    return frozenset(later)


def _facts(one: _Priced) -> tuple[str, Decimal, Sequence[Modifier]]:
    return one.item.tuss_code, one.price.unit_price, one.price.modifiers


def _price(item: Item, payer: str, terms: Mapping[str, Terms | None]) -> _Priced:
    if item.is_free_return:
        known = item.private if payer == PRIVATE else item.contract
        price = replace(_needed(known, payer, item.tuss_code), unit_price=FREE, modifiers=())
        return _Priced(item, price, ShareStatus.FREE_RETURN)
    if payer == PRIVATE:
        return _Priced(item, _needed(item.private, PRIVATE, item.tuss_code), ShareStatus.PRIVATE)
    answer = terms.get(item.tuss_code)
    if answer is not None and not answer.covered:
        price = _needed(item.private, PRIVATE, item.tuss_code)
        return _Priced(item, price, ShareStatus.NOT_COVERED)
    price = _needed(item.contract, payer, item.tuss_code)
    status = ShareStatus.COVERED if answer else ShareStatus.UNKNOWN_PLAN_UNAVAILABLE
    return _Priced(item, price, status, answer)


def _line(
    one: _Priced, components: tuple[PriceComponent, ...], earlier: Sequence[Share]
) -> QuotedLine:
    gross = sum((component.amount for component in components), ZERO)
    share: Share | None = private_share(gross)
    authorization_required: bool | None = False
    if one.status is ShareStatus.UNKNOWN_PLAN_UNAVAILABLE:
        share, authorization_required = None, None
    elif one.answer is not None:
        share = plan_share(gross, reduce(Terms.after, earlier, one.answer))
        authorization_required = one.answer.requires_authorization
    return QuotedLine(
        tuss_code=one.item.tuss_code,
        quantity=one.item.quantity,
        price=one.price,
        components=components,
        status=one.status,
        share=share,
        authorization_required=authorization_required,
    )


def _needed(price: Price | None, payer: str, tuss_code: str) -> Price:
    if price is None:
        raise PriceNotFound(payer, tuss_code)
    return price
