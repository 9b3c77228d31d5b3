"""Refusals of billing, each with a stable code and a message in Portuguese.

DomainError
├── Retryable                 not final: the same request may go better later
│   ├── PlanUnavailable
│   └── AppointmentsUnavailable
├── AppointmentNotFound
├── AppointmentNotBillable
├── AlreadyInvoiced
├── InvoiceStateConflict
├── PriceNotFound
├── AuthorizationRequired
├── ConsentRequired
├── InvalidPayment
└── Overpayment
"""

from collections.abc import Sequence
from decimal import Decimal

from subgraphs.kit.errors import Details, DomainError


class Retryable(DomainError):
    """Nobody can tell now; the request may be repeated with the same key."""

    code = "SERVICE_UNAVAILABLE"
    final = False

    def __init__(self, message: str, *, retry_after_seconds: int = 10) -> None:
        super().__init__(message, details={"retry_after_seconds": retry_after_seconds})


class PlanUnavailable(Retryable):
    """The health plan gave no usable answer. This is neither a yes nor a no."""

    code = "PLAN_UNAVAILABLE"

    def __init__(self, *, retry_after_seconds: int = 10) -> None:
        super().__init__(
            "O plano de saúde não respondeu. Nada foi negado: tente de novo em instantes.",
            retry_after_seconds=retry_after_seconds,
        )


class AppointmentsUnavailable(Retryable):
    """The appointments service gave no usable answer."""

    code = "APPOINTMENTS_UNAVAILABLE"

    def __init__(self) -> None:
        super().__init__("A agenda não respondeu. Tente de novo em instantes.")


class RecordsUnavailable(Retryable):
    """The records service gave no usable answer."""

    code = "RECORDS_UNAVAILABLE"

    def __init__(self) -> None:
        super().__init__("O prontuário não respondeu. Tente de novo em instantes.")


class AppointmentNotFound(DomainError):
    """The appointments service knows no such appointment."""

    code = "APPOINTMENT_NOT_FOUND"

    def __init__(self) -> None:
        super().__init__("Esta consulta não existe.", path=["appointmentId"])


class AppointmentNotBillable(DomainError):
    """The visit did not and will not take place."""

    code = "APPOINTMENT_NOT_BILLABLE"

    def __init__(self, status: str) -> None:
        super().__init__(
            "Esta consulta não pode ser faturada: foi cancelada, faltou ou não foi confirmada.",
            path=["appointmentId"],
            details={"status": status},
        )


class CoverageNotFound(DomainError):
    """The card named by the appointment or the request is not one of this patient's."""

    code = "COVERAGE_NOT_FOUND"

    def __init__(self) -> None:
        super().__init__("Este paciente não tem esse convênio cadastrado.", path=["coverageId"])


class CardAlreadyRegistered(DomainError):
    """The card is registered, for this patient or another one."""

    code = "CARD_ALREADY_REGISTERED"

    def __init__(self) -> None:
        super().__init__("Esta carteirinha já está cadastrada.", path=["cardNumber"])


class CoverageInUse(DomainError):
    """Something was billed or asked with the card; what it rests on must stay."""

    code = "COVERAGE_IN_USE"

    def __init__(self) -> None:
        super().__init__(
            "Esta carteirinha já foi usada em uma fatura ou autorização e não pode ser excluída.",
            path=["id"],
        )


class PriceTablePublished(DomainError):
    """The payer has a version that begins on this day."""

    code = "PRICE_TABLE_PUBLISHED"

    def __init__(self) -> None:
        super().__init__("Esta tabela já tem uma versão com início nesse dia.", path=["validFrom"])


class AlreadyInvoiced(DomainError):
    """The appointment has a live invoice."""

    code = "ALREADY_INVOICED"

    def __init__(self, invoice_id: str) -> None:
        super().__init__(
            "Esta consulta já tem uma fatura.",
            path=["appointmentId"],
            details={"invoice_id": invoice_id},
        )


class InvoiceStateConflict(DomainError):
    """The invoice's state does not allow this."""

    code = "INVOICE_STATE_CONFLICT"

    def __init__(self, message: str, status: str) -> None:
        super().__init__(message, path=["invoiceId"], details={"status": status})


