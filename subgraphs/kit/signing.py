"""Tokens that a client carries and cannot change: cursors, slot offers."""

import hashlib
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from typing import Any

import orjson

_MAC_BYTES = 16


class InvalidToken(ValueError):
    """The token was not made here, not for this purpose, or was changed."""


class Signer:
    """Signs JSON values for one purpose; a token of another purpose does not pass.

    HMAC-SHA-256 cut to 128 bits (RFC 2104, section 5), over a key derived per purpose.
    """

    def __init__(self, secret: str, purpose: str) -> None:
        self._key = hmac.digest(secret.encode(), purpose.encode(), hashlib.sha256)

    def sign(self, value: Any) -> str:
        """The value as an opaque token, safe in a URL. It is signed, not hidden."""
        payload = orjson.dumps(value)
        return urlsafe_b64encode(self._mac(payload) + payload).rstrip(b"=").decode()

    def read(self, token: str) -> Any:
        """The value in a token. Raises ``InvalidToken``."""
        try:
            raw = urlsafe_b64decode(token.encode() + b"=" * (-len(token) % 4))
        except (Base64Error, ValueError) as error:
            raise InvalidToken("not a token") from error
        mac, payload = raw[:_MAC_BYTES], raw[_MAC_BYTES:]
        if not hmac.compare_digest(mac, self._mac(payload)):
            raise InvalidToken("the signature does not match")
        return orjson.loads(payload)

    def _mac(self, payload: bytes) -> bytes:
        return hmac.digest(self._key, payload, hashlib.sha256)[:_MAC_BYTES]
