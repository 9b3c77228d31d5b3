"""Tokens: signed statements of who somebody is (JWT access tokens, RFC 9068)."""

import hashlib
import time
from collections import OrderedDict
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import jwt

from subgraphs.kit.auth.actor import Actor
from subgraphs.kit.auth.keys import TrustedKeys, signing_key
from subgraphs.kit.auth.roles import Role, scopes_of
from subgraphs.kit.auth.settings import IdentitySettings
from subgraphs.kit.identifiers import new_id

_LEEWAY_SECONDS = 5
_CACHED_TOKENS = 1024
_CACHED_SECONDS = 60
_REQUIRED = ["exp", "iat", "sub", "iss", "aud"]


class InvalidToken(Exception):
    """The token does not count: forged, expired, or for somebody else. It says no more."""


@dataclass(frozen=True, slots=True)
class Holder:
    """Whom a token is for."""

    subject: str
    role: Role
    practitioner_id: str | None = None
    patient_id: str | None = None


class Issuer:
    """Makes tokens with this installation's own key: for development, and between services.

    Raises ``UnusableKeys``.
    """

    def __init__(self, settings: IdentitySettings) -> None:
        self._settings = settings
        self._key = signing_key(settings)

    def issue(self, holder: Holder, lifetime: timedelta) -> str:
        """A token that says who ``holder`` is for as long as ``lifetime``."""
        now = datetime.now(UTC)
        claims = {
            "iss": self._settings.jwt_issuer,
            "aud": self._settings.jwt_audience,
            "sub": holder.subject,
            "iat": now,
            "exp": now + lifetime,
            "jti": new_id(),
            "roles": [holder.role.value],
            "scope": " ".join(sorted(scopes_of([holder.role.value]))),
            "practitioner_id": holder.practitioner_id,
            "patient_id": holder.patient_id,
        }
        given = {name: value for name, value in claims.items() if value is not None}
        header = {"kid": self._key.id, "typ": "at+jwt"}
        return jwt.encode(given, self._key.key, self._key.algorithm, headers=header)


class Verifier:
    """Reads tokens. One that was read a moment ago is not verified anew."""

    def __init__(
        self, settings: IdentitySettings, transport: httpx.AsyncBaseTransport | None = None
    ) -> None:
        self._settings = settings
        self._keys = TrustedKeys(settings, transport)
        self._seen: OrderedDict[bytes, tuple[float, Actor]] = OrderedDict()

    async def actor_of(self, token: str) -> Actor:
        """Who the token says it is. Raises ``InvalidToken`` and ``UnusableKeys``."""
        fingerprint = hashlib.blake2b(token.encode(errors="replace"), digest_size=32).digest()
        until, known = self._seen.get(fingerprint, (0.0, None))
        if known is not None and time.time() < until:
            return known
        claims = await self._claims(token)
        actor = _actor(claims)
        self._remember(fingerprint, min(claims["exp"], time.time() + _CACHED_SECONDS), actor)
        return actor

    def _remember(self, fingerprint: bytes, until: float, actor: Actor) -> None:
        self._seen[fingerprint] = until, actor
        self._seen.move_to_end(fingerprint)
        if len(self._seen) > _CACHED_TOKENS:
            self._seen.popitem(last=False)

    async def _claims(self, token: str) -> dict[str, Any]:
        try:
            header = jwt.get_unverified_header(token)
            key = await self._keys.find(header.get("kid"))
            if key is None:
                raise InvalidToken
            # The key says the algorithm; what the token says of it must agree (RFC 8725, 3.1).
            claims: dict[str, Any] = jwt.decode(
                token,
                key,
                algorithms=[key.algorithm_name],
                issuer=self._settings.jwt_issuer,
                audience=self._settings.jwt_audience,
                leeway=_LEEWAY_SECONDS,
                options={"require": _REQUIRED},
            )
        except jwt.PyJWTError:
            # Its text may quote the token.
            raise InvalidToken from None
        return claims


def _actor(claims: dict[str, Any]) -> Actor:
    roles = claims.get("roles", [])
    scope = claims.get("scope")
    if not isinstance(roles, list) or not isinstance(scope, str | None):
        raise InvalidToken
    names = frozenset(role for role in roles if isinstance(role, str))
    return Actor(
        id=claims["sub"],
        scopes=scopes_of(names) if scope is None else frozenset(scope.split()),
        roles=names,
        practitioner_id=_text(claims.get("practitioner_id")),
        patient_id=_text(claims.get("patient_id")),
    )


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None
