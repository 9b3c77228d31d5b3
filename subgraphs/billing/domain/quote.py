"""What a visit costs: the lines of an invoice or an estimate, priced and split in order."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import reduce

from subgraphs.billing.domain.errors import PriceNotFound
from subgraphs.billing.domain.price_table import PRIVATE, Price
from subgraphs.billing.domain.share import (
    Share,
    ShareStatus,
    Terms,
    gross_of,
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
    gross: Decimal
    status: ShareStatus
    share: Share | None
    authorization_required: bool | None


def quote(
    items: Sequence[Item], *, payer: str, terms: Mapping[str, Terms | None]
) -> list[QuotedLine]:
    """Price and split the items, in order: what one line uses of the deductible, the next lacks.

    `terms` has the plan's answer for each procedure, or None where the plan did not answer; for
    the private payer it is not looked at.

    Raises:
        PriceNotFound: the table that counts has no price.
    """
    lines: list[QuotedLine] = []
    for item in items:
        shares = [line.share for line in lines if line.status is ShareStatus.COVERED and line.share]
        lines.append(_quote_item(item, payer, terms, shares))
    return lines


def _quote_item(
    item: Item, payer: str, terms: Mapping[str, Terms | None], earlier: Sequence[Share]
) -> QuotedLine:
    if item.is_free_return:
        return _free_return(item, payer)
    if payer == PRIVATE:
        return _private(item, ShareStatus.PRIVATE)
    answer = terms.get(item.tuss_code)
    if answer is None:
        return _unknown(item, payer)
    if not answer.covered:
        return _private(item, ShareStatus.NOT_COVERED)
    price = _needed(item.contract, payer, item.tuss_code)
    gross = gross_of(price.unit_price, item.quantity)
    return QuotedLine(
        tuss_code=item.tuss_code,
        quantity=item.quantity,
        price=price,
        gross=gross,
        status=ShareStatus.COVERED,
        share=plan_share(gross, reduce(Terms.after, earlier, answer)),
        authorization_required=answer.requires_authorization,
    )


def _free_return(item: Item, payer: str) -> QuotedLine:
    known = item.private if payer == PRIVATE else item.contract
    price = replace(_needed(known, payer, item.tuss_code), unit_price=FREE)
    gross = gross_of(FREE, item.quantity)
    status, share = ShareStatus.FREE_RETURN, private_share(gross)
    return QuotedLine(item.tuss_code, item.quantity, price, gross, status, share, False)


def _private(item: Item, status: ShareStatus) -> QuotedLine:
    price = _needed(item.private, PRIVATE, item.tuss_code)
    gross = gross_of(price.unit_price, item.quantity)
    share = private_share(gross)
    return QuotedLine(item.tuss_code, item.quantity, price, gross, status, share, False)


def _unknown(item: Item, payer: str) -> QuotedLine:
    price = _needed(item.contract, payer, item.tuss_code)
    gross = gross_of(price.unit_price, item.quantity)
    status = ShareStatus.UNKNOWN_PLAN_UNAVAILABLE
    return QuotedLine(item.tuss_code, item.quantity, price, gross, status, None, None)


def _needed(price: Price | None, payer: str, tuss_code: str) -> Price:
    if price is None:
        raise PriceNotFound(payer, tuss_code)
    return price
