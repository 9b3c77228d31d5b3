"""Decisions announced to the clinic: webhooks, signed, repeated until they are taken.

An announcement is a hint that there is something to ask; it says no more than that, and may come
twice, late, early or in the wrong order.
"""

import asyncio
import hashlib
import hmac
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import datetime

import httpx
import orjson
import structlog

from subgraphs.health_plan.authorization import UNDECIDED, Desk
from subgraphs.health_plan.failure import FailureMode
from subgraphs.health_plan.messages import AuthorizationAnswer, AuthorizationStatus
from subgraphs.health_plan.store import Document

logger = structlog.get_logger()

KIND = "announcement"
SIGNATURE_HEADER = "X-Signature"


class Announcer:
    """Tells the clinic when an authorization that was in analysis is decided."""

    def __init__(
        self, desk: Desk, url: str | None, secret: str, now: Callable[[], datetime]
    ) -> None:
        self._desk = desk
        self._url = url
        self._secret = secret.encode()
        self._now = now
        self._http: httpx.AsyncClient | None = None

    @asynccontextmanager
    async def at_work(self, interval_seconds: float) -> AsyncIterator[None]:
        """Announce what is due, again and again; without an address there is nothing to do."""
        if self._url is None:
            yield
            return
        async with httpx.AsyncClient(timeout=5) as self._http:
            working = asyncio.create_task(self._work(interval_seconds))
            yield
            working.cancel()
            with suppress(asyncio.CancelledError):
                await working

    def schedule(
        self, answer: AuthorizationAnswer, request_key: str, failure: FailureMode | None
    ) -> None:
        """Remember to announce the decision of a request that is in analysis."""
        if self._url is None or answer.status not in UNDECIDED:
            return
        document = {
            "requestKey": request_key,
            "twice": failure is FailureMode.DUPLICATE_WEBHOOK,
            "lateNotice": failure is FailureMode.WEBHOOKS_OUT_OF_ORDER,
        }
        self._desk.store.put(KIND, answer.id, document)

    async def announce_early(self, request_key: str) -> None:
        """Announce a request before its own response is sent."""
        if self._http is not None:
            await self._send(request_key, AuthorizationStatus.IN_ANALYSIS)

    async def _work(self, interval_seconds: float) -> None:
        while True:
            for authorization_id, document in self._desk.store.all(KIND):
                await self._announce(authorization_id, document)
            await asyncio.sleep(interval_seconds)

    async def _announce(self, authorization_id: str, document: Document) -> None:
        answer = self._desk.find(authorization_id, now=self._now())
        if answer is None or answer.status in UNDECIDED:
            return
        statuses: list[AuthorizationStatus] = [answer.status]
        if document["twice"]:
            statuses.append(answer.status)
        if document["lateNotice"]:
            statuses.append(AuthorizationStatus.IN_ANALYSIS)
        taken = [await self._send(document["requestKey"], status) for status in statuses]
        if all(taken):
            self._desk.store.remove(KIND, authorization_id)

    async def _send(self, request_key: str, status: AuthorizationStatus) -> bool:
        """Whether the clinic took it."""
        body = orjson.dumps({"requestKey": request_key, "status": status})
        signature = hmac.digest(self._secret, body, hashlib.sha256).hex()
        headers = {SIGNATURE_HEADER: signature, "Content-Type": "application/json"}
        assert self._http is not None
        assert self._url is not None
        try:
            response = await self._http.post(self._url, content=body, headers=headers)
        except httpx.HTTPError as error:
            logger.warning("announcement not taken", reason=type(error).__name__)
            return False
        return response.is_success
