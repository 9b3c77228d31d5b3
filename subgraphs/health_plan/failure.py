"""The ways in which an insurer fails its clinics, and the rules that say when it does."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from enum import StrEnum

from subgraphs.health_plan.card import read_card


class FailureMode(StrEnum):
    """What goes wrong. The first seven strike the connection, the others the answer's content."""

    TIMEOUT_BEFORE_ACCEPT = "TIMEOUT_BEFORE_ACCEPT"
    TIMEOUT_AFTER_ACCEPT = "TIMEOUT_AFTER_ACCEPT"
    SERVER_ERROR = "SERVER_ERROR"
    TOO_MANY_REQUESTS = "TOO_MANY_REQUESTS"
    CONNECTION_RESET = "CONNECTION_RESET"
    SLOW_DRIP = "SLOW_DRIP"
    MALFORMED_JSON = "MALFORMED_JSON"
    BUSINESS_DENIAL = "BUSINESS_DENIAL"
    STUCK_IN_ANALYSIS = "STUCK_IN_ANALYSIS"
    PASSWORD_EXPIRED = "PASSWORD_EXPIRED"
    PRICE_CHANGED = "PRICE_CHANGED"
    DUPLICATE_WEBHOOK = "DUPLICATE_WEBHOOK"
    WEBHOOK_BEFORE_RESPONSE = "WEBHOOK_BEFORE_RESPONSE"
    WEBHOOKS_OUT_OF_ORDER = "WEBHOOKS_OUT_OF_ORDER"
    JUSTIFICATION_WANTED = "JUSTIFICATION_WANTED"
    DOCUMENTS_WANTED = "DOCUMENTS_WANTED"
    PARTLY_AUTHORIZED = "PARTLY_AUTHORIZED"


class Operation(StrEnum):
    """What a failure can be limited to: the first part of the path under `/v1`."""

    ELIGIBILITY = "eligibility"
    COVERAGE = "coverage"
    AUTHORIZATIONS = "authorizations"
    CLAIM_BATCHES = "claim-batches"
    PROTOCOLS = "protocols"
    APPEALS = "appeals"


SCENARIOS: tuple[FailureMode, ...] = tuple(FailureMode)
"""A scenario card with the last member digits N meets the Nth of these, counted from one."""


@dataclass(frozen=True, slots=True)
class FailureRule:
    """A failure switched on: for all or one card, for all operations or one, n times or on."""

    mode: FailureMode
    card_number: str | None = None
    operation: Operation | None = None
    times: int | None = None
    delay_seconds: float | None = None
    retry_after_seconds: int = 1

    def strikes(self, operation: str, cards: Collection[str]) -> bool:
        """Whether this rule concerns a request."""
        if self.times == 0:
            return False
        if self.operation is not None and self.operation != operation:
            return False
        return self.card_number is None or self.card_number in cards

    def spent(self) -> "FailureRule":
        """The rule after it struck once."""
        return self if self.times is None else replace(self, times=self.times - 1)


class FailureSwitchboard:
    """The rules now in force. They live in memory: a restart heals the insurer."""

    def __init__(self) -> None:
        self._rules: list[FailureRule] = []

    @property
    def rules(self) -> tuple[FailureRule, ...]:
        """What is switched on, in the order of precedence."""
        return tuple(self._rules)

    def switch(self, rules: list[FailureRule]) -> None:
        """Replace all rules."""
        self._rules = list(rules)

    def strike(self, operation: str, cards: Collection[str]) -> FailureRule | None:
        """The failure that a request about these cards meets; None where all is well.

        It counts against its rule.
        """
        for index, rule in enumerate(self._rules):
            if rule.strikes(operation, cards):
                self._rules[index] = rule.spent()
                return rule
        scenarios = (_scenario_of(card_number) for card_number in cards)
        return next((rule for rule in scenarios if rule is not None), None)


def _scenario_of(card_number: str) -> FailureRule | None:
    card = read_card(card_number)
    if card is None or card.scenario is None or not 1 <= card.scenario <= len(SCENARIOS):
        return None
    return FailureRule(SCENARIOS[card.scenario - 1])
