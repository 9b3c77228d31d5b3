"""Is this person a member in good standing? Drawn once and for all from the card's number."""

from datetime import date, datetime

from subgraphs.health_plan.card import INSURERS, Card, read_card
from subgraphs.health_plan.denial_reason import DenialReason
from subgraphs.health_plan.messages import EligibilityAnswer, EligibilityRequest, Reason
from subgraphs.health_plan.product import PRODUCTS


def check_eligibility(
    request: EligibilityRequest, *, seed: str, denied: bool, now: datetime
) -> EligibilityAnswer:
    """TISS VERIFICA_ELEGIBILIDADE: eligible, or every reason why not."""
    reason = refusal(request.card_number, seed=seed, on=request.service_date)
    if reason is None and denied:
        reason = DenialReason.SUSPENDED
    return EligibilityAnswer(
        eligible=reason is None,
        reasons=[] if reason is None else [Reason.of(reason)],
        checked_at=now,
    )


def refusal(card_number: str, *, seed: str, on: date) -> DenialReason | None:
    """Why this card buys nothing on this day; None where it does."""
    card = read_card(card_number)
    if card is None:
        return DenialReason.CARD_INVALID
    if card.ans_registry not in INSURERS or card.product not in PRODUCTS:
        return DenialReason.PLAN_UNKNOWN
    if card.scenario is not None:
        return None
    return _standing(card, seed, on)


def _standing(card: Card, seed: str, on: date) -> DenialReason | None:
    """Two in a hundred cards are suspended; two in a hundred expire at the end of some year."""
    throw = card.draw(seed, "standing", 100)
    if throw < 2:
        return DenialReason.SUSPENDED
    if throw < 4 and on.year > 2020 + card.draw(seed, "expiry", 5):
        return DenialReason.CARD_EXPIRED
    return None
