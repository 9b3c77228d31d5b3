"""How one service proves to another who it is."""

import asyncio
import time
from collections.abc import AsyncGenerator
from datetime import timedelta

import httpx

from subgraphs.kit.auth.roles import Role
from subgraphs.kit.auth.settings import IdentitySettings
from subgraphs.kit.auth.tokens import Holder, Issuer

_LIFETIME = timedelta(minutes=10)
_RENEW_SECONDS = 60


class ServiceAuth(httpx.Auth):
    """Puts a service token on every request of an ``httpx.AsyncClient``.

    ``httpx.AsyncClient(auth=ServiceAuth("billing", settings))``. The token is made when it is first
    needed, used until it is about to expire, and made anew once where a service refuses it.
    """

    def __init__(self, service: str, settings: IdentitySettings) -> None:
        self._holder = Holder(subject=f"service:{service}", role=Role.SERVICE)
        self._settings = settings
        self._token = ""
        self._renew_at = 0.0

    async def async_auth_flow(
        self, request: httpx.Request
    ) -> AsyncGenerator[httpx.Request, httpx.Response]:
        """The flow of httpx: with the token, and once more with a new one after a 401."""
        request.headers["authorization"] = f"Bearer {await self._current()}"
        answer = yield request
        if answer.status_code == 401:
            self._renew_at = 0.0
            request.headers["authorization"] = f"Bearer {await self._current()}"
            yield request

    async def _current(self) -> str:
        if time.monotonic() >= self._renew_at:
            issuer = await asyncio.to_thread(Issuer, self._settings)
            self._token = issuer.issue(self._holder, _LIFETIME)
            self._renew_at = time.monotonic() + _LIFETIME.total_seconds() - _RENEW_SECONDS
        return self._token
