"""What other services are told of billing: states and references, no name, card or reason."""

from decimal import Decimal
from enum import StrEnum


class EventType(StrEnum):
    """What happens here that others may want to know."""

    COVERAGE_REGISTERED = "CoverageRegistered"
    COVERAGE_REMOVED = "CoverageRemoved"
    CHARGE_ITEM_CREATED = "ChargeItemCreated"
    AUTHORIZATION_DECIDED = "AuthorizationDecided"
    INVOICE_ISSUED = "InvoiceIssued"
    INVOICE_BALANCED = "InvoiceBalanced"
    INVOICE_REOPENED = "InvoiceReopened"
    INVOICE_CANCELLED = "InvoiceCancelled"
    CLAIM_DENIED = "ClaimDenied"


def in_reais(amount: Decimal | None) -> str | None:
    """An amount as JSON carries it here: a decimal text, never a float."""
    return None if amount is None else f"{amount:.2f}"
