"""A stand-in for qualified signatures: real Ed25519, keys derived from a secret per author.

By law a clinical document is signed with the author's own ICP-Brasil certificate (CFM resolution
2.299/2021, level NGS2). Whoever connects a certificate service implements `Signer` with it.
"""

import hashlib
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

_SCHEME = "sim-ed25519:"


class SimulatedSigner:
    """Signs and verifies with a key of each author's own."""

    def __init__(self, secret: str) -> None:
        self._secret = hmac.digest(secret.encode(), b"document signature", hashlib.sha256)

    def sign(self, author_id: str, digest: bytes) -> str:
        """The detached signature of `digest`."""
        return _SCHEME + urlsafe_b64encode(self._key(author_id).sign(digest)).decode()

    def verify(self, author_id: str, digest: bytes, signature: str) -> bool:
        """Whether `signature` is this author's for `digest`."""
        scheme, _, encoded = signature.partition(":")
        if f"{scheme}:" != _SCHEME:
            return False
        try:
            self._key(author_id).public_key().verify(urlsafe_b64decode(encoded), digest)
        except (InvalidSignature, ValueError):
            return False
        return True

    def _key(self, author_id: str) -> Ed25519PrivateKey:
        seed = hmac.digest(self._secret, author_id.encode(), hashlib.sha256)
        return Ed25519PrivateKey.from_private_bytes(seed)
