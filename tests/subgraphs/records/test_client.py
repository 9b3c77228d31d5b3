"""Asking the appointments service over real sockets."""

import asyncio
from datetime import date

import httpx
import pytest

from subgraphs.records.client import AppointmentsClient, ServiceUnreachable
from subgraphs.records.domain.appointment import AppointmentSnapshot
from subgraphs.records.domain.signature import Author

FOUND = b"""{"data": {"appointment": {"id": "a1", "status": "ARRIVED", "patient": {"id": "ana"},
  "start": "2026-03-03T02:30:00Z", "clinic": {"timeZone": "America/Sao_Paulo"},
  "practitioner": {"id": "lima", "name": "Helena Lima",
                   "council": {"body": "CRM", "number": "123456", "uf": "SP"}}}}}"""


async def ask(body: bytes | None) -> AppointmentSnapshot | None:
    """Ask a server that answers with this body, or never."""
    conversations: set[asyncio.Task[None]] = set()

    async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        conversations.add(asyncio.current_task())
        try:
            await reader.readuntil(b"\r\n\r\n")
            if body is None:
                await asyncio.sleep(60)
            writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n" % len(body) + body)
            await writer.drain()
        finally:
            writer.close()

    server = await asyncio.start_server(converse, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server:
        try:
            async with httpx.AsyncClient() as http:
                client = AppointmentsClient(http, f"http://127.0.0.1:{port}/graphql")
                return await client.appointment("a1")
        finally:
            for conversation in conversations:
                conversation.cancel()
            await asyncio.gather(*conversations, return_exceptions=True)


async def test_an_appointment_is_found() -> None:
    author = Author("lima", "Helena Lima", "CRM 123456/SP")
    assert await ask(FOUND) == AppointmentSnapshot("a1", "ARRIVED", "ana", author, date(2026, 3, 2))


async def test_no_such_appointment_is_an_answer() -> None:
    assert await ask(b'{"data": {"appointment": null}}') is None


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b'{"data": {"appointment": {}}}',
        b'{"data": {"appointment": 1}}',
        FOUND.replace(b"America/Sao_Paulo", b"Nowhere"),
        None,
    ],
    ids=["empty", "half-json", "list", "no-fields", "number", "zone", "silence"],
)
async def test_no_answer_is_no_answer(body: bytes | None) -> None:
    with pytest.raises(ServiceUnreachable):
        await ask(body)


async def test_nobody_listening() -> None:
    async with httpx.AsyncClient() as http:
        client = AppointmentsClient(http, "http://127.0.0.1:1/graphql")
        with pytest.raises(ServiceUnreachable):
            await client.appointment("a1")
