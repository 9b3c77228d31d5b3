"""A subgraph that is an ASGI app in this process, reached without a socket.

The app is named by an import string (`package.module:app`), and its lifespan is run: startup
before the first request, shutdown when the transport is closed.
"""

from __future__ import annotations

import asyncio
import importlib
from collections.abc import AsyncGenerator, Awaitable, Callable, MutableMapping
from contextlib import aclosing
from typing import Any

from router.errors import RouterError, SubgraphTimeout, SubgraphUnreachable
from router.executor.event_stream import ACCEPT, responses
from router.executor.run import Headers

_ACCEPT = "application/graphql-response+json, application/json;q=0.9"

Message = MutableMapping[str, Any]
AsgiApp = Callable[
    [Message, Callable[[], Awaitable[Message]], Callable[[Message], Awaitable[None]]],
    Awaitable[None],
]


def import_app(name: str) -> AsgiApp:
    """The app that `package.module:attribute` names. Raises `RouterError` where there is none."""
    module_name, _, attribute = name.partition(":")
    try:
        app: AsgiApp = getattr(importlib.import_module(module_name), attribute)
    except (ImportError, AttributeError, ValueError) as error:
        raise RouterError(
            f"'{name}' names no ASGI app; write it as 'package.module:app'. ({error})"
        ) from error
    if not callable(app):
        raise RouterError(f"'{name}' is no ASGI app: it cannot be called.")
    return app


class AsgiTransport:
    """Asks an ASGI app at `path`."""

    def __init__(self, app: AsgiApp | str, path: str = "/graphql") -> None:
        self.app = import_app(app) if isinstance(app, str) else app
        self.path = path
        self._lifespan = _Lifespan(self.app)

    async def send(self, body: bytes, headers: Headers, seconds: float) -> tuple[int, bytes]:
        """See `router.executor.transport.Transport`."""
        try:
            async with asyncio.timeout(seconds):
                await self._lifespan.start()
                return await self._request(body, headers)
        except TimeoutError as error:
            raise SubgraphTimeout(f"No answer came within {seconds:g} s.") from error

    async def stream(
        self, body: bytes, headers: Headers, seconds: float
    ) -> AsyncGenerator[bytes, None]:
        """See `router.executor.transport.StreamTransport`."""
        exchange = _StreamedExchange(body)
        app: asyncio.Task[None] | None = None
        try:
            try:
                async with asyncio.timeout(seconds):
                    await self._lifespan.start()
                    scope = self._scope(body, headers, ACCEPT)
                    app = asyncio.create_task(exchange.run(self.app, scope))
                    status, content_type = await exchange.head
            except TimeoutError as error:
                raise SubgraphTimeout(f"No answer came within {seconds:g} s.") from error
            async with aclosing(responses(status, content_type, exchange.read())) as events:
                async for event in events:
                    yield event
        finally:
            exchange.is_complete.set()
            if app is not None:
                app.cancel()
                await asyncio.wait([app])

    async def close(self) -> None:
        """Run the app's shutdown."""
        await self._lifespan.stop()

    async def _request(self, body: bytes, headers: Headers) -> tuple[int, bytes]:
        exchange = _Exchange(body)
        try:
            await self.app(self._scope(body, headers, _ACCEPT), exchange.receive, exchange.send)
        except Exception as error:
            # An app's failure is its own: elsewhere a server would answer 500.
            raise SubgraphUnreachable(f"The app failed with {type(error).__name__}.") from error
        return exchange.status, b"".join(exchange.chunks)

    def _scope(self, body: bytes, headers: Headers, accept: str) -> Message:
        return {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "http_version": "1.1",
            "method": "POST",
            "scheme": "http",
            "path": self.path,
            "raw_path": self.path.encode(),
            "query_string": b"",
            "root_path": "",
            "headers": [
                (b"host", b"subgraph"),
                (b"accept", accept.encode("latin-1")),
                (b"content-type", b"application/json"),
                (b"content-length", str(len(body)).encode()),
                *((name.encode("latin-1"), value.encode("latin-1")) for name, value in headers),
            ],
            "client": ("127.0.0.1", 0),
            "server": ("subgraph", 80),
            "state": dict(self._lifespan.state),
        }


class _Exchange:
    """One request and its response, as the app sees them."""

    def __init__(self, body: bytes) -> None:
        self.body: bytes | None = body
        self.status = 500
        self.chunks: list[bytes] = []
        self.is_complete = asyncio.Event()

    async def receive(self) -> Message:
        if self.body is None:
            await self.is_complete.wait()
            return {"type": "http.disconnect"}
        body, self.body = self.body, None
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
        elif message["type"] == "http.response.body":
            self.chunks.append(bytes(message.get("body", b"")))
            if not message.get("more_body", False):
                self.is_complete.set()


class _StreamedExchange(_Exchange):
    """A request whose response is read while it comes: the app waits for whoever reads."""

    def __init__(self, body: bytes) -> None:
        super().__init__(body)
        loop = asyncio.get_running_loop()
        self.head: asyncio.Future[tuple[int, str]] = loop.create_future()
        self._chunks: asyncio.Queue[bytes | None] = asyncio.Queue(maxsize=1)

    async def run(self, app: AsgiApp, scope: Message) -> None:
        """Run the app, and tell whoever reads how it ended."""
        error = SubgraphUnreachable("The app gave no answer.")
        try:
            await app(scope, self.receive, self.send)
        except Exception as failure:
            error = SubgraphUnreachable(f"The app failed with {type(failure).__name__}.")
        if not self.head.done():
            self.head.set_exception(error)
        await self._chunks.put(None)

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = {name.lower(): value for name, value in message.get("headers", ())}
            content_type = headers.get(b"content-type", b"").decode("latin-1")
            self.head.set_result((message["status"], content_type))
        elif message["type"] == "http.response.body" and message.get("body"):
            await self._chunks.put(bytes(message["body"]))

    async def read(self) -> AsyncGenerator[bytes, None]:
        """The chunks of the body until it ends."""
        while (chunk := await self._chunks.get()) is not None:
            yield chunk


class _Lifespan:
    """Runs an app's startup once, and its shutdown. An app without lifespan is let be."""

    def __init__(self, app: AsgiApp) -> None:
        self.state: dict[str, Any] = {}
        self._app = app
        self._messages: asyncio.Queue[Message] = asyncio.Queue()
        self._started: asyncio.Future[None] | None = None
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        if self._started is None:
            self._started = asyncio.get_running_loop().create_future()
            self._task = asyncio.create_task(self._run(self._started))
            self._messages.put_nowait({"type": "lifespan.startup"})
        if not self._started.done():
            await asyncio.shield(self._started)
        self._started.result()

    async def stop(self) -> None:
        if self._task is None:
            return
        self._messages.put_nowait({"type": "lifespan.shutdown"})
        await self._task
        self._task = self._started = None

    async def _run(self, started: asyncio.Future[None]) -> None:
        scope = {"type": "lifespan", "asgi": {"version": "3.0"}, "state": self.state}

        async def send(message: Message) -> None:
            if message["type"] == "lifespan.startup.complete":
                started.set_result(None)
            elif message["type"] == "lifespan.startup.failed":
                started.set_exception(SubgraphUnreachable("The app's startup failed."))

        try:
            await self._app(scope, self._messages.get, send)
        except Exception:
            # "If an exception is raised when calling the application callable with a
            # lifespan.startup message, the server must continue" (ASGI, Lifespan Protocol).
            if not started.done():
                started.set_result(None)
        if not started.done():
            started.set_result(None)
