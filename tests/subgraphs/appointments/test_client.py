"""Asking the patients service over real sockets: every way in which no answer comes."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

import httpx
import pytest

from subgraphs.appointments.client import PatientsClient, ServiceUnreachable
from subgraphs.appointments.domain.patient import PatientSnapshot

Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]

ANA = (
    b'{"data": {"patient": {"id": "ana", "displayName": "Ana", "status": "ACTIVE", "version": 1}}}'
)


def http_answer(body: bytes, status: bytes = b"200 OK", length: int | None = None) -> bytes:
    head = b"HTTP/1.1 %s\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n"
    return head % (status, len(body) if length is None else length) + body


def answering(answer: bytes) -> Handler:
    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)
        await writer.drain()

    return handle


async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read()


async def dripping(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    # Each byte comes within any read timeout; only a deadline over the whole answer ends it.
    for byte in http_answer(ANA):
        writer.write(bytes([byte]))
        await writer.drain()
        await asyncio.sleep(0.05)


@asynccontextmanager
async def asking(handler: Handler) -> AsyncIterator[PatientsClient]:
    conversations: set[asyncio.Task[None]] = set()

    async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        conversations.add(asyncio.current_task())
        try:
            await handler(reader, writer)
        finally:
            writer.close()
            with suppress(ConnectionError):
                await writer.wait_closed()

    server = await asyncio.start_server(converse, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server:
        async with httpx.AsyncClient() as http:
            yield PatientsClient(http, f"http://127.0.0.1:{port}/graphql")
        for conversation in conversations:
            conversation.cancel()
        await asyncio.gather(*conversations, return_exceptions=True)


async def test_a_patient_is_found() -> None:
    async with asking(answering(http_answer(ANA))) as client:
        assert await client.patient("ana") == PatientSnapshot("ana", "Ana", "ACTIVE", 1)


async def test_no_such_patient_is_an_answer() -> None:
    async with asking(answering(http_answer(b'{"data": {"patient": null}}'))) as client:
        assert await client.patient("nobody") is None


@pytest.mark.parametrize(
    "handler",
    [
        answering(b""),
        answering(b"not http at all\r\n\r\n"),
        answering(http_answer(ANA, length=1000)),
        answering(http_answer(b"{", b"200 OK")),
        answering(http_answer(ANA, b"500 Internal Server Error")),
        answering(http_answer(b"", b"302 Found")),
        silent,
        dripping,
    ],
    ids=["hang-up", "garbage", "cut-short", "half-json", "500", "redirect", "silence", "drip"],
)
async def test_no_answer_is_no_answer(handler: Handler) -> None:
    started = time.monotonic()
    async with asking(handler) as client:
        with pytest.raises(ServiceUnreachable):
            await client.patient("ana")
    assert time.monotonic() - started < 3


async def test_nobody_listening() -> None:
    async with httpx.AsyncClient() as http:
        client = PatientsClient(http, "http://127.0.0.1:1/graphql")
        with pytest.raises(ServiceUnreachable):
            await client.patient("ana")
