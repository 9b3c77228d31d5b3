"""The issuer's public keys: read when first needed, and again when a token names a new one."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import jwt
import orjson
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, rsa
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from pyreqwest.client import ClientBuilder
from pyreqwest.exceptions import RequestError as HttpError

from router.errors import RouterError
from router.gateway.authorization.options import AuthenticationOptions

_REFRESH_SECONDS = 600.0
_FILE_REFRESH_SECONDS = 10.0
_UNKNOWN_KEY_SECONDS = 10.0
_NO_KEYS_SECONDS = 1.0
_TIMEOUT = timedelta(seconds=5)

_RSA = frozenset({"RS256", "RS384", "RS512", "PS256", "PS384", "PS512"})
_CURVES = {"secp256r1": "ES256", "secp384r1": "ES384", "secp521r1": "ES512"}


class UnusableKeys(RouterError):
    """The issuer's keys cannot be read."""


@dataclass(frozen=True, slots=True)
class VerifyingKey:
    """A public key, and the algorithms that it may be used with."""

    key: Any
    algorithms: frozenset[str]


class Keys:
    """The keys by their names (`kid`); `generation` grows with each change of them.

    Raises `UnusableKeys` for a file that cannot be read; a URL may be away for a while.
    """

    def __init__(self, options: AuthenticationOptions) -> None:
        self._options = options
        self._keys: Mapping[str | None, VerifyingKey] = {}
        self._content = b""
        self._read_at = float("-inf")
        self._lock = asyncio.Lock()
        self.generation = 0
        self._file = options.jwks_file or options.public_key_file
        if self._file is not None:
            self._take(self._read_file())

    async def find(self, key_id: str | None) -> VerifyingKey | None:
        """The key of this name; where a token names none, the only key that there is.

        Raises `UnusableKeys` where none could be read so far.
        """
        if time.monotonic() - self._read_at > self._seconds_until_read(key_id):
            await self._refresh()
        if not self._keys:
            raise UnusableKeys("The issuer's keys could not be read so far.")
        return self._known(key_id)

    def _seconds_until_read(self, key_id: str | None) -> float:
        if not self._keys:
            return _NO_KEYS_SECONDS
        if self._known(key_id) is None:
            return _UNKNOWN_KEY_SECONDS
        return _REFRESH_SECONDS if self._file is None else _FILE_REFRESH_SECONDS

    def _known(self, key_id: str | None) -> VerifyingKey | None:
        if None in self._keys:  # a key in a PEM file has no name
            return self._keys[None]
        if key_id is None and len(self._keys) == 1:
            return next(iter(self._keys.values()))
        return self._keys.get(key_id) if key_id is not None else None

    async def _refresh(self) -> None:
        seen = self._read_at
        async with self._lock:
            if self._read_at != seen:
                return  # someone else read them meanwhile
            try:
                self._take(await self._read())
            except UnusableKeys:
                # Known keys stay good while the issuer is away.
                self._read_at = time.monotonic()

    def _take(self, content: bytes) -> None:
        if content != self._content:
            self._keys = self._parsed(content)
            self._content = content
            self.generation += 1
        self._read_at = time.monotonic()

    async def _read(self) -> bytes:
        if self._options.jwks_url is not None:
            return await _download(self._options.jwks_url)
        return await asyncio.to_thread(self._read_file)

    def _read_file(self) -> bytes:
        assert self._file is not None
        try:
            return self._file.read_bytes()
        except OSError as error:
            raise UnusableKeys(
                f"The key file {self._file} cannot be read: {error.strerror}."
            ) from error

    def _parsed(self, content: bytes) -> Mapping[str | None, VerifyingKey]:
        try:
            if self._options.public_key_file is not None:
                return {None: _verifying(load_pem_public_key(content), None)}
            return _of_jwks(orjson.loads(content))
        except (ValueError, TypeError, KeyError, AttributeError, UnsupportedAlgorithm) as error:
            raise UnusableKeys("The issuer's keys are not a JWKS or a PEM public key.") from error


async def _download(url: str) -> bytes:
    try:
        builder = ClientBuilder().timeout(_TIMEOUT).follow_redirects(False).no_proxy()
        async with builder.build() as client:
            response = await client.get(url).build().send()
            content = bytes(await response.bytes())
    except HttpError as error:
        raise UnusableKeys(f"The keys at {url} cannot be read.") from error
    if response.status != 200:
        raise UnusableKeys(f"The keys at {url} cannot be read: status {response.status}.")
    return content


def _of_jwks(content: Mapping[str, Any]) -> Mapping[str | None, VerifyingKey]:
    keys: dict[str | None, VerifyingKey] = {}
    for number, each in enumerate(content["keys"]):
        if each.get("use", "sig") != "sig" or each.get("kty") not in ("RSA", "EC", "OKP"):
            continue
        try:
            key = jwt.PyJWK(each).key
            verifying = _verifying(key, each.get("alg"))
        except (jwt.PyJWTError, ValueError):
            continue  # a kind of key that nobody here signs with
        keys[str(each.get("kid", f"key {number}"))] = verifying
    if not keys:
        raise ValueError("no key to verify with")
    return keys


def _verifying(key: Any, declared: str | None) -> VerifyingKey:
    """The key says which algorithms count, never the token (RFC 8725, section 3.1)."""
    if isinstance(key, rsa.RSAPublicKey):
        algorithms = _RSA
    elif isinstance(key, ec.EllipticCurvePublicKey) and key.curve.name in _CURVES:
        algorithms = frozenset({_CURVES[key.curve.name]})
    elif isinstance(key, ed25519.Ed25519PublicKey | ed448.Ed448PublicKey):
        algorithms = frozenset({"EdDSA"})
    else:
        raise ValueError("not a public key of a kind that is known")
    return VerifyingKey(key, algorithms if declared is None else algorithms & {declared})
