"""A subscription reads by itself, and outlives its source's outages."""

import asyncio
import time
from typing import Any

import httpx
import pytest
from structlog.testing import capture_logs

from subgraphs.kit.events.consumer import Consumer
from subgraphs.kit.events.source import SourceUnavailable

Network = Any


async def test_a_source_that_is_down_is_asked_again_until_it_is_back(
    network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("subgraphs.kit.events.subscription._FIRST_PAUSE_SECONDS", 0.02)

    async def both() -> bool:
        return len(await network.names()) == 2

    async with network.served() as url:
        pass
    port = int(url.rpartition(":")[2])
    async with network.reading(url) as subscription:
        with pytest.raises(SourceUnavailable):
            await subscription.step()
        with capture_logs() as logs:
            running = asyncio.create_task(subscription.run(wait=0.2))
            try:
                await network.eventually(lambda: subscription.failures > 2)
                await network.name("a", "first")
                async with network.served(port=port):
                    await network.eventually(network.names)
                    await network.eventually(lambda: subscription.failures == 0)
                    started = time.monotonic()
                    await network.name("b", "second")
                    await network.eventually(both)
                    assert time.monotonic() - started < 5, "a change in its process is told at once"
                    running.cancel()
            finally:
                running.cancel()
                await asyncio.gather(running, return_exceptions=True)
    assert [log["event"] for log in logs] == ["events do not come", "events come again"]
    assert await network.names() == {"a": ("first", 1), "b": ("second", 1)}


async def test_an_app_with_a_consumer_reads_by_itself_and_tells_how_far_it_is(
    network: Network,
) -> None:
    await network.name("a", "first")
    async with network.served() as url:
        sources = {"teller": url, "nobody": "http://127.0.0.1:9"}
        async with network.served(network.listening_app(sources)) as listening:
            await network.eventually(network.names)
            async with httpx.AsyncClient() as client:
                metrics = (await client.get(f"{listening}/metrics")).text
    assert 'sgm_inbox_lag{source="teller"} 0\n' in metrics
    assert 'sgm_inbox_parked{source="teller"} 0\n' in metrics
    assert 'sgm_inbox_failures{source="teller"} 0\n' in metrics
    assert 'sgm_inbox_failures{source="nobody"} 0\n' not in metrics


def test_a_type_of_event_has_one_handler(network: Network) -> None:
    consumer = Consumer(network.listener.inbox)
    consumer.on("ThingNamed")(network.listener.named)
    with pytest.raises(ValueError, match="ThingNamed"):
        consumer.on("ThingNamed")
