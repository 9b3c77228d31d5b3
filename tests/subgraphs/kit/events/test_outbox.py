"""The outbox: an event exists exactly where its effect does, and no reader misses one."""

import asyncio
from contextlib import suppress
from typing import Any

import pytest

from subgraphs.kit.database import Database
from subgraphs.kit.events.event import Event, Fact
from subgraphs.kit.identifiers import new_id

Network = Any


async def published(network: Network, after: int = 0, limit: int = 1000) -> list[Event]:
    await network.teller.outbox.publish(network.told)
    async with network.told.read() as session:
        return list(await network.teller.outbox.events_after(session, after, limit))


async def name_and_undo(network: Network) -> None:
    with suppress(ZeroDivisionError):
        async with network.told.transaction() as session:
            await network.teller.name(session, "a", "undone")
            raise ZeroDivisionError


async def test_an_event_is_there_with_its_effect(network: Network) -> None:
    await network.name("a", "first")
    await network.name("a", "second")
    first, second = await published(network)
    assert (first.type, first.aggregate_id, first.version) == ("ThingNamed", "a", 1)
    assert (first.payload, second.payload) == ({"name": "first"}, {"name": "second"})
    assert (first.position, second.position) == (1, 2)
    assert first.occurred_at.isoformat() == "2026-11-24T09:00:00+00:00"
    assert Event.from_record(first.to_record()) == first
    assert await published(network, after=1) == [second]
    assert await published(network, limit=1) == [first]


async def test_an_effect_that_is_undone_leaves_no_event(network: Network) -> None:
    await name_and_undo(network)
    assert await published(network) == []
    async with network.told.transaction() as session:
        savepoint = await session.begin_nested()
        await network.teller.name(session, "a", "second")
        await savepoint.rollback()
        await network.teller.name(session, "b", "third")
    assert [event.aggregate_id for event in await published(network)] == ["b"]


async def test_what_commits_later_comes_later_although_it_was_written_earlier(
    network: Network,
) -> None:
    if not network.told.is_postgresql:
        pytest.skip("SQLite has one writer at a time")
    written, go_on = asyncio.Event(), asyncio.Event()

    async def slow() -> None:
        async with network.told.transaction() as session:
            await network.teller.name(session, "slow", "slow")
            written.set()
            await go_on.wait()

    writing = asyncio.create_task(slow())
    await written.wait()
    await network.name("quick", "quick")
    [quick] = await published(network)
    assert (quick.aggregate_id, quick.position) == ("quick", 1)
    go_on.set()
    await writing
    # A feed ordered by an identity column would have lost it: its number is the lower one.
    [late] = await published(network, after=quick.position)
    assert (late.aggregate_id, late.position) == ("slow", 2)


async def test_no_reader_misses_an_event_while_many_write(network: Network) -> None:
    """Readers go on from the last position that they saw, while writers commit out of order."""
    writers, each = 8, 12
    done = False
    for number in range(2):
        await network.name(f"shared-{number}", "")

    async def write(writer: int) -> None:
        for number in range(each):
            async with network.told.transaction() as session:
                await network.teller.name(session, f"{writer}-{number % 3}", str(number))
                await network.teller.name(session, f"shared-{number % 2}", f"{writer}.{number}")
                if network.told.is_postgresql:
                    await asyncio.sleep(0.002 * (writer % 3))

    async def read() -> list[Event]:
        seen: list[Event] = []
        while True:
            last_round = done
            after = seen[-1].position if seen else 0
            seen += await published(network, after, limit=7)
            if last_round and (not seen or seen[-1].position == after):
                return seen

    readers = [asyncio.create_task(read()) for _ in range(3)]
    await asyncio.gather(*(write(writer) for writer in range(writers)))
    done = True
    for seen in await asyncio.gather(*readers):
        assert [event.position for event in seen] == list(range(1, writers * each * 2 + 3))
        assert len({event.id for event in seen}) == len(seen)
        versions: dict[str, int] = {}
        for event in seen:
            assert event.version == versions.get(event.aggregate_id, 0) + 1, event
            versions[event.aggregate_id] = event.version
        assert versions["shared-0"] + versions["shared-1"] == writers * each + 2


async def test_a_bell_rings_at_a_commit_in_this_process(network: Network) -> None:
    outbox = network.teller.outbox
    with outbox.listen() as rung:
        await network.name("a", "first")
        assert rung.done()
    with outbox.listen() as rung:
        await name_and_undo(network)
        assert not rung.done()
    assert not outbox._listeners


def test_a_large_payload_is_refused() -> None:
    with pytest.raises(ValueError, match="4096 bytes"):
        Fact("DocumentSigned", "Document", new_id(), 1, {"text": "x" * 5000})


async def test_events_of_one_database_are_numbered_by_one_at_a_time(
    network: Network, database_url: str
) -> None:
    for number in range(20):
        await network.name(f"t{number}", "x")
    others = [Database(database_url) for _ in range(4)]
    try:
        await asyncio.gather(*(network.teller.outbox.publish(other) for other in others))
    finally:
        for other in others:
            await other.dispose()
    assert [event.position for event in await published(network)] == list(range(1, 21))
