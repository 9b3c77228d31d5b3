"""`serve` as a process of its own, with subgraphs over real sockets."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import orjson

SERVE = "from router.server.command import serve; serve()"
QUERY = "{ users(first: 1) { name posts { title } } }"


@asynccontextmanager
async def subgraphs(world: Any) -> AsyncIterator[dict[str, str]]:
    """The world's services behind sockets, by URL."""

    async def serve(name: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                length = int(head.split(b"content-length: ")[1].split(b"\r\n")[0])
                request = orjson.loads(await reader.readexactly(length))
                body = orjson.dumps(world.service(name)(request, {}))
                writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n%b" % (len(body), body))
        except asyncio.IncompleteReadError:
            writer.close()

    urls, servers = {}, []
    for name in ("users", "posts"):
        server = await asyncio.start_server(
            lambda reader, writer, name=name: serve(name, reader, writer), "127.0.0.1", 0
        )
        servers.append(server)
        urls[name] = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/graphql"
    try:
        yield urls
    finally:
        for server in servers:
            server.close()


async def started(*arguments: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        SERVE,
        *arguments,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )


async def until_ready(client: httpx.AsyncClient) -> None:
    async with asyncio.timeout(30):
        while True:
            try:
                assert (await client.get("/ready")).status_code == 200
                return
            except httpx.TransportError:
                await asyncio.sleep(0.05)


async def test_a_supergraph_file_is_served_until_the_process_is_told_to_stop(
    world: Any, tmp_path: Path, unused_tcp_port: int
) -> None:
    supergraph, config = tmp_path / "supergraph.graphql", tmp_path / "router.yaml"
    supergraph.write_text(world.supergraph)
    async with subgraphs(world) as urls:
        config.write_text(
            "reload_seconds: 0.05\nsubgraphs:\n"
            + "".join(f"  {name}: {{url: '{url}'}}\n" for name, url in urls.items())
        )
        arguments = ["--supergraph", str(supergraph), "--config", str(config)]
        process = await started(*arguments, "--port", str(unused_tcp_port))
        url = f"http://127.0.0.1:{unused_tcp_port}"
        async with httpx.AsyncClient(base_url=url) as client:
            await until_ready(client)
            answers = await asyncio.gather(
                *(client.post("/graphql", json={"query": QUERY}) for _ in range(5))
            )
            for answer in answers:
                assert answer.json()["data"]["users"][0]["posts"][0] == {"title": "First"}
            supergraph.write_text(world.supergraph.replace("  title: String\n", "  t: String\n"))
            async with asyncio.timeout(10):
                while "data" in answers[0].json():
                    await asyncio.sleep(0.05)
                    answers = [await client.post("/graphql", json={"query": QUERY})]
        process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(10):
            output, errors = await process.communicate()
        assert b"Traceback" not in errors
        assert b"supergraph reloaded" in output


async def test_a_supergraph_that_is_none_is_told_in_a_sentence(tmp_path: Path) -> None:
    file = tmp_path / "supergraph.graphql"
    file.write_text("type Query { a: Int }")
    for path in (file, tmp_path / "missing.graphql"):
        process = await started("--supergraph", str(path))
        _, errors = await process.communicate()
        assert process.returncode == 1
        assert errors.startswith(b"Error: ")
        assert b"Traceback" not in errors
