"""A claim on the plan: sent, audited, paid in part or whole, its denials contested or accepted."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from subgraphs.billing.domain.errors import StatementMismatch
from subgraphs.billing.domain.rounding import ZERO


class ClaimStatus(StrEnum):
    """Where a claim stands."""

    DRAFT = "DRAFT"
    """Written, and not sent."""
    SUBMITTED = "SUBMITTED"
    """Sent; the plan has not told of it yet."""
    PROCESSING = "PROCESSING"
    """The plan looks at it."""
    APPROVED = "APPROVED"
    """The plan will pay all of it."""
    PARTIALLY_DENIED = "PARTIALLY_DENIED"
    """The plan will pay a part."""
    DENIED = "DENIED"
    """The plan will pay nothing."""
    APPEALED = "APPEALED"
    """What was denied is contested."""
    PAID = "PAID"
    """The plan has paid."""
    CLOSED_UNPAID = "CLOSED_UNPAID"
    """The plan closed it without paying."""
    CANCELLED = "CANCELLED"
    """It was called off."""


_S = ClaimStatus

CONTESTABLE = frozenset({_S.PARTIALLY_DENIED, _S.DENIED})
"""Denials that can be appealed or accepted."""

UNSENT = frozenset({_S.DRAFT})
"""Claims that end with their invoice."""


@dataclass(frozen=True, slots=True)
class ItemVerdict:
    """What the plan's statement says of one item."""

    guia_number: str
    sequence: int
    released: Decimal
    denied: Decimal
    reason_code: str | None = None
    reason: str | None = None

    def check(self, billed: Decimal) -> None:
        """Refuse a statement that does not add up.

        Raises:
            StatementMismatch: released and denied are not what was billed.
        """
        if self.released < 0 or self.denied < 0 or self.released + self.denied != billed:
            raise StatementMismatch(self.guia_number)


def status_after_statement(released: Decimal, denied: Decimal) -> ClaimStatus:
    """The state that a statement leads to."""
    if denied == 0:
        return ClaimStatus.APPROVED
    return ClaimStatus.PARTIALLY_DENIED if released > 0 else ClaimStatus.DENIED


def recovered_within(denied: Sequence[Decimal], recovered: Sequence[Decimal]) -> Decimal:
    """What an appeal brought back in all: of each item at most what was denied."""
    pairs = zip(denied, recovered, strict=True)
    return sum((min(max(back, ZERO), most) for most, back in pairs), ZERO)
