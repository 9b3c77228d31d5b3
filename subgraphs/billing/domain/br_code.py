"""The text of a PIX QR code (BR Code): EMV merchant-presented fields with a checksum.

Banco Central do Brasil, "Manual de Padrões para Iniciação do Pix", and EMVCo QRCPS-MPM 1.1. Each
field is an id, a length and a value, of two digits, two digits and so many characters.
"""

import re
import unicodedata
from binascii import crc_hqx
from dataclasses import dataclass
from decimal import Decimal

_TXID = re.compile(r"[A-Za-z0-9]{1,25}|\*\*\*")
_DOMAIN = "br.gov.bcb.pix"
_REAL = "986"  # ISO 4217
_MAX_KEY = 77


@dataclass(frozen=True, slots=True)
class PixReceiver:
    """Who is paid: a PIX key, with the name and the city that the payer is shown."""

    key: str
    name: str
    city: str


def br_code(receiver: PixReceiver, txid: str, amount: Decimal | None = None) -> str:
    """What the QR code says; without an amount, the payer types one.

    Raises:
        ValueError: a value does not fit its field.
    """
    if not 1 <= len(receiver.key) <= _MAX_KEY:
        raise ValueError(f"a PIX key has 1 to {_MAX_KEY} characters")
    if not _TXID.fullmatch(txid):
        raise ValueError("a txid has 1 to 25 letters and digits")
    fields = [
        _field("00", "01"),
        _field("26", _field("00", _DOMAIN) + _field("01", receiver.key)),
        _field("52", "0000"),
        _field("53", _REAL),
        _field("54", _amount(amount)) if amount is not None else "",
        _field("58", "BR"),
        _field("59", _plain(receiver.name, 25)),
        _field("60", _plain(receiver.city, 15)),
        _field("62", _field("05", txid)),
        "6304",
    ]
    text = "".join(fields)
    return f"{text}{checksum(text):04X}"


def checksum(text: str) -> int:
    """CRC-16/CCITT-FALSE of everything before it, its own id and length included."""
    return crc_hqx(text.encode("ascii"), 0xFFFF)


def _field(id: str, value: str) -> str:
    if not 1 <= len(value) <= 99:
        raise ValueError(f"field {id} has 1 to 99 characters")
    return f"{id}{len(value):02d}{value}"


def _amount(amount: Decimal) -> str:
    text = f"{amount:.2f}"
    if amount <= 0 or Decimal(text) != amount or len(text) > 13:
        raise ValueError("an amount is positive, with at most two places and 13 characters")
    return text


def _plain(text: str, most: int) -> str:
    """Without accents, in the characters that every bank's app reads, and not too long."""
    decomposed = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    short = " ".join(decomposed.split())[:most].strip()
    if not short:
        raise ValueError("name and city of the receiver may not be empty")
    return short
