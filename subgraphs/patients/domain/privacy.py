"""Consent, and what the law lets a person ask about their data (LGPD, Lei 13.709/2018)."""

from dataclasses import replace
from enum import Enum

from subgraphs.kit.errors import InvalidInput
from subgraphs.patients.domain.patient import Demographics

MAX_BASIS = 500


class ConsentPurpose(Enum):
    """What a patient agrees to, or not (LGPD, art. 8)."""

    REMINDERS = "REMINDERS"
    """Reminders of appointments."""
    MARKETING = "MARKETING"
    """Campaigns and news."""
    RESEARCH = "RESEARCH"
    """Use of de-identified data in research."""
    DATA_SHARING = "DATA_SHARING"
    """Sharing with another institution."""


class ContactChannel(Enum):
    """By which way."""

    WHATSAPP = "WHATSAPP"
    """By WhatsApp."""
    SMS = "SMS"
    """By SMS."""
    EMAIL = "EMAIL"
    """By e-mail."""
    PHONE = "PHONE"
    """By a telephone call."""
    ANY = "ANY"
    """Whichever; for purposes that have no channel."""


class DataRequestKind(Enum):
    """What a person asked for (LGPD, art. 18)."""

    EXPORT = "EXPORT"
    """A copy of the data (art. 18, II and V)."""
    ERASURE = "ERASURE"
    """Erasure of what need not be kept (art. 18, VI; art. 16, I says what is kept)."""


def checked_basis(text: str) -> str:
    """The legal basis as it is kept. Raises ``InvalidInput`` where it says nothing."""
    basis = text.strip()
    if not 3 <= len(basis) <= MAX_BASIS:
        raise InvalidInput("Informe a base legal do pedido.", path=["legalBasis"])
    return basis


def without_contacts(known: Demographics) -> Demographics:
    """The data without what may be erased.

    Name, CPF, birth date and the records stay: the law has them kept for twenty years from the
    last entry (Lei 13.787/2018, art. 6; LGPD, art. 16, I).
    """
    return replace(known, phone=None, email=None, address=None, contacts=(), responsible=None)


ERASED_FIELDS = ("phone", "email", "address", "contacts", "responsible")
"""What ``without_contacts`` takes away, in histories too."""