class PriceNotFound(DomainError):
    """No table in force on the day of service has a price for the procedure."""

    code = "PRICE_NOT_FOUND"

    def __init__(self, payer: str, tuss_code: str) -> None:
        super().__init__(
            f"Não há preço vigente para o procedimento {tuss_code} na tabela {payer}.",
            details={"payer": payer, "tuss_code": tuss_code},
        )


class AuthorizationRequired(DomainError):
    """The plan wants to be asked before these procedures, and has not said yes."""

    code = "AUTHORIZATION_REQUIRED"

    def __init__(self, tuss_codes: Sequence[str]) -> None:
        super().__init__(
            f"O plano exige autorização prévia para: {', '.join(tuss_codes)}.",
            path=["invoiceId"],
            details={"tuss_codes": list(tuss_codes)},
        )


class ConsentRequired(DomainError):
    """The plan does not cover these procedures; the patient must agree to pay for them."""

    code = "CONSENT_REQUIRED"

    def __init__(self, tuss_codes: Sequence[str]) -> None:
        super().__init__(
            "O plano não cobre estes procedimentos e o paciente precisa concordar em pagá-los: "
            f"{', '.join(tuss_codes)}.",
            path=["patientConsents"],
            details={"tuss_codes": list(tuss_codes)},
        )


class ChargeStateConflict(DomainError):
    """The charge's state does not allow this."""

    code = "CHARGE_STATE_CONFLICT"

    def __init__(self, status: str) -> None:
        super().__init__(
            "Este item não está mais previsto.", path=["chargeItemId"], details={"status": status}
        )


class InvalidPayment(DomainError):
    """What was handed over cannot be a payment of this invoice."""

    code = "INVALID_PAYMENT"


class InvalidDiscount(DomainError):
    """That discount cannot be given on that invoice, or not by that person."""

    code = "INVALID_DISCOUNT"


class InvalidRefund(DomainError):
    """That much of that payment cannot go back."""

    code = "INVALID_REFUND"


class RefundDecided(DomainError):
    """Somebody decided the refund already."""

    code = "REFUND_DECIDED"

    def __init__(self) -> None:
        super().__init__("Este estorno já foi decidido.", path=["refundId"])


class SamePerson(DomainError):
    """A refund takes two people."""

    code = "SAME_PERSON"

    def __init__(self) -> None:
        super().__init__("Quem pede um estorno não pode aprová-lo.", path=["refundId"])


class NothingToClaim(DomainError):
    """No issued invoice waits to be claimed from this insurer."""

    code = "NOTHING_TO_CLAIM"

    def __init__(self) -> None:
        super().__init__("Não há guias a enviar a este convênio.", path=["ansRegistry"])


class ClaimStateConflict(DomainError):
    """The claim's state does not allow this."""

    code = "CLAIM_STATE_CONFLICT"

    def __init__(self, status: str) -> None:
        super().__init__(
            "A situação desta guia não permite isso.", path=["claimId"], details={"status": status}
        )


class StatementMismatch(DomainError):
    """The plan's statement does not add up to what was billed."""

    code = "STATEMENT_MISMATCH"

    def __init__(self, guia_number: str) -> None:
        super().__init__(
            f"O demonstrativo do plano não confere com a guia {guia_number}.",
            details={"guia_number": guia_number},
        )


class CashDeskClosed(DomainError):
    """Cash goes through a clerk's open desk, and there is none."""

    code = "CASH_DESK_CLOSED"

    def __init__(self) -> None:
        super().__init__("Abra o caixa desta clínica antes de mexer com dinheiro.")


class CashDeskOpen(DomainError):
    """The clerk has an open desk at the clinic."""

    code = "CASH_DESK_OPEN"

    def __init__(self, cash_desk_id: str) -> None:
        super().__init__(
            "Seu caixa nesta clínica já está aberto.", details={"cash_desk_id": cash_desk_id}
        )


class Overpayment(DomainError):
    """More than is owed."""

    code = "OVERPAYMENT"

    def __init__(self, owed: Decimal) -> None:
        super().__init__(
            "O pagamento passa do valor devido.", path=["amount"], details={"owed": f"{owed:f}"}
        )

    @staticmethod
    def owed_in(details: Details) -> Decimal:
        """What was owed, from the details of such an error."""
        return Decimal(details["owed"])
