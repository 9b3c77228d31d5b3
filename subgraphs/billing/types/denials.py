"""What insurers deny, as the graph shows it."""

from decimal import Decimal
from typing import Self

import strawberry

from subgraphs.billing.domain import denials
from subgraphs.billing.types.access import READERS
from subgraphs.kit.money import Money


@strawberry.type
class DenialReasonTotal:
    """All that an insurer denied for one reason."""

    code: str | None
    """The reason, by TISS table 38."""
    description: str | None
    """The reason, in the insurer's words."""
    items: int
    """How many items."""
    amount: Money
    """How much."""


@strawberry.federation.type(requires_scopes=READERS)
class InsurerDenials:
    """The claims that an insurer has judged, and what it denied of them (glosas)."""

    ans_registry: str
    """The insurer's registry with ANS."""
    claims: int
    """How many claims."""
    billed: Money
    """What they asked for."""
    denied: Money
    """What was denied at first."""
    recovered: Money
    """What appeals brought back of that."""
    rate: Decimal
    """How many per cent of what was billed were denied at first."""
    reasons: list[DenialReasonTotal]
    """Why, the costliest reason first."""

    @classmethod
    def of(cls, found: denials.InsurerDenials) -> Self:
        """The sums, shown."""
        return cls(
            ans_registry=found.ans_registry,
            claims=found.claims,
            billed=Money.of(found.billed),
            denied=Money.of(found.denied),
            recovered=Money.of(found.recovered),
            rate=found.rate,
            reasons=[
                DenialReasonTotal(
                    code=reason.code,
                    description=reason.description,
                    items=reason.items,
                    amount=Money.of(reason.amount),
                )
                for reason in found.reasons
            ],
        )
