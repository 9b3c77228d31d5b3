"""What must hold whatever happens at once: the attacks that no other file here makes.

One live invoice for a visit and for a charge; sums exact to the largest price; a claim that adds up
and is asked for once.
"""

from __future__ import annotations

import asyncio
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from subgraphs.billing.models import INBOX
from subgraphs.billing.service.following import consumer
from subgraphs.health_plan.card import Card
from subgraphs.kit.events.consumer import Delivery
from subgraphs.kit.events.event import Event
from subgraphs.kit.identifiers import new_id

if TYPE_CHECKING:
    from tests.subgraphs.billing.conftest import Clinic

D = Decimal
LIVE = "status NOT IN ('CANCELLED', 'ENTERED_IN_ERROR')"


async def rows(clinic: Clinic, statement: str) -> list[Any]:
    async with clinic.database.read() as session:
        return list(await session.execute(text(statement)))


async def assert_one_live_invoice_each(clinic: Clinic) -> None:
    twice = await rows(
        clinic,
        f"SELECT appointment_id FROM invoices WHERE {LIVE} GROUP BY 1 HAVING count(*) > 1",
    )
    assert twice == []
    shared = await rows(
        clinic,
        "SELECT charge_item_id FROM invoice_lines JOIN invoices ON invoices.id = invoice_id"
        f" WHERE {LIVE} GROUP BY 1 HAVING count(*) > 1",
    )
    assert shared == []


async def fulfilled(clinic: Clinic, visit: str, position: int) -> None:
    event = Event(
        type="AppointmentFulfilled",
        aggregate_type="Appointment",
        aggregate_id=visit,
        version=5,
        payload={"patientId": "patient-1", "tussCode": "10101012", "serviceDay": "2026-11-24"},
        id=new_id(),
        position=position,
        occurred_at=clinic.clock.now(),
    )
    async with clinic.database.read() as session:
        after = await INBOX.position(session, "appointments")
    await consumer.receive(clinic.database, Delivery("appointments", after, [event]), clinic.clock)


async def test_cancelling_and_drafting_again_at_once_leaves_one_live_invoice(
    clinic: Clinic,
) -> None:
    visit = clinic.agenda.book()
    first = await clinic.issue(await clinic.draft(visit))
    results = await asyncio.gather(
        clinic.cancel(first), *(clinic.draft(visit) for _ in range(6)), clinic.cancel(first)
    )
    assert {result["__typename"] for result in results} <= {
        "Invoice",
        "AlreadyInvoiced",
        "StaleVersion",
        "InvoiceStateConflict",
    }
    await assert_one_live_invoice_each(clinic)
    last = await clinic.draft(visit)
    live = last if last["__typename"] == "Invoice" else last["invoice"]
    shown = await clinic.ask("query($id: ID!) { invoice(id: $id) { id version } }", id=live["id"])
    again = await clinic.issue(shown["invoice"])
    assert again["number"].endswith("000002")
    await assert_one_live_invoice_each(clinic)


async def test_a_fulfilled_visit_told_again_and_again_between_drafts_is_billed_once(
    clinic: Clinic,
) -> None:
    visit = clinic.agenda.book()
    await fulfilled(clinic, visit, 1)
    draft = await clinic.draft(visit)
    for position in range(2, 5):
        await fulfilled(clinic, visit, position)
    await clinic.cancel(await clinic.issue(draft))
    await fulfilled(clinic, visit, 9)
    issued = await clinic.issue(await clinic.draft(visit))
    assert len(issued["lines"]) == 1
    await assert_one_live_invoice_each(clinic)
    [[count]] = await rows(clinic, "SELECT count(*) FROM charge_items")
    assert count == 1


async def test_a_visit_fulfilled_while_its_draft_is_made_is_charged_once(clinic: Clinic) -> None:
    visit = clinic.agenda.book()
    draft, _ = await asyncio.gather(clinic.draft(visit), fulfilled(clinic, visit, 1))
    assert draft["__typename"] == "Invoice"
    [[count]] = await rows(clinic, "SELECT count(*) FROM charge_items")
    assert count == 1


async def test_the_largest_price_is_exact_from_draft_to_balance(clinic: Clinic) -> None:
    await clinic.publish("PRIVATE", "2026-06-01", tuss_10101012="99999999.99")
    issued = [await clinic.issue(await clinic.draft(clinic.agenda.book())) for _ in range(3)]
    assert {invoice["gross"]["amount"] for invoice in issued} == {"99999999.99"}
    query = (
        "query($r: [_Any!]!) { _entities(representations: $r)"
        " { ... on Patient { balance { amount } } } }"
    )
    patient = [{"__typename": "Patient", "id": "patient-1"}]
    owed = (await clinic.ask(query, r=patient))["_entities"][0]["balance"]["amount"]
    assert owed == "299999999.97"
    paid = await clinic.pay(issued[0], "0.01")
    assert paid["patientOwes"]["amount"] == "99999999.98"
    assert (await clinic.pay(paid, "99999999.99"))["code"] == "OVERPAYMENT"
    assert (await clinic.pay(paid, "99999999.98"))["status"] == "BALANCED"


async def test_half_a_cent_goes_to_the_even_cent_once(clinic: Clinic) -> None:
    await clinic.publish("PRIVATE", "2026-06-01", tuss_10101012="10.0050")
    down = await clinic.draft(clinic.agenda.book())
    await clinic.publish("PRIVATE", "2026-07-01", tuss_10101012="10.0150")
    up = await clinic.draft(clinic.agenda.book())
    assert (down["gross"]["amount"], up["gross"]["amount"]) == ("10.00", "10.02")


async def claimed(clinic: Clinic) -> dict[str, Any]:
    card = await clinic.register_card(Card("000101", "03", 90_000_000))
    return await clinic.issue(await clinic.draft(clinic.agenda.book(coverage_id=card)))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE claims SET released = 98.50, denied = 0.01",
        "UPDATE claims SET released = 99.00, denied = -0.50",
        "UPDATE claims SET released = 90.00, denied = 8.50, recovered = 8.51",
        "UPDATE claim_items SET released = 98.49, denied = 0.00",
        "INSERT INTO claims (id, invoice_id, ans_registry, guia_number, status, billed, recovered,"
        " created_at) SELECT 'new', invoice_id, ans_registry, 'other', 'DRAFT', billed, 0,"
        " created_at FROM claims",
    ],
)
async def test_a_claim_that_does_not_add_up_or_comes_twice_is_refused_by_the_database(
    clinic: Clinic, statement: str
) -> None:
    await claimed(clinic)
    with pytest.raises(IntegrityError):
        async with clinic.database.transaction() as session:
            await session.execute(text(statement))


async def test_a_guia_that_was_sent_is_not_sent_again(clinic: Clinic) -> None:
    await claimed(clinic)
    query = (
        'mutation($key: Uuid!) { submitClaims(ansRegistry: "000101", idempotencyKey: $key)'
        " { __typename ... on UserError { code } ... on ClaimBatch { id claims { id } } } }"
    )
    key = str(uuid4())
    first = (await clinic.ask(query, key=key))["submitClaims"]
    assert (await clinic.ask(query, key=key))["submitClaims"] == first
    others = await asyncio.gather(*(clinic.ask(query, key=str(uuid4())) for _ in range(4)))
    assert {other["submitClaims"].get("code") for other in others} == {"NOTHING_TO_CLAIM"}
