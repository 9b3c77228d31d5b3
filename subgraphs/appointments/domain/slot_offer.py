"""A slot offer: a free slot shown to someone, as a token that only this service can have signed.

Nothing is stored when slots are shown. The token brings back what was offered; that the slot is
still free is for the database to decide at booking.
"""

import base64
import binascii
import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

OFFER_VALIDITY = timedelta(minutes=15)

_SIGNATURE_BYTES = 32


class InvalidOffer(ValueError):
    """The token was not signed by this service, or was altered."""


class ExpiredOffer(ValueError):
    """The token was good, but too long ago."""


@dataclass(frozen=True, slots=True, order=True)
class SlotOffer:
    """One service, by one practitioner, at one clinic, in one stretch of time."""

    starts_at: datetime
    ends_at: datetime
    practitioner_id: str
    clinic_id: str
    service_id: str


def sign(offer: SlotOffer, expires_at: datetime, key: bytes) -> str:
    """The token for `offer`, good until `expires_at` (whole seconds)."""
    body = json.dumps(
        [
            offer.practitioner_id,
            offer.clinic_id,
            offer.service_id,
            int(offer.starts_at.timestamp()),
            int(offer.ends_at.timestamp()),
            int(expires_at.timestamp()),
        ],
        separators=(",", ":"),
    ).encode()
    return base64.urlsafe_b64encode(_signature(body, key) + body).decode().rstrip("=")


def read(token: str, now: datetime, key: bytes) -> SlotOffer:
    """The offer that `token` carries.

    Raises:
        InvalidOffer: the signature is not ours.
        ExpiredOffer: its time is over at `now`.
    """
    try:
        raw = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise InvalidOffer("not base64url") from error
    signature, body = raw[:_SIGNATURE_BYTES], raw[_SIGNATURE_BYTES:]
    if not hmac.compare_digest(signature, _signature(body, key)):
        raise InvalidOffer("the signature does not match")
    practitioner_id, clinic_id, service_id, starts, ends, expires = json.loads(body)
    if datetime.fromtimestamp(expires, UTC) <= now:
        raise ExpiredOffer("the offer has expired")
    return SlotOffer(
        datetime.fromtimestamp(starts, UTC),
        datetime.fromtimestamp(ends, UTC),
        practitioner_id,
        clinic_id,
        service_id,
    )


def _signature(body: bytes, key: bytes) -> bytes:
    # The prefix keeps a signature made for another purpose with the same key from fitting here.
    return hmac.new(key, b"slot-offer:" + body, hashlib.sha256).digest()
