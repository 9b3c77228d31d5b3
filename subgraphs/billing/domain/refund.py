"""Money that goes back: asked for by one person, decided by another."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from subgraphs.billing.domain.errors import InvalidRefund, SamePerson
from subgraphs.billing.domain.rounding import CENT


class RefundStatus(StrEnum):
    """Where a refund stands."""

    REQUESTED = "REQUESTED"
    """Asked for; another person decides."""
    APPROVED = "APPROVED"
    """Approved, and the money given back."""
    REJECTED = "REJECTED"
    """Refused."""


@dataclass(frozen=True, slots=True)
class RefundClaim:
    """How much of a payment is to go back, and why."""

    amount: Decimal
    reason: str

    def check(self, refundable: Decimal) -> None:
        """Refuse what cannot be refunded.

        Raises:
            InvalidRefund: the amount is no amount, or more than is left of the payment; no reason.
        """
        if self.amount <= 0 or self.amount != self.amount.quantize(CENT):
            raise InvalidRefund(
                "O valor do estorno deve ser positivo, com até duas casas.", path=["amount"]
            )
        if self.amount > refundable:
            raise InvalidRefund("O estorno passa do valor pago.", path=["amount"])
        if not 3 <= len(self.reason.strip()) <= 500:
            raise InvalidRefund("Explique o motivo, em 3 a 500 caracteres.", path=["reason"])


def check_two_people(requested_by: str, decided_by: str) -> None:
    """Refuse a decision by the person who asked for it.

    Raises:
        SamePerson: they are the same.
    """
    if requested_by == decided_by:
        raise SamePerson
