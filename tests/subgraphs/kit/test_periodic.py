"""Work that an app does by itself: again and again, also after a fault, and not after its end."""

import asyncio

from structlog.testing import capture_logs

from subgraphs.kit.periodic import every


async def test_work_goes_on_after_a_fault_and_ends_with_the_context() -> None:
    done = asyncio.Event()
    times = 0

    async def work() -> None:
        nonlocal times
        times += 1
        if times == 1:
            raise OSError("the card 123 is not to be logged")
        if times == 3:
            done.set()

    with capture_logs() as logs:
        async with every(0.001, work, name="counting"):
            await asyncio.wait_for(done.wait(), 5)
        ended_at = times
        await asyncio.sleep(0.02)
    assert times == ended_at
    assert logs == [
        {
            "log_level": "warning",
            "event": "work failed",
            "work": "counting",
            "error_type": "OSError",
        }
    ]


async def test_without_seconds_nothing_is_done() -> None:
    async def work() -> None:
        raise AssertionError("it was asked")

    with capture_logs() as logs:
        async with every(0, work, name="nothing"):
            await asyncio.sleep(0.01)
    assert logs == []
