"""How money comes in, and what is wrong with a payment."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from subgraphs.billing.domain.errors import InvalidPayment, Overpayment
from subgraphs.billing.domain.invoice import OPEN, Account, InvoiceStatus
from subgraphs.billing.domain.rounding import CENT, ZERO


class Payer(StrEnum):
    """Whose debt a payment pays."""

    PATIENT = "PATIENT"
    """The patient."""
    PLAN = "PLAN"
    """The health plan."""


class PaymentMethod(StrEnum):
    """How the money came."""

    CASH = "CASH"
    """In cash."""
    DEBIT_CARD = "DEBIT_CARD"
    """By debit card."""
    CREDIT_CARD = "CREDIT_CARD"
    """By credit card."""
    PIX = "PIX"
    """By PIX, the instant payment of Banco Central."""
    TRANSFER = "TRANSFER"
    """By bank transfer."""


@dataclass(frozen=True, slots=True)
class Tender:
    """What a patient hands over at the desk."""

    amount: Decimal
    method: PaymentMethod
    tendered: Decimal | None = None

    @property
    def change(self) -> Decimal:
        """What goes back at once."""
        return ZERO if self.tendered is None else self.tendered - self.amount

    def check(self, status: InvoiceStatus, account: Account) -> None:
        """Refuse what cannot be a payment of this invoice.

        Raises:
            InvalidPayment: the amount is no amount, cash falls short, or the invoice takes none.
            Overpayment: more than the patient owes.
        """
        if status not in OPEN:
            raise InvalidPayment("Esta fatura não está aberta para pagamento.", path=["invoiceId"])
        if self.amount <= 0 or self.amount != self.amount.quantize(CENT):
            raise InvalidPayment(
                "O valor do pagamento deve ser positivo, com até duas casas.", path=["amount"]
            )
        self._check_tendered()
        if self.amount > account.patient_owes:
            raise Overpayment(account.patient_owes)

    def _check_tendered(self) -> None:
        if self.tendered is None:
            return
        if self.method is not PaymentMethod.CASH:
            raise InvalidPayment("Só dinheiro vivo tem troco.", path=["tendered"])
        if self.tendered < self.amount or self.tendered != self.tendered.quantize(CENT):
            raise InvalidPayment("O valor entregue não cobre o pagamento.", path=["tendered"])
