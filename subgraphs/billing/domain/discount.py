"""What the clinic lets a patient off: approved by a second person, spread over the lines."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from subgraphs.billing.domain.errors import InvalidDiscount
from subgraphs.billing.domain.rounding import CENT, ZERO
from subgraphs.billing.domain.spread import spread


@dataclass(frozen=True, slots=True)
class Discount:
    """How much is let off, and why."""

    amount: Decimal
    reason: str

    def check(self, drafted_by: str, approved_by: str) -> None:
        """Refuse what cannot be a discount.

        Raises:
            InvalidDiscount: no amount, no reason, or nobody else approves it.
        """
        if self.amount < 0 or self.amount != self.amount.quantize(CENT):
            raise InvalidDiscount(
                "O desconto não pode ser negativo e tem até duas casas.", path=["amount"]
            )
        if not 3 <= len(self.reason.strip()) <= 500:
            raise InvalidDiscount("Explique o motivo, em 3 a 500 caracteres.", path=["reason"])
        if drafted_by == approved_by:
            raise InvalidDiscount("Quem faz a fatura não aprova o desconto dela.")

    def over(self, due: Sequence[Decimal]) -> list[Decimal]:
        """The discount of each line, by what is due from the patient on it; none below zero.

        Raises:
            InvalidDiscount: it is more than is due.
        """
        if self.amount > sum(due, ZERO):
            raise InvalidDiscount("O desconto passa do que o paciente deve.", path=["amount"])
        return spread(self.amount, due) if self.amount else [ZERO for _ in due]
