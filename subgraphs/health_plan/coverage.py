"""Is this procedure covered for this card, at what price, and what does the member pay?"""

from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal

from subgraphs.health_plan.card import Card, read_card
from subgraphs.health_plan.denial_reason import DenialReason
from subgraphs.health_plan.membership import refusal
from subgraphs.health_plan.messages import Copay, CoverageAnswer, Reason
from subgraphs.health_plan.procedure import Complexity, Procedure, find_procedure
from subgraphs.health_plan.product import PRODUCTS, Terms, terms_of

PRICE_RISE = Decimal("1.10")
"""What PRICE_CHANGED does to the table."""


def coverage_of(
    card_number: str, tuss_code: str, *, seed: str, on: date, denied: bool, price_changed: bool
) -> CoverageAnswer:
    """What the plan pays for a procedure on a day."""
    reason = refusal(card_number, seed=seed, on=on)
    card = read_card(card_number)
    if reason is not None or card is None:
        return _answer(tuss_code, None, Terms(), reason or DenialReason.CARD_INVALID, on)
    procedure = find_procedure(tuss_code, card.ans_registry)
    reason = DenialReason.NOT_COVERED if denied else exclusion(card, procedure)
    terms = terms_of(PRODUCTS[card.product], card, seed)
    answer = _answer(tuss_code, procedure, terms, reason, on)
    if price_changed and answer.price is not None:
        answer.price = (answer.price * PRICE_RISE).quantize(
            Decimal("0.01"), rounding=ROUND_HALF_EVEN
        )
        answer.table_version += "-revised"
    return answer


def exclusion(card: Card, procedure: Procedure | None) -> DenialReason | None:
    """Why the member's product does not cover a procedure; None where it does."""
    if procedure is None:
        return DenialReason.PROCEDURE_INVALID
    product = PRODUCTS[card.product]
    if procedure.complexity is Complexity.HIGH and not product.covers_high_complexity:
        return DenialReason.NOT_COVERED
    return None


def _answer(
    tuss_code: str,
    procedure: Procedure | None,
    terms: Terms,
    reason: DenialReason | None,
    on: date,
) -> CoverageAnswer:
    covered = reason is None and procedure is not None
    return CoverageAnswer(
        tuss_code=tuss_code,
        covered=covered,
        reasons=[] if reason is None else [Reason.of(reason)],
        requires_authorization=(
            covered and procedure is not None and procedure.complexity is not Complexity.SIMPLE
        ),
        price=procedure.price if covered and procedure is not None else None,
        coverage_percent=terms.coverage_percent,
        deductible_remaining=terms.deductible_remaining,
        copay=Copay(
            percent=terms.copay_percent,
            fixed=terms.copay_fixed,
            event_cap=terms.copay_event_cap,
            month_remaining=terms.copay_month_remaining,
            collected_by=terms.copay_collected_by,
        ),
        table_version=f"{on.year}-01",
    )
