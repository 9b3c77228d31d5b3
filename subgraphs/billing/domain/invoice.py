"""The life of an invoice: its states, the only edges between them, and what is still due."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType

from subgraphs.billing.domain.rounding import ZERO


class InvoiceStatus(StrEnum):
    """FHIR R4 codes, and PARTIALLY_PAID, which FHIR calls issued."""

    DRAFT = "DRAFT"
    """Being put together; it has no number yet."""
    ISSUED = "ISSUED"
    """Numbered and frozen; nothing is paid yet."""
    PARTIALLY_PAID = "PARTIALLY_PAID"
    """Paid in part."""
    BALANCED = "BALANCED"
    """Paid in full."""
    CANCELLED = "CANCELLED"
    """Called off; its number stays taken."""
    ENTERED_IN_ERROR = "ENTERED_IN_ERROR"
    """It should never have been written."""


_S = InvoiceStatus

DEAD = frozenset({_S.CANCELLED, _S.ENTERED_IN_ERROR})
"""An appointment has at most one invoice outside of these."""

OPEN = frozenset({_S.ISSUED, _S.PARTIALLY_PAID})
"""Invoices that wait for money."""

EDGES = MappingProxyType(
    {
        _S.DRAFT: frozenset({_S.ISSUED, _S.CANCELLED, _S.ENTERED_IN_ERROR}),
        _S.ISSUED: frozenset({_S.PARTIALLY_PAID, _S.BALANCED, _S.CANCELLED, _S.ENTERED_IN_ERROR}),
        _S.PARTIALLY_PAID: frozenset({_S.BALANCED, _S.ISSUED, _S.ENTERED_IN_ERROR}),
        _S.BALANCED: frozenset({_S.PARTIALLY_PAID, _S.ISSUED, _S.ENTERED_IN_ERROR}),
        _S.CANCELLED: frozenset(),
        _S.ENTERED_IN_ERROR: frozenset(),
    }
)
"""Back from BALANCED or PARTIALLY_PAID leads only a refund, which takes two people."""


def is_edge(origin: InvoiceStatus, target: InvoiceStatus) -> bool:
    """Whether an invoice may go from `origin` to `target`."""
    return target in EDGES[origin]


@dataclass(frozen=True, slots=True)
class Account:
    """What an issued invoice asks for, and what came in: from the patient, and from the plan."""

    due_from_patient: Decimal
    due_from_plan: Decimal
    patient_paid: Decimal = ZERO
    plan_paid: Decimal = ZERO
    written_off: Decimal = ZERO

    @property
    def patient_owes(self) -> Decimal:
        """What the patient still owes."""
        return self.due_from_patient - self.patient_paid

    @property
    def plan_owes(self) -> Decimal:
        """What the plan still owes, after what it denied for good."""
        return self.due_from_plan - self.plan_paid - self.written_off

    @property
    def status(self) -> InvoiceStatus:
        """The state that these sums amount to."""
        if self.patient_owes == 0 and self.plan_owes == 0:
            return InvoiceStatus.BALANCED
        if self.patient_paid == 0 and self.plan_paid == 0 and self.written_off == 0:
            return InvoiceStatus.ISSUED
        return InvoiceStatus.PARTIALLY_PAID


def format_number(series: str, number: int) -> str:
    """An invoice number as printed: the clinic's series, and a count without gaps."""
    return f"{series}-{number:06d}"
