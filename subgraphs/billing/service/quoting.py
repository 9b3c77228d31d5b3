"""What something costs: prices from our tables, terms from the plan, split by the domain."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from subgraphs.billing.client.plan import PlanClient
from subgraphs.billing.domain.errors import PlanUnavailable
from subgraphs.billing.domain.modifier import Occasion
from subgraphs.billing.domain.price_table import PRIVATE, Price
from subgraphs.billing.domain.quote import Item, QuotedLine, quote
from subgraphs.billing.domain.share import Terms
from subgraphs.billing.models import CoverageRow
from subgraphs.billing.repository.prices import PriceKey


@dataclass(frozen=True, slots=True)
class Procedure:
    """A procedure to be quoted."""

    tuss_code: str
    quantity: Decimal = Decimal(1)
    is_free_return: bool = False


@dataclass(frozen=True, slots=True)
class TermsQuestion:
    """What the plan is asked about a procedure."""

    ans_registry: str
    card_number: str
    tuss_code: str
    on: date

    def __repr__(self) -> str:
        """No card number, wherever this ends up."""
        return f"TermsQuestion({self.ans_registry!r}, {self.tuss_code!r}, {self.on})"


def payer_of(coverage: CoverageRow | None) -> str:
    """Whose price table counts."""
    return PRIVATE if coverage is None else coverage.ans_registry


def price_keys(
    coverage: CoverageRow | None, procedures: Iterable[Procedure], on: date
) -> set[PriceKey]:
    """The prices that a quote may need: the contract's, and the private ones beside them."""
    payers = {PRIVATE, payer_of(coverage)}
    return {(payer, procedure.tuss_code, on) for payer in payers for procedure in procedures}


def questions(
    coverage: CoverageRow | None, procedures: Iterable[Procedure], on: date
) -> set[TermsQuestion]:
    """What the plan must be asked for a quote; nothing for a private visit or a free return."""
    if coverage is None:
        return set()
    return {
        TermsQuestion(coverage.ans_registry, coverage.card_number, procedure.tuss_code, on)
        for procedure in procedures
        if not procedure.is_free_return
    }


async def ask_terms(
    plan: PlanClient, asked: Iterable[TermsQuestion]
) -> dict[TermsQuestion, Terms | None]:
    """The plan's answers, all asked at once; None where it gave none."""

    async def ask(question: TermsQuestion) -> Terms | None:
        try:
            return await plan.terms(
                question.ans_registry, question.card_number, question.tuss_code, question.on
            )
        except PlanUnavailable:
            return None

    ordered = list(asked)
    answers = await asyncio.gather(*(ask(question) for question in ordered))
    return dict(zip(ordered, answers, strict=True))


def quote_procedures(
    coverage: CoverageRow | None,
    procedures: Sequence[Procedure],
    occasion: Occasion,
    prices: Mapping[PriceKey, Price],
    answers: Mapping[TermsQuestion, Terms | None],
) -> list[QuotedLine]:
    """Price and split the procedures.

    Raises:
        PriceNotFound: the table that counts has no price.
    """
    payer, on = payer_of(coverage), occasion.day
    items = [
        Item(
            tuss_code=procedure.tuss_code,
            quantity=procedure.quantity,
            contract=prices.get((payer, procedure.tuss_code, on)),
            private=prices.get((PRIVATE, procedure.tuss_code, on)),
            is_free_return=procedure.is_free_return,
        )
        for procedure in procedures
    ]
    asked = questions(coverage, procedures, on)
    terms = {question.tuss_code: answers.get(question) for question in asked}
    return quote(items, payer=payer, terms=terms, occasion=occasion)
