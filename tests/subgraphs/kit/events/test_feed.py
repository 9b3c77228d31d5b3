"""The feed over HTTP: for services alone, in order, held back until there is something to tell."""

import asyncio
import time
from typing import Any

import pytest

from subgraphs.kit.auth.roles import Role

Network = Any


async def test_a_service_reads_events_in_order(network: Network) -> None:
    for number in range(3):
        await network.name(f"t{number}", "x")
    async with network.in_process() as client:
        service = network.token(Role.SERVICE)
        answer = await client.get("/events", params={"after": 1, "limit": 1}, headers=service)
        assert answer.status_code == 200
        body = answer.json()
        assert body["head"] == 3
        [event] = body["events"]
        assert event["position"] == 2
        assert event["aggregateId"] == "t1"
        assert event["payload"] == {"name": "x"}
        answer = await client.get("/events", params={"after": 99}, headers=service)
        assert answer.json() == {"events": [], "head": 3}


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.SERVICE])
async def test_nobody_else_reads_them(network: Network, role: Role) -> None:
    async with network.in_process() as client:
        answer = await client.get("/events", headers=network.token(role))
        assert answer.status_code == 403
        assert "events" not in answer.json()


async def test_without_a_token_or_with_a_wrong_one_it_is_401(network: Network) -> None:
    async with network.in_process() as client:
        assert (await client.get("/events")).status_code == 401
        answer = await client.get("/events", headers={"authorization": "Bearer a.b.c"})
        assert answer.status_code == 401
        assert "invalid_token" in answer.headers["www-authenticate"]
        answer = await client.post("/events", headers=network.token(Role.SERVICE))
        assert answer.status_code in (404, 405)


@pytest.mark.parametrize("wrong", ["after=x", "after=-1", "limit=nan", "wait=inf"])
async def test_a_wrong_number_is_400(network: Network, wrong: str) -> None:
    async with network.in_process() as client:
        answer = await client.get(f"/events?{wrong}", headers=network.token(Role.SERVICE))
        assert answer.status_code == 400
        assert wrong.partition("=")[0] in answer.json()["error"]


async def test_the_answer_waits_for_an_event_and_comes_at_once_with_it(network: Network) -> None:
    async with network.in_process() as client:
        service = network.token(Role.SERVICE)
        asking = asyncio.create_task(client.get("/events?wait=20", headers=service))
        await asyncio.sleep(0.3)
        assert not asking.done()
        started = time.monotonic()
        await network.name("a", "x")
        answer = await asking
        assert time.monotonic() - started < 5
        assert [event["aggregateId"] for event in answer.json()["events"]] == ["a"]


async def test_the_answer_does_not_wait_for_ever(network: Network) -> None:
    async with network.in_process() as client:
        started = time.monotonic()
        answer = await client.get("/events?wait=0.2", headers=network.token(Role.SERVICE))
        assert answer.json()["events"] == []
        assert 0.15 < time.monotonic() - started < 10


async def test_metrics_tell_where_the_outbox_stands(network: Network) -> None:
    await network.name("a", "x")
    async with network.in_process() as client:
        before = (await client.get("/metrics")).text
        await client.get("/events", headers=network.token(Role.SERVICE))
        answer = await client.get("/metrics")
    assert "sgm_outbox_position 0\n" in before
    assert "sgm_outbox_unpublished 1\n" in before
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    assert "# TYPE sgm_outbox_position gauge\nsgm_outbox_position 1\n" in answer.text
    assert "sgm_outbox_unpublished 0\n" in answer.text
