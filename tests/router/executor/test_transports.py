"""The other transports: the general HTTP client, apps in this process, functions."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from router.errors import FetchError, RouterError, SubgraphTimeout, SubgraphUnreachable
from router.executor.asgi_transport import AsgiTransport, import_app
from router.executor.fetch import Service, SubgraphFetcher
from router.executor.transport import CallableTransport, HttpTransport, http_client

HEADERS = (("authorization", "me"),)


async def test_the_general_client_posts_and_tells_what_went_wrong() -> None:
    requests: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        request = await reader.readuntil(b"{}")
        requests.append(request)
        if b"/slow" in request:
            await asyncio.sleep(0.3)
        elif b"/broken" not in request:
            writer.write(b"HTTP/1.1 202 Accepted\r\ncontent-length: 2\r\n\r\n[]")
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    base = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    client = http_client()
    async with server:
        assert await HttpTransport(f"{base}/a", client).send(b"{}", HEADERS, 1) == (202, b"[]")
        with pytest.raises(SubgraphTimeout):
            await HttpTransport(f"{base}/slow", client).send(b"{}", (), 0.05)
        with pytest.raises(SubgraphUnreachable):
            await HttpTransport(f"{base}/broken", client).send(b"{}", (), 1)
    with pytest.raises(SubgraphUnreachable) as caught:
        await HttpTransport("http://127.0.0.1:1/", client).send(b"{}", (), 1)
    assert caught.value.is_retriable
    await client.close()
    assert requests[0].lower().startswith(b"post /a http/1.1")
    assert b"authorization: me" in requests[0].lower()
    assert b"content-type: application/json" in requests[0].lower()
    await asyncio.sleep(0.3)


def app(**options: Any) -> Any:
    async def call(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            if "lifespan" in options:
                await options["lifespan"](receive, send)
                return
            raise RuntimeError("no lifespan here")
        if "error" in options:
            raise options["error"]
        await receive()
        await asyncio.sleep(options.get("seconds", 0))
        await send({"type": "http.response.start", "status": 201, "headers": []})
        await send({"type": "http.response.body", "body": b"[", "more_body": True})
        await send({"type": "http.response.body", "body": b"]"})
        assert (await receive())["type"] == "http.disconnect"

    return call


async def test_an_app_without_lifespan_answers_and_may_be_slow_or_fail() -> None:
    transport = AsgiTransport(app())
    assert await transport.send(b"{}", HEADERS, 1) == (201, b"[]")
    await transport.close()
    with pytest.raises(SubgraphTimeout):
        await AsgiTransport(app(seconds=1)).send(b"{}", (), 0.02)
    with pytest.raises(SubgraphUnreachable, match="ZeroDivisionError"):
        await AsgiTransport(app(error=ZeroDivisionError("secret"))).send(b"{}", (), 1)
    await AsgiTransport(app()).close()


async def test_an_app_that_cannot_start_is_unreachable() -> None:
    async def fail(receive: Any, send: Any) -> None:
        await receive()
        await send({"type": "lifespan.startup.failed", "message": "no database"})

    async def end(_receive: Any, _send: Any) -> None:
        return

    with pytest.raises(SubgraphUnreachable):
        await AsgiTransport(app(lifespan=fail)).send(b"{}", (), 1)
    assert await AsgiTransport(app(lifespan=end)).send(b"{}", (), 1) == (201, b"[]")


@pytest.mark.parametrize(
    "name", ["nothing:here", "router:nothing", "router", "router.errors:__name__"]
)
def test_an_import_string_that_names_no_app_is_told(name: str) -> None:
    with pytest.raises(RouterError, match="ASGI app"):
        import_app(name)


async def test_a_function_may_be_slow() -> None:
    async def slow(_request: Any, _headers: Any) -> Any:
        await asyncio.sleep(1)

    with pytest.raises(SubgraphTimeout):
        await CallableTransport(slow).send(b"{}", (), 0.02)


async def test_an_unknown_service_is_told() -> None:
    with pytest.raises(FetchError, match="'nobody'"):
        await SubgraphFetcher({}).send("nobody", b"{}", (), is_query=True)


async def test_retries_end_with_the_deadline() -> None:
    tries = 0

    def down(_request: Any, _headers: Any) -> Any:
        nonlocal tries
        tries += 1
        raise SubgraphUnreachable("No connection could be made.", is_retriable=True)

    def service(**options: Any) -> SubgraphFetcher:
        known = Service("one", CallableTransport(down), **options)
        return SubgraphFetcher({"one": known}, deduplicates=False)

    for options, expected in (({"retries": 2}, 3), ({"retries": 5, "timeout": 0.001}, 1)):
        tries = 0
        with pytest.raises(SubgraphUnreachable):
            await service(**options).send("one", b"{}", (), is_query=True)
        assert tries == expected
