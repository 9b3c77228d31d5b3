"""The router's HTTP server as a bare ASGI app.

POST, GET /graphql   operations (see `graphql_over_http`)
GET /                the playground
GET /health          the process is alive
GET /ready           a supergraph is loaded and operations can be answered
GET /metrics         Prometheus
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Mapping, MutableMapping, Sequence
from typing import Any

from router.errors import RequestError
from router.executor.run import Headers
from router.gateway import Gateway, Response
from router.server.delegation import warn_of_delegation
from router.server.graphql_over_http import (
    GRAPHQL_RESPONSE,
    JSON,
    HttpRequest,
    accepted_media_type,
    is_json,
    malformed,
    read_get,
    read_post,
    status_of,
)
from router.server.playground import Playground
from router.server.telemetry import Telemetry

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
_CONTENT_TYPES = {
    media_type: (b"content-type", f"{media_type}; charset=utf-8".encode())
    for media_type in (JSON, GRAPHQL_RESPONSE)
}

Lifespan = Callable[[], Awaitable[None]]


class RouterApp:
    """An ASGI app over a gateway. `on_startup` and `on_shutdown` run with the server."""

    def __init__(
        self,
        gateway: Gateway,
        *,
        path: str = "/graphql",
        playground: bool = True,
        on_startup: Lifespan | None = None,
        on_shutdown: Lifespan | None = None,
    ) -> None:
        self.gateway = gateway
        self.path = path
        self.telemetry = Telemetry()
        gateway.observe(self.telemetry)
        self._identifies = gateway.identifies
        warn_of_delegation(gateway)
        self._playground = Playground(path) if playground else None
        self._on_startup = on_startup
        self._on_shutdown = on_shutdown
        self._forward = tuple(
            (name.encode("latin-1"), name) for name in gateway.options.forward_headers
        )

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Serve one connection (ASGI 3)."""
        if scope["type"] == "http":
            path = scope["path"]
            root = scope.get("root_path", "")
            if root and path.startswith(root):
                path = path[len(root) :] or "/"
            if path == self.path:
                await self._graphql(scope, receive, send)
            else:
                await self._page(path, scope["method"], send)
        elif scope["type"] == "lifespan":
            await self._lifespan(receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1003})

    async def _graphql(self, scope: Message, receive: Receive, send: Send) -> None:
        started = time.perf_counter()
        headers = _by_name(scope["headers"])
        accepted = accepted_media_type(headers.get(b"accept", b"").decode("latin-1"))
        media_type = accepted or JSON
        try:
            if accepted is None:
                raise malformed(
                    "The router answers in application/graphql-response+json or application/json.",
                    406,
                    "NOT_ACCEPTABLE",
                )
            request = await self._read(scope, headers, receive)
            response = await self.gateway.respond(
                (request.query, request.operation_name),
                request.variables,
                self._forwarded(headers),
                allows_mutation=scope["method"] == "POST",
                authorization=self._authorization(headers),
            )
        except RequestError as error:
            response = Response.refused(error)
        except Exception:
            # A fault of ours: the client is told that, and the log where it happened.
            self.telemetry.failed()
            response = Response.refused(_internal_error())
        status = status_of(response, media_type)
        self.telemetry.request(status, time.perf_counter() - started)
        await _answer(send, status, media_type, response)

    async def _read(
        self, scope: Message, headers: dict[bytes, bytes], receive: Receive
    ) -> HttpRequest:
        method = scope["method"]
        if method == "GET":
            return read_get(scope["query_string"])
        if method != "POST":
            raise malformed(
                "Send operations with POST, or queries with GET.",
                405,
                "METHOD_NOT_ALLOWED",
                allow="GET, POST",
            )
        # No other content type: a browser sends those without asking the server first (CSRF).
        if not is_json(headers.get(b"content-type", b"").decode("latin-1")):
            raise malformed(
                "The content type must be application/json, in UTF-8.",
                415,
                "UNSUPPORTED_MEDIA_TYPE",
            )
        return read_post(await self._body(headers, receive))

    async def _body(self, headers: dict[bytes, bytes], receive: Receive) -> bytes:
        most = self.gateway.options.limits.body_bytes
        length = headers.get(b"content-length")
        if length is not None and int(length) > most:
            raise _too_large(most)
        chunks: list[bytes] = []
        size, has_more = 0, True
        while has_more:
            message = await receive()
            chunks.append(message.get("body", b""))
            size += len(chunks[-1])
            if size > most:
                raise _too_large(most)
            has_more = message.get("more_body", False)
        return b"".join(chunks)

    def _forwarded(self, headers: dict[bytes, bytes]) -> Headers:
        return tuple(
            [
                (name, headers[raw].decode("latin-1"))
                for raw, name in self._forward
                if raw in headers
            ]
        )

    def _authorization(self, headers: dict[bytes, bytes]) -> str | None:
        if not self._identifies:
            return None
        value = headers.get(b"authorization")
        return None if value is None else value.decode("latin-1")

    async def _page(self, path: str, method: str, send: Send) -> None:
        status, content_type, body, headers = 404, "text/plain; charset=utf-8", b"Not found.\n", {}
        if method not in ("GET", "HEAD"):
            status, body, headers = 405, b"Only GET.\n", {"allow": "GET, HEAD"}
        elif path == "/health":
            status, body = 200, b"alive\n"
        elif path == "/ready":
            # A gateway exists only with a supergraph that was read and can be planned over.
            status, body = 200, b"ready\n"
        elif path == "/metrics":
            status, body = 200, self.telemetry.metrics()
        elif self._playground is not None:
            page = self._playground.page(path)
            if page is not None:
                status, (content_type, body, headers) = 200, page
        await _send(send, status, {"content-type": content_type, **headers}, body)

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        await receive()
        if self._on_startup is not None:
            await self._on_startup()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        if self._on_shutdown is not None:
            await self._on_shutdown()
        await self.gateway.close()
        await send({"type": "lifespan.shutdown.complete"})


def _by_name(headers: Sequence[tuple[bytes, bytes]]) -> dict[bytes, bytes]:
    """Headers by name; lines of one name are one value (RFC 9110, "Field Lines and Combined").

    So no second line can stand for a client that something before the router knew by the first.
    """
    by_name = dict(headers)
    if len(by_name) == len(headers):
        return by_name
    lines: dict[bytes, list[bytes]] = {}
    for name, value in headers:
        lines.setdefault(name, []).append(value)
    return {
        name: (b"; " if name == b"cookie" else b", ").join(values) for name, values in lines.items()
    }


def _internal_error() -> RequestError:
    return RequestError.of("The router failed.", "INTERNAL_SERVER_ERROR", status=500)


def _too_large(most: int) -> RequestError:
    return malformed(f"The body must not pass {most} bytes.", 413, "CONTENT_TOO_LARGE")


async def _answer(send: Send, status: int, media_type: str, response: Response) -> None:
    body = response.body
    headers = [_CONTENT_TYPES[media_type], (b"content-length", b"%d" % len(body))]
    if response.refusal is not None:
        headers += _raw(response.refusal.headers)
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def _send(send: Send, status: int, headers: dict[str, str], body: bytes) -> None:
    raw = [*_raw(headers), (b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": status, "headers": raw})
    await send({"type": "http.response.body", "body": body})


def _raw(headers: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
    return [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]
