"""Several clerks at once: one invoice, no number twice and none left out, no payment lost."""

from __future__ import annotations

import asyncio
from collections import Counter
from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import uuid4

from sqlalchemy import text

from subgraphs.billing.service.calling_off import call_off_visit

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from tests.subgraphs.billing.conftest import Clinic

CLERKS = 8


async def numbers(clinic: Clinic) -> list[int]:
    async with clinic.database.read() as session:
        rows = await session.scalars(
            text("SELECT number FROM invoices WHERE number IS NOT NULL ORDER BY number")
        )
        return list(rows)


async def test_of_many_drafts_at_once_one_is_made(clinic: Clinic) -> None:
    visit = clinic.agenda.book()
    results = await asyncio.gather(*(clinic.draft(visit) for _ in range(CLERKS)))
    assert Counter(result["__typename"] for result in results) == {
        "Invoice": 1,
        "AlreadyInvoiced": CLERKS - 1,
    }
    [made] = {result["id"] for result in results if result["__typename"] == "Invoice"}
    assert {r["invoice"]["id"] for r in results if r["__typename"] != "Invoice"} == {made}


async def test_the_same_click_many_times_is_one_draft(clinic: Clinic) -> None:
    visit, key = clinic.agenda.book(), str(uuid4())
    results = await asyncio.gather(*(clinic.draft(visit, key) for _ in range(CLERKS)))
    assert len({result["id"] for result in results}) == 1


async def test_of_many_who_issue_one_invoice_one_does(clinic: Clinic) -> None:
    draft = await clinic.draft(clinic.agenda.book())
    results = await asyncio.gather(*(clinic.issue(draft) for _ in range(CLERKS)))
    assert Counter(result["__typename"] for result in results) == {
        "Invoice": 1,
        "StaleVersion": CLERKS - 1,
    }
    assert await numbers(clinic) == [1]


async def test_numbers_have_no_gap_while_some_are_refused_and_some_called_off(
    clinic: Clinic,
) -> None:
    drafts = [await clinic.draft(clinic.agenda.book()) for _ in range(12)]

    async def work(index: int) -> None:
        draft = drafts[index]
        if index % 4 == 3:  # refused: the version is wrong, after which nothing may be used up
            refusal = await clinic.issue({"id": draft["id"], "version": 99})
            assert refusal["code"] == "STALE_VERSION"
        issued = await clinic.issue(draft)
        if index % 3 == 0:
            assert (await clinic.cancel(issued))["status"] == "CANCELLED"

    await asyncio.gather(*(work(index) for index in range(len(drafts))))
    assert await numbers(clinic) == list(range(1, 13))


async def test_of_many_payments_of_one_version_one_is_taken(clinic: Clinic) -> None:
    issued = await clinic.issue(await clinic.draft(clinic.agenda.book()))
    results = await asyncio.gather(*(clinic.pay(issued, "100.00") for _ in range(CLERKS)))
    assert Counter(result["__typename"] for result in results) == {
        "Invoice": 1,
        "StaleVersion": CLERKS - 1,
    }


async def test_clerks_who_read_again_pay_exactly_what_is_owed(clinic: Clinic) -> None:
    issued = await clinic.issue(await clinic.draft(clinic.agenda.book()))
    query = "query($id: ID!) { invoice(id: $id) { id version } }"

    async def pay_ten() -> int:
        taken = 0
        while True:
            seen = (await clinic.ask(query, id=issued["id"]))["invoice"]
            result = await clinic.pay(seen, "10.00")
            if result["__typename"] == "Invoice":
                taken += 1
            elif result["__typename"] != "StaleVersion":
                assert result["code"] in {"OVERPAYMENT", "INVALID_PAYMENT"}
                return taken

    assert sum(await asyncio.gather(*(pay_ten() for _ in range(4)))) == 18
    shown = await clinic.ask(
        "query($id: ID!) { invoice(id: $id) { status paid { amount } payments { id } } }",
        id=issued["id"],
    )
    invoice = shown["invoice"]
    assert (invoice["status"], Decimal(invoice["paid"]["amount"])) == ("BALANCED", Decimal(180))
    assert len(invoice["payments"]) == 18


async def test_either_the_payment_or_the_cancellation_is_made(clinic: Clinic) -> None:
    issued = await clinic.issue(await clinic.draft(clinic.agenda.book()))
    results = await asyncio.gather(clinic.pay(issued, "180.00"), clinic.cancel(issued))
    assert Counter(result["__typename"] for result in results) == {
        "Invoice": 1,
        "StaleVersion": 1,
    }


async def test_a_visit_called_off_while_its_invoice_is_issued_never_stays_unnoticed(
    clinic: Clinic,
) -> None:
    """Either the draft ended first, or the issued invoice waits for a person."""
    for number in range(6):
        visit = clinic.agenda.book()
        draft = await clinic.draft(visit)

        async def call_off(visit: str = visit) -> None:
            async with clinic.database.transaction() as session:
                await call_off_visit(session, visit, clinic.clock.now())

        pause = asyncio.sleep(0.002 * number)
        issued, _ = await asyncio.gather(clinic.issue(draft), after(pause, call_off))
        query = "query($id: ID!) { invoice(id: $id) { status number cancelRequestedAt } }"
        found = (await clinic.ask(query, id=draft["id"]))["invoice"]
        if issued["__typename"] == "Invoice":
            assert (found["status"], bool(found["cancelRequestedAt"])) == ("ISSUED", True)
        else:
            assert issued["code"] in {"STALE_VERSION", "INVOICE_STATE_CONFLICT"}
            assert (found["status"], found["number"]) == ("CANCELLED", None)
    assert await numbers(clinic) == list(range(1, len(await numbers(clinic)) + 1))


async def after(pause: Awaitable[None], effect: Callable[[], Awaitable[None]]) -> None:
    await pause
    await effect()


async def test_a_key_that_was_used_for_something_else_is_refused(clinic: Clinic) -> None:
    key, visit, other = str(uuid4()), clinic.agenda.book(), clinic.agenda.book()
    draft = await clinic.draft(visit, key)
    assert (await clinic.draft(other, key))["code"] == "IDEMPOTENCY_KEY_REUSED"
    assert (await clinic.draft(visit, key, urgent=True))["code"] == "IDEMPOTENCY_KEY_REUSED"
    issued = await clinic.issue(draft, idempotencyKey=key)
    assert issued["status"] == "ISSUED", "another operation has keys of its own"
    paid = await clinic.pay(issued, "10.00", idempotencyKey=key)
    again = await clinic.pay(issued, "10.00", idempotencyKey=key)
    assert again["paid"] == paid["paid"] == {"amount": "10.00"}
    refused = await clinic.pay(issued, "10.01", idempotencyKey=key)
    assert refused["code"] == "IDEMPOTENCY_KEY_REUSED"
