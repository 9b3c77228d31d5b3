"""A payment by PIX, from the code that is shown to the bank's word that it came."""

import re
from datetime import datetime, timedelta
from enum import StrEnum

from subgraphs.billing.domain.errors import InvalidPayment

LIFETIME = timedelta(minutes=30)
"""How long a code counts; then a new one is asked for."""

_END_TO_END = re.compile(r"E[0-9]{8}[0-9]{12}[A-Za-z0-9]{11}")


class PixStatus(StrEnum):
    """Where it stands. Nobody has to mark one as expired: the time does."""

    PENDING = "PENDING"
    """Waiting to be paid."""
    CONFIRMED = "CONFIRMED"
    """Paid."""
    EXPIRED = "EXPIRED"
    """Its time ran out."""


def pix_status(payment_id: str | None, expires_at: datetime, now: datetime) -> PixStatus:
    """Where a PIX stands at a moment."""
    if payment_id is not None:
        return PixStatus.CONFIRMED
    return PixStatus.PENDING if now < expires_at else PixStatus.EXPIRED


def txid_of(pix_id: str) -> str:
    """The 25 characters by which the bank names it: the end of its id, where ids differ."""
    return pix_id.replace("-", "")[-25:]


def check_end_to_end_id(text: str) -> None:
    """Refuse what is not the number that the payment system gave a payment.

    Raises:
        InvalidPayment: it is none.
    """
    if not _END_TO_END.fullmatch(text):
        raise InvalidPayment(
            "O identificador do Pix tem 32 caracteres e começa com E.", path=["endToEndId"]
        )
