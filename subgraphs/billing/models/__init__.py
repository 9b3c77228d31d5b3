"""What billing stores."""

from subgraphs.billing.models.authorization import AuthorizationRow
from subgraphs.billing.models.base import IDEMPOTENCY_KEYS, INBOX, OUTBOX, Base
from subgraphs.billing.models.cash_desk import CashDeskRow
from subgraphs.billing.models.claim import ClaimBatchRow, ClaimItemRow, ClaimRow
from subgraphs.billing.models.coverage import CoverageRow
from subgraphs.billing.models.discount import DiscountRow
from subgraphs.billing.models.invoice import (
    ChargeItemRow,
    InvoiceLineRow,
    InvoiceRow,
    InvoiceSeriesRow,
)
from subgraphs.billing.models.patient import MergedPatientRow
from subgraphs.billing.models.payment import PaymentRow, RefundRow
from subgraphs.billing.models.pix import PixChargeRow
from subgraphs.billing.models.price import PriceModifierRow, PriceRow, PriceTableVersion

__all__ = [
    "IDEMPOTENCY_KEYS",
    "INBOX",
    "OUTBOX",
    "AuthorizationRow",
    "Base",
    "CashDeskRow",
    "ChargeItemRow",
    "ClaimBatchRow",
    "ClaimItemRow",
    "ClaimRow",
    "CoverageRow",
    "DiscountRow",
    "InvoiceLineRow",
    "InvoiceRow",
    "InvoiceSeriesRow",
    "MergedPatientRow",
    "PaymentRow",
    "PixChargeRow",
    "PriceModifierRow",
    "PriceRow",
    "PriceTableVersion",
    "RefundRow",
]
