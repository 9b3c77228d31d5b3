"""An invoice's totals: the sums of its lines, never recomputed from percentages."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from subgraphs.billing.domain.quote import QuotedLine
from subgraphs.billing.domain.rounding import ZERO


@dataclass(frozen=True, slots=True)
class Totals:
    """What all lines come to. The parts are None while those of any line are unknown."""

    gross: Decimal
    plan_pays: Decimal | None = None
    patient_pays: Decimal | None = None
    due_from_plan: Decimal | None = None
    due_from_patient: Decimal | None = None


def totals_of(lines: Sequence[QuotedLine]) -> Totals:
    """Add up the lines."""
    gross = sum((line.gross for line in lines), ZERO)
    shares = [line.share for line in lines if line.share is not None]
    if len(shares) < len(lines):
        return Totals(gross)
    return Totals(
        gross=gross,
        plan_pays=sum((share.plan_pays for share in shares), ZERO),
        patient_pays=sum((share.patient_pays for share in shares), ZERO),
        due_from_plan=sum((share.due_from_plan for share in shares), ZERO),
        due_from_patient=sum((share.due_from_patient for share in shares), ZERO),
    )
