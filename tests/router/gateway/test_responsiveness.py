"""What takes long, or is meant to, holds nobody else up: hostile documents, new operations."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable
from typing import Any

import pytest

from router import Router
from router.gateway import GatewayOptions
from router.operation.limits import Limits

SEEN = "{ users { name } }"
REPEATED = "{ users { " + "posts { title author { id name } } " * 600 + "} }"


def doubled(times: int) -> str:
    """Fragments that each spread the next one twice: a few lines, 2 ** times fields."""
    fragments = [f"fragment F{i} on User {{ ...F{i + 1} ...F{i + 1} }}" for i in range(times)]
    return " ".join(["{ users { ...F0 } }", *fragments, f"fragment F{times} on User {{ id }}"])


def nested(times: int) -> str:
    fields = "posts {{ author {{ ...F{0} }} }} posts {{ author {{ ...F{0} id }} }}"
    fragments = [f"fragment F{i} on User {{ {fields.format(i + 1)} }}" for i in range(times)]
    return " ".join(["{ users { ...F0 } }", *fragments, f"fragment F{times} on User {{ id }}"])


HOSTILE = {
    "one field again and again": "{ users { " + "id " * 14_000 + "} }",
    "one object again and again": "{ users { " + "posts { title author { id } } " * 1200 + "} }",
    "fragments that double": doubled(60),
    "objects that double": nested(20),
    "fragments without a type": "{ users { " + "... { id name } " * 2300 + "} }",
    "fragments that meet each other": "{ users { "
    + " ".join(f"...F{i}" for i in range(300))
    + "} } "
    + " ".join(
        f"fragment F{i} on User {{ posts {{ title author {{ id }} }} }}" for i in range(300)
    ),
}


@pytest.mark.parametrize("name", HOSTILE)
async def test_a_hostile_document_is_refused_soon(name: str, world: Any) -> None:
    router = Router(world.supergraph, transports=world.transports)
    started = time.perf_counter()
    response = await router.execute(HOSTILE[name])
    assert time.perf_counter() - started < 20
    assert response.errors[0]["extensions"]["code"] == "OPERATION_LIMIT_EXCEEDED"
    assert world.asked == []


async def test_a_document_within_the_limits_is_not_refused(world: Any) -> None:
    router = Router(world.supergraph, transports=world.transports)
    fields = " ".join(f"a{number}: posts {{ title author {{ id name }} }}" for number in range(150))
    response = await router.execute(f"{{ users {{ {fields} {'id name ' * 50} }} }}")
    assert not response.errors


async def longest_gap(work: Awaitable[Any]) -> tuple[float, float]:
    """How long the work took, and the longest time for which the event loop did nothing else."""
    task = asyncio.ensure_future(work)
    started = last = time.perf_counter()
    gap = 0.0
    while not task.done():
        await asyncio.sleep(0.005)
        now = time.perf_counter()
        gap, last = max(gap, now - last), now
    await task
    return time.perf_counter() - started, gap


async def test_other_requests_go_on_while_a_document_is_validated(world: Any) -> None:
    limits = Limits(comparisons=400_000)
    router = Router(
        world.supergraph, transports=world.transports, options=GatewayOptions(limits=limits)
    )
    await router.execute(SEEN)
    answered = 0

    async def others(until: asyncio.Task[Any]) -> None:
        nonlocal answered
        while not until.done():
            assert not (await router.execute(SEEN)).errors
            answered += 1
            await asyncio.sleep(0.005)

    work = asyncio.create_task(router.execute(REPEATED))
    (seconds, gap), _ = await asyncio.gather(longest_gap(work), others(work))
    assert seconds > 0.2, "this document is meant to take long"
    assert gap < seconds / 2
    assert answered > 3


async def test_a_new_operation_is_made_once_for_all_who_ask_at_once(world: Any) -> None:
    router = Router(world.supergraph, transports=world.transports)
    texts = [SEEN, SEEN, SEEN, "{ users { id } }"]
    responses = await asyncio.gather(*map(router.execute, texts))
    assert [len(response.errors) for response in responses] == [0] * 4
    assert router.plan(SEEN) is router.plan(SEEN)


async def test_who_leaves_does_not_take_the_new_operation_from_others(world: Any) -> None:
    router = Router(world.supergraph, transports=world.transports)
    first, second = (asyncio.create_task(router.execute(SEEN)) for _ in range(2))
    await asyncio.sleep(0)
    first.cancel()
    assert not (await second).errors


async def test_after_it_was_closed_a_router_may_be_asked_again(world: Any) -> None:
    router = Router(world.supergraph, transports=world.transports)
    await router.execute(SEEN)
    await router.close()
    assert not (await router.execute("{ users { id } }")).errors
    await router.close()
