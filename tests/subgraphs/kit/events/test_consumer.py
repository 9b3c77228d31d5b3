"""The consumer: each event counts once, in order for each aggregate, whatever goes wrong."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select
from structlog.testing import capture_logs

from subgraphs.kit.events.consumer import Delivery
from subgraphs.kit.events.event import Event
from subgraphs.kit.events.inbox import Outcome
from subgraphs.kit.events.source import FeedPage

Network = Any


class Script:
    """A source that delivers what it is told to, as a transport might that is not our feed."""

    def __init__(self) -> None:
        self.events: Sequence[Event] = []

    async def page(self, after: int, limit: int, wait: float) -> FeedPage:
        return FeedPage([event for event in self.events if event.position > after], 100)


async def recorded(network: Network) -> list[Event]:
    await network.teller.outbox.publish(network.told)
    async with network.told.read() as session:
        return list(await network.teller.outbox.events_after(session, 0, 1000))


async def outcomes(network: Network) -> dict[int, str]:
    table = network.listener.inbox.events
    async with network.heard.read() as session:
        rows = await session.execute(select(table.c.position, table.c.outcome))
    return {row.position: row.outcome for row in rows}


async def cursor(network: Network) -> int:
    async with network.heard.read() as session:
        return int(await network.listener.inbox.position(session, "teller"))


async def test_a_replica_follows_over_http(network: Network) -> None:
    await network.name("a", "first")
    async with network.served() as url, network.reading(url) as subscription:
        assert await subscription.step() == 1
        assert await network.names() == {"a": ("first", 1)}
        await network.name("a", "second")
        await network.name("b", "third")
        assert await subscription.step() == 2
        assert await subscription.step() == 0
    assert await network.names() == {"a": ("second", 2), "b": ("third", 1)}
    assert subscription.head == await cursor(network) == 3


async def test_a_crash_between_effect_and_delivery_loses_nothing(network: Network) -> None:
    """The teller dies after its commit, before anybody asked; its successor tells."""
    async with network.served():
        await network.name("a", "first")
    async with network.served() as url, network.reading(url) as subscription:
        await subscription.step()
    assert await network.names() == {"a": ("first", 1)}


class Crash(BaseException):
    """The process ends here, as far as a test can tell it."""


async def test_a_crash_within_a_handler_leaves_all_or_nothing(network: Network) -> None:
    await network.name("a", "first")
    await network.name("b", "second")
    script = Script()
    script.events = await recorded(network)
    subscription, named = network.subscription(script), network.listener.named

    async def crash(session: Any, event: Event) -> None:
        await named(session, event)
        if event.aggregate_id == "b":
            raise Crash

    network.listener.consumer._handlers["ThingNamed"] = crash
    with pytest.raises(Crash):
        await subscription.step()
    assert await network.names() == {"a": ("first", 1)}
    assert (await cursor(network), await outcomes(network)) == (1, {1: "HANDLED"})
    network.listener.consumer._handlers["ThingNamed"] = named
    await subscription.step()
    assert await network.names() == {"a": ("first", 1), "b": ("second", 1)}


async def test_a_duplicate_delivery_has_no_second_effect(network: Network) -> None:
    await network.name("a", "first")
    script = Script()
    [event] = await recorded(network)
    script.events = [event]
    subscription = network.subscription(script)
    await subscription.step()
    script.events = [replace(event, position=2), replace(event, position=3)]
    await subscription.step()
    assert await network.names() == {"a": ("first", 1)}
    assert await cursor(network) == 3


async def test_an_older_version_that_comes_later_is_refused(network: Network) -> None:
    for name in ("first", "second", "third"):
        await network.name("a", name)
    first, second, third = await recorded(network)
    script = Script()
    script.events = [first, replace(third, position=2), replace(second, position=3)]
    await network.subscription(script).step()
    assert await network.names() == {"a": ("third", 2)}
    assert await outcomes(network) == {1: "HANDLED", 2: "HANDLED", 3: Outcome.STALE.value}


async def test_two_events_of_one_version_both_count(network: Network) -> None:
    await network.name("a", "first")
    [event] = await recorded(network)
    script = Script()
    other = replace(event, position=2, id="other", payload={"name": "same version"})
    script.events = [event, other]
    await network.subscription(script).step()
    assert await network.names() == {"a": ("same version", 2)}


async def test_events_without_a_handler_move_the_cursor_and_leave_nothing(
    network: Network,
) -> None:
    await network.name("a", "first")
    [event] = await recorded(network)
    script = Script()
    script.events = [replace(event, type="Other"), replace(event, position=2, type="Other")]
    await network.subscription(script).step()
    assert (await cursor(network), await outcomes(network)) == (2, {})


async def test_a_poison_event_is_parked_and_holds_up_its_aggregate_alone(
    network: Network, capsys: pytest.CaptureFixture[str]
) -> None:
    network.listener.poison = {"poison"}
    for id, name in (("a", "poison"), ("b", "first"), ("a", "second"), ("b", "third")):
        await network.name(id, name)
    async with network.served() as url, network.reading(url) as subscription:
        with capture_logs() as logs:
            await subscription.step()
        assert await network.names() == {"b": ("third", 2)}, "its effect is undone, b went on"
        assert await outcomes(network) == {1: "PARKED", 2: "HANDLED", 3: "PARKED", 4: "HANDLED"}
        [parked] = [log for log in logs if log["event"] == "event parked"]
        assert parked["error_type"] == "ValueError"
        assert "poison cannot" not in str(logs), "the error's text may quote data"

        network.clock.advance(timedelta(seconds=2))
        await subscription.step()
        assert await network.names() == {"b": ("third", 2)}
        network.listener.poison = set()
        await subscription.step()
        assert "a" not in await network.names(), "not yet its time: it is tried ever more rarely"
        network.clock.advance(timedelta(seconds=5))
        await network.name("a", "fourth")
        await subscription.step()
    assert await network.names() == {"b": ("third", 2), "a": ("fourth", 3)}
    seen = [version for id, version in network.listener.seen if id == "a"]
    assert seen == [1, 2, 3]
    assert set((await outcomes(network)).values()) == {"HANDLED"}


async def test_a_parked_event_keeps_what_is_needed_to_look_into_it(network: Network) -> None:
    network.listener.poison = {"poison"}
    await network.name("a", "poison")
    script = Script()
    script.events = await recorded(network)
    subscription = network.subscription(script)
    for _ in range(3):
        await subscription.step()
        network.clock.advance(timedelta(hours=1))
    table = network.listener.inbox.events
    async with network.heard.read() as session:
        row = (await session.execute(select(table))).one()
    assert (row.error, row.attempts) == ("ValueError", 3)
    assert Event.from_record(row.event) == script.events[0]
    network.listener.poison = set()
    await subscription.step()
    async with network.heard.read() as session:
        row = (await session.execute(select(table))).one()
    assert (row.outcome, row.event) == ("HANDLED", None)


async def test_a_replay_has_no_second_effect(network: Network) -> None:
    for name in ("first", "second"):
        await network.name("a", name)
    async with network.served() as url, network.reading(url) as subscription:
        await subscription.step()
        before = await network.names()
        async with network.heard.transaction() as session:
            await network.listener.inbox.rewind(session, "teller")
        assert await cursor(network) == 0
        assert await subscription.step() == 2
        assert await network.names() == before
        assert await cursor(network) == 2


async def test_an_emptied_replica_is_filled_again(network: Network) -> None:
    for name in ("first", "second"):
        await network.name("a", name)
    async with network.served() as url, network.reading(url) as subscription:
        await subscription.step()
        async with network.heard.transaction() as session:
            await session.execute(delete(network.listener.replica))
            await network.listener.inbox.forget(session, "teller")
        await subscription.step()
    assert await network.names() == {"a": ("second", 2)}


async def test_a_page_stops_where_somebody_moved_the_cursor(network: Network) -> None:
    for name in ("first", "second"):
        await network.name("a", name)
    events = await recorded(network)
    inbox, consumer = network.listener.inbox, network.listener.consumer
    async with network.heard.transaction() as session:
        await inbox.rewind(session, "teller", 1)
    await consumer.receive(network.heard, Delivery("teller", 0, events), network.clock)
    assert (network.listener.seen, await cursor(network)) == ([], 1)
    await consumer.receive(network.heard, Delivery("teller", 1, events[1:]), network.clock)
    assert (network.listener.seen, await cursor(network)) == ([("a", 2)], 2)


async def test_two_processes_of_one_service_share_the_work(network: Network) -> None:
    for number in range(30):
        await network.name(f"t{number % 5}", str(number))
    async with (
        network.served() as url,
        network.reading(url) as one,
        network.reading(url) as two,
    ):
        while await cursor(network) < 30:
            await asyncio.gather(one.step(), two.step())
    assert await network.names() == {f"t{n}": (str(25 + n), 6) for n in range(5)}
    assert sorted(network.listener.seen) == [(f"t{n}", v) for n in range(5) for v in range(1, 7)]
    for n in range(5):
        versions = [version for id, version in network.listener.seen if id == f"t{n}"]
        assert versions == sorted(versions)
