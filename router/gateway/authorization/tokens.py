"""Who asks: the token of a request verified, and remembered until it ends (RFC 6750, RFC 8725)."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import jwt

from router.errors import RequestError
from router.gateway.authorization.keys import Keys, UnusableKeys
from router.gateway.authorization.options import AuthenticationOptions
from router.gateway.lru_cache import LruCache

_REMEMBERED = 10_000


@dataclass(frozen=True, slots=True)
class Identity:
    """Who asks, as their token says; nobody has no claims."""

    is_authenticated: bool = False
    scopes: frozenset[str] = frozenset()
    claims: Mapping[str, Any] = field(default_factory=dict)

    @property
    def expires(self) -> float | None:
        """When the token ends, as of `time.time`; None for nobody."""
        return float(self.claims["exp"]) if "exp" in self.claims else None


ANONYMOUS = Identity()


class Tokens:
    """Reads the tokens of one issuer."""

    def __init__(self, options: AuthenticationOptions) -> None:
        self._options = options
        self._keys = Keys(options)
        self._known: LruCache[tuple[int, bytes], tuple[Identity, float]] = LruCache(_REMEMBERED)
        self._required = [
            "exp",
            *(["iss"] if options.issuer else []),
            *(["aud"] if options.audience else []),
        ]

    async def identify(self, authorization: str | None) -> Identity:
        """Who asks with this `Authorization` header. Raises `RequestError` for a bad token."""
        if not authorization:
            return ANONYMOUS
        scheme, _, token = authorization.partition(" ")
        token = token.strip()
        if scheme.lower() != "bearer" or not token or not token.isascii():
            raise _unauthenticated("The Authorization header must be 'Bearer' and a token.")
        digest = hashlib.sha256(token.encode("ascii")).digest()
        known = self._known.get((self._keys.generation, digest))
        if known is not None and time.time() < known[1]:
            return known[0]
        claims = await self._verified(token)
        identity = Identity(True, _scopes(claims.get(self._options.scopes_claim)), claims)
        # The generation may have grown while the key was looked for.
        self._known.put((self._keys.generation, digest), (identity, float(claims["exp"])))
        return identity

    async def _verified(self, token: str) -> Mapping[str, Any]:
        options = self._options
        try:
            key = await self._keys.find(jwt.get_unverified_header(token).get("kid"))
            if key is None:
                raise _unauthenticated("The token is signed with an unknown key.")
            return jwt.decode(
                token,
                key.key,
                algorithms=sorted(key.algorithms.intersection(options.algorithms)),
                issuer=options.issuer,
                audience=options.audience,
                options={"require": self._required, "verify_aud": options.audience is not None},
            )
        except jwt.ExpiredSignatureError as error:
            raise _unauthenticated("The token has expired.") from error
        except (jwt.PyJWTError, ValueError, TypeError, RecursionError) as error:
            # What is wrong with it helps a forger more than it helps a client.
            raise _unauthenticated("The token is not valid.") from error
        except UnusableKeys as error:
            # An outage must not look like a refusal.
            raise RequestError.of(
                "Tokens cannot be verified at the moment: the issuer's keys cannot be read.",
                "AUTHENTICATION_UNAVAILABLE",
                status=503,
            ) from error


def _scopes(claim: object) -> frozenset[str]:
    if isinstance(claim, str):
        return frozenset(claim.split())
    if isinstance(claim, list):
        return frozenset(each for each in claim if isinstance(each, str))
    return frozenset()


def _unauthenticated(message: str) -> RequestError:
    error = {"message": message, "extensions": {"code": "UNAUTHENTICATED"}}
    headers = {"www-authenticate": 'Bearer error="invalid_token"'}
    return RequestError([error], status=401, is_malformed=True, headers=headers)
