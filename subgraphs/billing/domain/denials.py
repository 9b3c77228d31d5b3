"""What insurers deny, and why: what the clinic contests, and what it should code better."""

from dataclasses import dataclass, field
from decimal import Decimal

from subgraphs.billing.domain.rounding import round_to_cents


@dataclass(frozen=True, slots=True)
class DenialReason:
    """All that was denied for one reason."""

    code: str | None
    description: str | None
    items: int
    amount: Decimal


@dataclass(slots=True)
class InsurerDenials:
    """The claims on one insurer that it has judged."""

    ans_registry: str
    claims: int
    billed: Decimal
    denied: Decimal
    recovered: Decimal
    reasons: list[DenialReason] = field(default_factory=list)

    @property
    def rate(self) -> Decimal:
        """How many per cent of what was billed were denied at first."""
        return round_to_cents(self.denied * 100 / self.billed) if self.billed else Decimal("0.00")
