"""Visits, encounters, documents and invoices move along their edges, and along no others.

First every edge of a visit, and every move that is none, one by one; then hypothesis walks about
among all of them at once. `FUZZ_EXAMPLES` says how many walks (`make fuzz`).
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Coroutine
from typing import Any

import pytest
import pytest_asyncio
from clinic import Ways
from expected import HERE, STATUSES, VISIT_EDGES
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)
from life import Life
from network import MakeDatabase, Network, fresh_network
from people import Person
from workplace import World, open_clinic

from subgraphs.kit.auth.roles import Role

pytestmark = pytest.mark.asyncio(loop_scope="module")

WALKS = int(os.environ.get("FUZZ_EXAMPLES", "6"))
STEPS = 30

WAYS_THERE = {
    "PENDING": (),
    "BOOKED": (),
    "ARRIVED": ("ARRIVED",),
    "CHECKED_IN": ("ARRIVED", "CHECKED_IN"),
    "IN_PROGRESS": ("ARRIVED", "CHECKED_IN", "IN_PROGRESS"),
    "FULFILLED": ("ARRIVED", "CHECKED_IN", "IN_PROGRESS", "FULFILLED"),
    "NO_SHOW": ("NO_SHOW",),
    "CANCELLED": ("CANCELLED",),
    "ENTERED_IN_ERROR": ("ENTERED_IN_ERROR",),
}


@pytest_asyncio.fixture(scope="module", loop_scope="module", params=["sqlite", "postgresql"])
async def network(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    postgresql_database: MakeDatabase,
) -> AsyncIterator[Network]:
    """A network in which nothing happens by itself: a sweep would move what is being watched."""
    folder, still = tmp_path_factory.mktemp("states"), Ways(sweep_seconds=1_000_000)
    async with fresh_network(request.param, folder, postgresql_database, still) as network:
        yield network


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world(network: Network) -> World:
    """A clinic in that network."""
    return await open_clinic(network)


@pytest.fixture
def approver(network: Network) -> Person:
    """Who says yes to what another clerk asks for."""
    return network.person("approver", Role.BILLING_CLERK)


async def arrive_at(world: World, status: str) -> Life:
    """A visit that was led there."""
    life = await Life(world).begin(held=status == "PENDING")
    for target in WAYS_THERE[status]:
        assert await step(life, target)
    await life.check()
    assert life.visit.status == status
    return life


async def step(life: Life, target: str) -> bool:
    """Make a move possible, as far as anything can, and make it."""
    if target in HERE:
        life.until_start()
    if target == "NO_SHOW" and life.visit.status == "BOOKED":
        life.until_start()
        life.wait(16)
    if life.visit.status in HERE and life.encounter is None:
        await life.open_encounter()
    return await life.attempt(target, reason="É o que se quer.")


@pytest.mark.parametrize("status", VISIT_EDGES)
async def test_a_visit_takes_every_edge_and_no_other(world: World, status: str) -> None:
    life = await arrive_at(world, status)
    for target in STATUSES:
        stale = target in VISIT_EDGES[status]
        assert not await life.attempt(target, reason="Assim se quis.", stale=stale)
    await life.check()
    for target in sorted(VISIT_EDGES[status]):
        life = await arrive_at(world, status)
        assert await step(life, target)
        await life.repeat()


async def test_walks_among_all_states(world: World, approver: Person) -> None:
    loop = asyncio.get_running_loop()

    def wait_for(work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, loop).result()

    class Walk(RuleBasedStateMachine):
        """One visit and all that hangs on it, moved at random."""

        def __init__(self) -> None:
            super().__init__()
            self.life = Life(world)

        @initialize(held=st.booleans())
        def begin(self, held: bool) -> None:
            wait_for(self.life.begin(held=held))

        @rule(minutes=st.sampled_from([1, 11, 16, 61, 24 * 60]))
        def wait(self, minutes: int) -> None:
            self.life.wait(minutes)

        @rule(choice=st.integers(0, 2))
        def go_on(self, choice: int) -> None:
            """Towards the end, most of the time: else few walks came far."""
            edges = VISIT_EDGES[self.life.visit.status]
            ways = sorted(edges - {"CANCELLED", "ENTERED_IN_ERROR", "NO_SHOW"}) or sorted(edges)
            if ways:
                wait_for(self.step(ways[choice % len(ways)]))

        async def step(self, target: str) -> None:
            await step(self.life, target)
            await self.life.check()

        @rule(
            to=st.sampled_from(STATUSES),
            reason=st.sampled_from([None, "Assim se quis."]),
            stale=st.booleans(),
        )
        def move(self, to: str, reason: str | None, stale: bool) -> None:
            wait_for(self.life.move(to, reason=reason, stale=stale))

        @rule()
        def open_encounter(self) -> None:
            wait_for(self.life.open_encounter())

        @precondition(lambda self: self.life.encounter)
        @rule(stale=st.booleans())
        def close_encounter(self, stale: bool) -> None:
            wait_for(self.life.close_encounter(stale=stale))

        @precondition(lambda self: self.life.encounter)
        @rule()
        def write(self) -> None:
            wait_for(self.life.write())

        @precondition(lambda self: self.life.documents)
        @rule(data=st.data())
        def amend(self, data: st.DataObject) -> None:
            wait_for(self.life.write(data.draw(st.sampled_from(self.life.documents))))

        @precondition(lambda self: self.life.documents)
        @rule(
            data=st.data(),
            mutation=st.sampled_from(
                ["editDocument", "signDocument", "discardDocument", "strikeDocument"]
            ),
            stale=st.booleans(),
        )
        def change(self, data: st.DataObject, mutation: str, stale: bool) -> None:
            document = data.draw(st.sampled_from(self.life.documents))
            wait_for(self.life.change(document, mutation, stale=stale))

        @rule()
        def draft_invoice(self) -> None:
            wait_for(self.life.draft_invoice())

        @precondition(lambda self: self.life.invoice)
        @rule(
            mutation=st.sampled_from(
                ["issueInvoice", "registerPayment", "cancelInvoice", "markInvoiceEnteredInError"]
            ),
            amount=st.sampled_from(["0.01", "80.00", "100.00", "180.00", "180.01"]),
            stale=st.booleans(),
        )
        def bill(self, mutation: str, amount: str, stale: bool) -> None:
            wait_for(self.life.bill(mutation, stale=stale, amount=amount))

        @precondition(lambda self: self.life.invoice and self.life.invoice.paid)
        @rule()
        def refund(self) -> None:
            wait_for(self.life.refund(approver))

        @rule()
        def repeat(self) -> None:
            wait_for(self.life.repeat())

    await asyncio.to_thread(
        run_state_machine_as_test,
        Walk,
        settings=settings(
            max_examples=WALKS,
            stateful_step_count=STEPS,
            deadline=None,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
