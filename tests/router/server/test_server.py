"""The server over real sockets: its pages, where it is mounted, and reloads."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import httpx

from router import Router
from router.server.app import RouterApp
from router.server.supergraph_source import SupergraphFile
from tests.router.server.serving import post, served


async def test_pages_tell_of_life_readiness_and_numbers(client: httpx.AsyncClient) -> None:
    await client.post("/graphql", **post(query="{ users { id } }"))
    assert (await client.get("/health")).status_code == 200
    assert (await client.get("/ready")).status_code == 200
    metrics = (await client.get("/metrics")).text
    assert 'router_requests_total{status="200"} 1.0' in metrics
    assert 'router_fetches_total{outcome="answered",service="users"} 1.0' in metrics
    assert (await client.get("/nothing")).status_code == 404
    assert (await client.post("/health")).status_code == 405


async def test_the_playground_and_all_that_it_needs_come_from_here(
    client: httpx.AsyncClient,
) -> None:
    page = await client.get("/")
    assert page.headers["content-type"].startswith("text/html")
    assert "https://" not in page.text
    names = [part.split('"')[0] for part in page.text.split('"playground/')[1:]]
    assert len(names) == 6
    for name in names:
        file = await client.get(f"/playground/{name}")
        assert file.status_code == 200
        assert file.content
    assert (await client.get("/playground/../app.py")).status_code == 404


async def test_a_mounted_router_answers_below_its_prefix(world: Any) -> None:
    from fastapi import FastAPI

    router = Router(world.supergraph, transports=world.transports)
    app = FastAPI()
    app.mount("/api", router.asgi())
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        answer = await client.post("/api/graphql", **post(query="{ users(first: 1) { id } }"))
        assert answer.json() == {"data": {"users": [{"id": "1"}]}}


async def test_a_changed_supergraph_file_is_served_and_a_broken_one_is_not(
    world: Any, tmp_path: Path
) -> None:
    path = tmp_path / "supergraph.graphql"
    path.write_text(world.supergraph)
    router = Router.from_file(path, transports=world.transports)
    file = SupergraphFile(path, router, 0.01)
    app = RouterApp(router, on_startup=file.start, on_shutdown=file.stop)

    async def answers(client: httpx.AsyncClient, query: str) -> bool:
        answer = await client.post("/graphql", **post(query=query))
        return "data" in answer.json()

    async with served(app) as url, httpx.AsyncClient(base_url=url) as client:
        assert await answers(client, "{ posts { title } }")
        path.write_text("nonsense")
        await asyncio.sleep(0.05)
        assert await answers(client, "{ posts { title } }")
        path.write_text(world.supergraph.replace("  title: String\n", "  heading: String\n"))
        async with asyncio.timeout(5):
            while await answers(client, "{ posts { title } }"):  # noqa: ASYNC110 - nothing tells
                await asyncio.sleep(0.01)
        assert await answers(client, "{ posts { heading } }")
