"""Keys of tokens: the local issuer's pair, and the public keys that a service trusts.

Asymmetric keys alone (RFC 8725, section 3.1): a public key can then never serve as a secret.
"""

import asyncio
import hashlib
import os
import time
from base64 import urlsafe_b64encode
from pathlib import Path
from typing import Any

import httpx
import jwt
import orjson
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
    load_pem_public_key,
)
from jwt.algorithms import get_default_algorithms

from subgraphs.kit.auth.settings import IdentitySettings

ALGORITHMS = ("ES256", "RS256", "EdDSA")
_REFRESH_SECONDS = 600
_RETRY_SECONDS = 10
_PEM = "-----BEGIN"


class UnusableKeys(Exception):
    """The keys that the settings name cannot be read, or are of a kind that is not accepted."""


class SigningKey:
    """A private key, and how its public half is named."""

    def __init__(self, pem: str) -> None:
        self.key: Any = load_pem_private_key(pem.encode(), password=None)
        self.algorithm = _algorithm_of(self.key)
        self.jwk = public_jwk(self.key.public_key())

    @property
    def id(self) -> str:
        """The key's name in a token's header."""
        name: str = self.jwk["kid"]
        return name


def _algorithm_of(key: Any) -> str:
    if isinstance(key, ec.EllipticCurvePrivateKey | ec.EllipticCurvePublicKey):
        if isinstance(key.curve, ec.SECP256R1):
            return "ES256"
    elif isinstance(key, rsa.RSAPrivateKey | rsa.RSAPublicKey):
        return "RS256"
    elif isinstance(key, ed25519.Ed25519PrivateKey | ed25519.Ed25519PublicKey):
        return "EdDSA"
    raise UnusableKeys(f"The key must be one for {', '.join(ALGORITHMS)}.")


def public_jwk(key: Any) -> dict[str, Any]:
    """A public key as a JWK, named by its thumbprint (RFC 7638)."""
    algorithm = _algorithm_of(key)
    written: Any = get_default_algorithms()[algorithm].to_jwk(key, as_dict=True)
    jwk = {name: written[name] for name in ("crv", "e", "kty", "n", "x", "y") if name in written}
    thumbprint = hashlib.sha256(orjson.dumps(jwk, option=orjson.OPT_SORT_KEYS)).digest()
    name = urlsafe_b64encode(thumbprint).rstrip(b"=").decode()
    return {**jwk, "kid": name, "alg": algorithm, "use": "sig"}


def signing_key(settings: IdentitySettings) -> SigningKey:
    """The key with which this installation signs.

    In development a pair is made when there is none. Raises ``UnusableKeys``.
    """
    given = settings.jwt_private_key.get_secret_value()
    if given:
        return SigningKey(given if _PEM in given else text_of(Path(given)))
    if settings.environment == "production":
        raise UnusableKeys("JWT_PRIVATE_KEY is not set, and production makes no key by itself.")
    return key_in(settings.identity_folder)


def key_in(folder: Path) -> SigningKey:
    """The local issuer's pair; where there is none it is made, by one process of several."""
    private = folder / "private-key.pem"
    folder.mkdir(parents=True, exist_ok=True)
    if not private.exists():
        pem = ec.generate_private_key(ec.SECP256R1()).private_bytes(
            Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
        )
        create(private, pem)
    key = SigningKey(text_of(private))
    if not (folder / "jwks.json").exists():
        create(folder / "jwks.json", orjson.dumps({"keys": [key.jwk]}))
    return key


def create(path: Path, content: bytes) -> None:
    """Write a file that only its owner reads, whole or not at all; one that is there stays."""
    draft = path.with_suffix(f".{os.getpid()}-{time.monotonic_ns()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
    try:
        path.hardlink_to(draft)
    except FileExistsError:
        pass  # Another process was first; its file counts.
    finally:
        draft.unlink()


def text_of(path: Path) -> str:
    """The content of a key file. Raises ``UnusableKeys``."""
    try:
        return path.read_text()
    except OSError as error:
        raise UnusableKeys(f"The key file {path} cannot be read: {error.strerror}.") from error


class TrustedKeys:
    """The issuer's public keys, read when needed, and again when a token names a new one."""

    def __init__(
        self, settings: IdentitySettings, transport: httpx.AsyncBaseTransport | None = None
    ) -> None:
        self._settings = settings
        self._transport = transport
        self._keys: dict[str, jwt.PyJWK] = {}
        self._read_at = float("-inf")
        self._lock = asyncio.Lock()

    async def find(self, key_id: str | None) -> jwt.PyJWK | None:
        """The key with this name; where the token names none, the only one there is.

        Raises ``UnusableKeys``.
        """
        age = time.monotonic() - self._read_at
        if age > _REFRESH_SECONDS or (age > _RETRY_SECONDS and not self._known(key_id)):
            await self._refresh(key_id)
        return self._known(key_id)

    def _known(self, key_id: str | None) -> jwt.PyJWK | None:
        if key_id is None and len(self._keys) == 1:
            return next(iter(self._keys.values()))
        return self._keys.get(key_id or "")

    async def _refresh(self, key_id: str | None) -> None:
        seen = self._read_at
        async with self._lock:
            if self._read_at != seen:
                return  # Another request read them meanwhile.
            try:
                self._keys = _usable(await self._read())
            except UnusableKeys:
                if not self._known(key_id):
                    raise
            self._read_at = time.monotonic()

    async def _read(self) -> list[Any]:
        given = self._settings.jwt_keys
        if not given:
            return [(await asyncio.to_thread(signing_key, self._settings)).jwk]
        if given.startswith(("http://", "https://")):
            return _jwks(await self._fetch(given))
        text = given if _PEM in given else await asyncio.to_thread(text_of, Path(given))
        if _PEM in text:
            return [public_jwk(load_pem_public_key(text.encode()))]
        return _jwks(text)

    async def _fetch(self, url: str) -> str:
        try:
            async with httpx.AsyncClient(transport=self._transport, timeout=5) as client:
                answer = await client.get(url)
                return answer.raise_for_status().text
        except httpx.HTTPError as error:
            raise UnusableKeys(f"The issuer's keys at {url} did not come.") from error


def _jwks(text: str) -> list[Any]:
    try:
        keys = orjson.loads(text)["keys"]
    except (orjson.JSONDecodeError, TypeError, KeyError) as error:
        raise UnusableKeys("The issuer's keys are not a JWKS.") from error
    return keys if isinstance(keys, list) else []


def _usable(jwks: list[Any]) -> dict[str, jwt.PyJWK]:
    """The keys that may sign tokens; the others (secrets, keys for encryption) are left out."""
    usable = {}
    for jwk in jwks:
        if not isinstance(jwk, dict) or jwk.get("use", "sig") != "sig":
            continue
        try:
            key = jwt.PyJWK(jwk)
        except (jwt.PyJWTError, NotImplementedError):
            continue  # A kind that this library does not know.
        if key.algorithm_name in ALGORITHMS:
            usable[key.key_id or ""] = key
    return usable
