"""Who pays how much of a line: patient and plan, in the fixed order of the contract.

Deductible first, then coinsurance, then co-payment with its caps; the plan pays the remainder, so
the two parts add up to the gross amount without a cent left over. Percentages are 0 to 100.
"""

from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum

from subgraphs.billing.domain.rounding import ZERO, round_to_cents

HUNDRED = Decimal(100)


class CopayCollector(StrEnum):
    """Who collects the co-payment: the insurer on its monthly bill, or the clinic at the desk."""

    OPERADORA = "OPERADORA"
    """The insurer, on its monthly bill: the clinic claims the whole price."""
    CLINIC = "CLINIC"
    """The clinic, at the desk."""


class ShareStatus(StrEnum):
    """How a line's parts came about, or why they are not known."""

    PRIVATE = "PRIVATE"
    """Without a plan: the patient pays the private price."""
    COVERED = "COVERED"
    """The plan covers it, and both parts are known."""
    NOT_COVERED = "NOT_COVERED"
    """The plan does not cover it: the patient pays the private price."""
    FREE_RETURN = "FREE_RETURN"
    """A return visit, which has no fee."""
    UNKNOWN_PLAN_UNAVAILABLE = "UNKNOWN_PLAN_UNAVAILABLE"
    """The plan did not answer: the parts are not known yet."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What the plan said about a procedure for a member on a day."""

    covered: bool = True
    requires_authorization: bool = False
    coverage_percent: Decimal = HUNDRED
    deductible_remaining: Decimal = ZERO
    copay_percent: Decimal = Decimal(0)
    copay_fixed: Decimal = ZERO
    copay_event_cap: Decimal | None = None
    copay_month_remaining: Decimal | None = None
    copay_collected_by: CopayCollector = CopayCollector.OPERADORA

    def after(self, share: "Share") -> "Terms":
        """What is left of deductible and monthly cap for the next line of the same invoice."""
        month = self.copay_month_remaining
        return replace(
            self,
            deductible_remaining=max(self.deductible_remaining - share.deductible, ZERO),
            copay_month_remaining=None if month is None else max(month - share.copay, ZERO),
        )


@dataclass(frozen=True, slots=True)
class Share:
    """A gross amount split between patient and plan."""

    gross: Decimal
    deductible: Decimal = ZERO
    coinsurance: Decimal = ZERO
    copay: Decimal = ZERO
    patient_pays: Decimal = ZERO
    copay_collected_by: CopayCollector = CopayCollector.CLINIC

    @property
    def plan_pays(self) -> Decimal:
        """What the procedure costs the plan in the end: the remainder."""
        return self.gross - self.patient_pays

    @property
    def due_from_patient(self) -> Decimal:
        """What the clinic collects from the patient: not a co-payment that the insurer collects."""
        if self.copay_collected_by is CopayCollector.OPERADORA:
            return self.patient_pays - self.copay
        return self.patient_pays

    @property
    def due_from_plan(self) -> Decimal:
        """What the clinic claims from the plan."""
        return self.gross - self.due_from_patient


def private_share(gross: Decimal) -> Share:
    """The patient pays everything: no coverage, or the procedure is not covered."""
    return Share(gross=gross, patient_pays=gross)


def plan_share(gross: Decimal, terms: Terms) -> Share:
    """Split a covered line between patient and plan."""
    deductible = min(gross, terms.deductible_remaining)
    after_deductible = gross - deductible
    coinsurance = round_to_cents(after_deductible * (HUNDRED - terms.coverage_percent) / HUNDRED)
    rest = after_deductible - coinsurance
    copay = _copay(rest, terms)
    return Share(
        gross=gross,
        deductible=deductible,
        coinsurance=coinsurance,
        copay=copay,
        patient_pays=deductible + coinsurance + copay,
        copay_collected_by=terms.copay_collected_by,
    )


def _copay(rest: Decimal, terms: Terms) -> Decimal:
    wanted = round_to_cents(rest * terms.copay_percent / HUNDRED) + terms.copay_fixed
    caps = (terms.copay_event_cap, terms.copay_month_remaining, rest)
    return min(wanted, *(cap for cap in caps if cap is not None))
