"""Failures of the connection, played in front of the application.

Failures of content (a denial, a price that rose) are left to the application: it finds the mode
in `request.state.failure`.
"""

import asyncio
import socket
import struct
from collections.abc import Awaitable, Callable
from typing import Any

import orjson
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from subgraphs.health_plan.failure import FailureMode, FailureRule, FailureSwitchboard

FAILURE_HEADER = b"x-simulate-failure"
CARD_HEADER = b"beneficiary-card"

CardsBehind = Callable[[str, bytes], list[str]]
"""The cards that a request is about although it does not name them, by its path and body."""

_Play = Callable[[FailureRule, Scope, Receive, Send], Awaitable[None]]


class FailureInjection:
    """ASGI middleware: meets each request with the failure that is switched on for it."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        switchboard: FailureSwitchboard,
        default_delay_seconds: float,
        cards_behind: CardsBehind,
    ) -> None:
        self._app = app
        self._switchboard = switchboard
        self._default_delay = default_delay_seconds
        self._cards_behind = cards_behind
        self._plays: dict[FailureMode, _Play] = {
            FailureMode.TIMEOUT_BEFORE_ACCEPT: self._timeout_before_accept,
            FailureMode.TIMEOUT_AFTER_ACCEPT: self._timeout_after_accept,
            FailureMode.SERVER_ERROR: self._server_error,
            FailureMode.TOO_MANY_REQUESTS: self._too_many_requests,
            FailureMode.CONNECTION_RESET: self._connection_reset,
            FailureMode.SLOW_DRIP: self._slow_drip,
            FailureMode.MALFORMED_JSON: self._malformed_json,
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what is not an insurer's operation; play the failure of what is."""
        if scope["type"] != "http" or not _operation(scope):
            await self._app(scope, receive, send)
            return
        body = await _read_body(receive)
        try:
            rule = self._failure_of(scope, body)
        except ValueError:
            await _send_problem(send, 400, "UNKNOWN_FAILURE_MODE", "See GET /v1/failures.")
            return
        scope.setdefault("state", {})["failure"] = rule.mode if rule else None
        play = self._plays.get(rule.mode) if rule else None
        if rule is None or play is None:
            await self._app(scope, _replay(body), send)
        else:
            await play(rule, scope, _replay(body), send)

    def _failure_of(self, scope: Scope, body: bytes) -> FailureRule | None:
        headers = dict(scope["headers"])
        if named := headers.get(FAILURE_HEADER):
            return FailureRule(FailureMode(named.decode("latin-1").upper()))
        cards = _cards_in(headers, body) or self._cards_behind(str(scope["path"]), body)
        return self._switchboard.strike(_operation(scope), cards)

    def _delay(self, rule: FailureRule) -> float:
        return self._default_delay if rule.delay_seconds is None else rule.delay_seconds

    async def _timeout_before_accept(
        self, rule: FailureRule, scope: Scope, receive: Receive, send: Send
    ) -> None:
        await asyncio.sleep(self._delay(rule))
        await _send_problem(send, 503, "UNAVAILABLE", "The request was not taken.")

    async def _timeout_after_accept(
        self, rule: FailureRule, scope: Scope, receive: Receive, send: Send
    ) -> None:
        sent = await self._answer(scope, receive)
        await asyncio.sleep(self._delay(rule))
        for message in sent:
            await send(message)

    async def _server_error(
        self, rule: FailureRule, scope: Scope, receive: Receive, send: Send
    ) -> None:
        await _send_problem(send, 500, "INTERNAL_ERROR", "The request was not taken.")

    async def _too_many_requests(
        self, rule: FailureRule, scope: Scope, receive: Receive, send: Send
    ) -> None:
        retry_after = (b"retry-after", str(rule.retry_after_seconds).encode())
        await _send_problem(send, 429, "TOO_MANY_REQUESTS", "Ask again later.", [retry_after])

    async def _connection_reset(
        self, rule: FailureRule, scope: Scope, receive: Receive, send: Send
    ) -> None:
        transport = getattr(getattr(send, "__self__", None), "transport", None)
        if transport is None:
            raise ConnectionResetError("simulated by the health plan")
        # Zero linger makes the kernel send RST instead of FIN.
        transport.get_extra_info("socket").setsockopt(
            socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0)
        )
        transport.abort()

    async def _slow_drip(
        self, rule: FailureRule, scope: Scope, receive: Receive, send: Send
    ) -> None:
        start, body = _start_and_body(await self._answer(scope, receive))
        await send(start)
        pause = self._delay(rule) / max(len(body), 1)
        for index in range(len(body)):
            await send(_part(body[index : index + 1]))
            await asyncio.sleep(pause)
        await send({"type": "http.response.body", "body": b""})

    async def _malformed_json(
        self, rule: FailureRule, scope: Scope, receive: Receive, send: Send
    ) -> None:
        start, body = _start_and_body(await self._answer(scope, receive))
        half = body[: len(body) // 2]
        headers = [header for header in start["headers"] if header[0] != b"content-length"]
        await send({**start, "headers": [*headers, (b"content-length", b"%d" % len(half))]})
        await send({"type": "http.response.body", "body": half})

    async def _answer(self, scope: Scope, receive: Receive) -> list[Message]:
        """What the application would send: it has taken the request."""
        sent: list[Message] = []

        async def keep(message: Message) -> None:
            sent.append(message)

        await self._app(scope, receive, keep)
        return sent


def _operation(scope: Scope) -> str:
    """The first part of the path under /v1, or nothing for health, docs and the failure switch."""
    parts = str(scope["path"]).split("/")
    if len(parts) < 3 or parts[1] != "v1" or parts[2] == "failures":
        return ""
    return parts[2]


def _cards_in(headers: dict[bytes, bytes], body: bytes) -> list[str]:
    """The cards that a request names: one in its header or body, or one for each guia."""
    if card := headers.get(CARD_HEADER):
        return [card.decode("latin-1")]
    try:
        content: Any = orjson.loads(body) if body else None
    except orjson.JSONDecodeError:
        return []
    if not isinstance(content, dict):
        return []
    guias = content.get("guias")
    holders = [content, *(guias if isinstance(guias, list) else [])]
    found = [holder.get("cardNumber") for holder in holders if isinstance(holder, dict)]
    return [card for card in found if isinstance(card, str)]


async def _read_body(receive: Receive) -> bytes:
    body = bytearray()
    while True:
        message = await receive()
        body += message.get("body", b"")
        if not message.get("more_body", False):
            return bytes(body)


def _replay(body: bytes) -> Receive:
    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    return receive


def _start_and_body(sent: list[Message]) -> tuple[Message, bytes]:
    return sent[0], b"".join(message.get("body", b"") for message in sent[1:])


def _part(body: bytes) -> Message:
    return {"type": "http.response.body", "body": body, "more_body": True}


async def _send_problem(
    send: Send,
    status: int,
    code: str,
    message: str,
    headers: list[tuple[bytes, bytes]] | None = None,
) -> None:
    body = orjson.dumps({"code": code, "message": message})
    content_type = (b"content-type", b"application/json")
    length = (b"content-length", b"%d" % len(body))
    start = {"type": "http.response.start", "status": status}
    await send({**start, "headers": [content_type, length, *(headers or [])]})
    await send({"type": "http.response.body", "body": body})
