"""From a request's headers to who makes it."""

from collections.abc import Mapping

import httpx

from subgraphs.kit.auth.actor import ANONYMOUS, EXPLORER, Actor
from subgraphs.kit.auth.router_credential import RouterCredential
from subgraphs.kit.auth.settings import IdentitySettings
from subgraphs.kit.auth.tokens import InvalidToken, Verifier

CHALLENGE = {"www-authenticate": 'Bearer error="invalid_token"'}
"""What a 401 carries (RFC 6750, section 3)."""


class Authenticator:
    """Tells who makes a request, by its bearer token (RFC 6750, section 2.1), and by which way."""

    def __init__(
        self, settings: IdentitySettings, transport: httpx.AsyncBaseTransport | None = None
    ) -> None:
        self._verifier = Verifier(settings, transport)
        self._router = RouterCredential(settings)
        self._without_token = EXPLORER if settings.authentication == "optional" else ANONYMOUS

    async def actor_of(self, headers: Mapping[str, str]) -> Actor:
        """Who makes the request; without a token it is anonymous.

        Raises ``InvalidToken`` where there is a token that does not count, ``NotTheRouter`` for a
        router's secret that is wrong, and ``UnusableKeys``.
        """
        return self._router.vouch(await self._holder(headers), headers)

    async def _holder(self, headers: Mapping[str, str]) -> Actor:
        header = headers.get("authorization")
        if header is None:
            return self._without_token
        scheme, _, token = header.partition(" ")
        if scheme.lower() != "bearer":
            raise InvalidToken
        return await self._verifier.actor_of(token.strip())
