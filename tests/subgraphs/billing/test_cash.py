"""Cash goes through a clerk's desk, and money goes back only when two people agree."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from subgraphs.billing.domain.errors import InvalidRefund, RefundDecided, SamePerson
from subgraphs.billing.domain.refund import RefundClaim
from subgraphs.billing.service.refunding import RefundDecision, decide_refund, request_refund
from subgraphs.kit.errors import DomainError

if TYPE_CHECKING:
    from tests.subgraphs.billing.conftest import Clinic

D = Decimal
DESK = "id openingFloat { amount } counted { amount } expected { amount } difference { amount }"


async def desk(clinic: Clinic, name: str, **arguments: str) -> dict[str, Any]:
    declared = ", ".join(
        f"${key}: {'Decimal' if key in {'openingFloat', 'counted'} else 'ID'}!" for key in arguments
    )
    given = ", ".join(f"{key}: ${key}" for key in arguments)
    more = "... on CashDeskOpen { cashDeskId }" if name == "openCashDesk" else ""
    query = (
        f"mutation({declared}, $key: Uuid!) {{ {name}({given}, idempotencyKey: $key)"
        f" {{ __typename ... on UserError {{ code }} {more}"
        f" ... on CashDesk {{ {DESK} }} }} }}"
    )
    result: dict[str, Any] = (await clinic.ask(query, key=str(uuid4()), **arguments))[name]
    return result


async def open_desk(clinic: Clinic) -> str:
    opened = await desk(clinic, "openCashDesk", clinicId="clinic-1", openingFloat="50.00")
    desk_id: str = opened["id"]
    return desk_id


async def paid(clinic: Clinic, amount: str = "180.00", **how: str) -> dict[str, Any]:
    issued = await clinic.issue(await clinic.draft(clinic.agenda.book()))
    return await clinic.pay(issued, amount, **how)


async def payment_id(clinic: Clinic, invoice: dict[str, Any]) -> str:
    query = "query($id: ID!) { invoice(id: $id) { payments { id } } }"
    found: str = (await clinic.ask(query, id=invoice["id"]))["invoice"]["payments"][0]["id"]
    return found


async def invoice_now(clinic: Clinic, invoice: dict[str, Any]) -> dict[str, Any]:
    query = (
        "query($id: ID!) { invoice(id: $id) { id version status paid { amount }"
        " lines { chargeItem { status } }"
        " payments { refunds { status amount { amount } requestedBy decidedBy } } } }"
    )
    found: dict[str, Any] = (await clinic.ask(query, id=invoice["id"]))["invoice"]
    return found


async def ask_back(clinic: Clinic, payment: str, amount: str, actor: str = "ana") -> str:
    claim = RefundClaim(D(amount), "cobrança em dobro")
    async with clinic.database.transaction() as session:
        return await request_refund(session, payment, claim, actor, clinic.clock.now())


async def decide(clinic: Clinic, refund: str, actor: str = "bia", *, approved: bool = True) -> str:
    async with clinic.database.transaction() as session:
        decision = RefundDecision(refund, approved, actor)
        return await decide_refund(session, decision, clinic.clock.now())


async def test_a_day_at_the_desk_adds_up(clinic: Clinic) -> None:
    desk_id = await open_desk(clinic)
    await paid(clinic, "80.00", method="CASH", tendered="100.00")
    await paid(clinic, "180.00", method="CASH")
    await paid(clinic, "180.00", method="PIX")
    closed = await desk(clinic, "closeCashDesk", cashDeskId=desk_id, counted="309.50")
    assert closed["expected"] == {"amount": "310.00"}
    assert closed["difference"] == {"amount": "-0.50"}


async def test_cash_needs_an_open_desk_and_other_money_does_not(clinic: Clinic) -> None:
    assert (await paid(clinic, method="CASH"))["code"] == "CASH_DESK_CLOSED"
    assert (await paid(clinic, method="PIX"))["status"] == "BALANCED"
    desk_id = await open_desk(clinic)
    assert (await paid(clinic, method="CASH"))["status"] == "BALANCED"
    await desk(clinic, "closeCashDesk", cashDeskId=desk_id, counted="230.00")
    assert (await paid(clinic, method="CASH"))["code"] == "CASH_DESK_CLOSED"


async def test_a_clerk_has_one_open_desk_at_a_clinic(clinic: Clinic) -> None:
    desk_id = await open_desk(clinic)
    again = await desk(clinic, "openCashDesk", clinicId="clinic-1", openingFloat="0.00")
    assert again == {"__typename": "CashDeskOpen", "code": "CASH_DESK_OPEN", "cashDeskId": desk_id}
    await desk(clinic, "closeCashDesk", cashDeskId=desk_id, counted="50.00")
    assert (await open_desk(clinic)) != desk_id


async def test_a_desk_is_closed_once(clinic: Clinic) -> None:
    desk_id = await open_desk(clinic)
    results = await asyncio.gather(
        *(
            desk(clinic, "closeCashDesk", cashDeskId=desk_id, counted=f"{count}.00")
            for count in range(4)
        )
    )
    assert (
        sorted(result["__typename"] for result in results) == ["CashDesk"] + ["CashDeskClosed"] * 3
    )
    for name, arguments in (
        ("closeCashDesk", {"cashDeskId": "none", "counted": "1.00"}),
        ("closeCashDesk", {"cashDeskId": desk_id, "counted": "-1.00"}),
        ("openCashDesk", {"clinicId": "clinic-9", "openingFloat": "0.001"}),
    ):
        assert (await desk(clinic, name, **arguments))["code"] in {"NOT_FOUND", "INVALID_INPUT"}


async def test_cash_that_comes_while_the_desk_closes_is_counted_or_refused(clinic: Clinic) -> None:
    desk_id = await open_desk(clinic)
    results = await asyncio.gather(
        paid(clinic, "10.00", method="CASH"),
        desk(clinic, "closeCashDesk", cashDeskId=desk_id, counted="60.00"),
        paid(clinic, "10.00", method="CASH"),
    )
    taken = sum(10 for result in (results[0], results[2]) if "code" not in result)
    assert D(results[1]["expected"]["amount"]) == 50 + taken


async def test_a_refund_opens_the_debt_again(clinic: Clinic) -> None:
    invoice = await paid(clinic)
    refund = await ask_back(clinic, await payment_id(clinic, invoice), "30.00")
    assert (await invoice_now(clinic, invoice))["status"] == "BALANCED"
    await decide(clinic, refund)
    now = await invoice_now(clinic, invoice)
    assert (now["status"], now["paid"]["amount"]) == ("PARTIALLY_PAID", "150.00")
    assert now["lines"][0]["chargeItem"]["status"] == "BILLED"
    [shown] = now["payments"][0]["refunds"]
    assert (shown["status"], shown["requestedBy"], shown["decidedBy"]) == ("APPROVED", "ana", "bia")


async def test_after_a_whole_refund_the_invoice_can_be_called_off(clinic: Clinic) -> None:
    invoice = await paid(clinic)
    await decide(clinic, await ask_back(clinic, await payment_id(clinic, invoice), "180.00"))
    now = await invoice_now(clinic, invoice)
    assert now["status"] == "ISSUED"
    assert (await clinic.cancel(now))["status"] == "CANCELLED"


async def test_who_asks_does_not_decide_not_even_by_sql(clinic: Clinic) -> None:
    invoice = await paid(clinic)
    refund = await ask_back(clinic, await payment_id(clinic, invoice), "30.00")
    with pytest.raises(SamePerson):
        await decide(clinic, refund, actor="ana")
    with pytest.raises(IntegrityError):
        async with clinic.database.transaction() as session:
            await session.execute(
                text("UPDATE refunds SET status = 'APPROVED', decided_by = 'ana'")
            )


async def test_a_rejected_refund_changes_nothing_and_can_be_asked_again(clinic: Clinic) -> None:
    invoice = await paid(clinic)
    payment = await payment_id(clinic, invoice)
    await decide(clinic, await ask_back(clinic, payment, "180.00"), approved=False)
    assert (await invoice_now(clinic, invoice))["status"] == "BALANCED"
    await decide(clinic, await ask_back(clinic, payment, "180.00"))


async def test_of_many_who_decide_one_does(clinic: Clinic) -> None:
    invoice = await paid(clinic)
    refund = await ask_back(clinic, await payment_id(clinic, invoice), "100.00")
    outcomes = await asyncio.gather(
        *(decide(clinic, refund, actor=f"person-{n}") for n in range(6)), return_exceptions=True
    )
    assert sum(outcome == refund for outcome in outcomes) == 1
    assert sum(isinstance(outcome, RefundDecided) for outcome in outcomes) == 5
    assert (await invoice_now(clinic, invoice))["paid"]["amount"] == "80.00"


async def test_no_more_goes_back_than_came_in(clinic: Clinic) -> None:
    invoice = await paid(clinic)
    payment = await payment_id(clinic, invoice)
    outcomes = await asyncio.gather(
        *(ask_back(clinic, payment, "100.00") for _ in range(4)), return_exceptions=True
    )
    assert sum(isinstance(outcome, str) for outcome in outcomes) == 1
    assert sum(isinstance(outcome, InvalidRefund) for outcome in outcomes) == 3
    for amount in ("80.01", "0.00", "1.001"):
        with pytest.raises(InvalidRefund):
            await ask_back(clinic, payment, amount)


async def test_cash_goes_back_through_the_desk_of_whoever_approves(clinic: Clinic) -> None:
    await open_desk(clinic)
    invoice = await paid(clinic, method="CASH")
    refund = await ask_back(clinic, await payment_id(clinic, invoice), "30.00")
    with pytest.raises(DomainError, match="caixa"):
        await decide(clinic, refund, actor="bia")
    await decide(clinic, refund, actor="anonymous")  # who opened the desk through the graph


async def test_the_graph_knows_both_steps(clinic: Clinic) -> None:
    invoice = await paid(clinic)
    payment = await payment_id(clinic, invoice)
    asked = (
        await clinic.ask(
            'mutation($id: ID!, $key: Uuid!) { requestRefund(paymentId: $id, amount: "5.00",'
            ' reason: "valor errado", idempotencyKey: $key)'
            " { ... on Refund { id status } } }",
            id=payment,
            key=str(uuid4()),
        )
    )["requestRefund"]
    assert asked["status"] == "REQUESTED"
    decided = await clinic.ask(
        "mutation($id: ID!, $key: Uuid!) { decideRefund(refundId: $id, approve: true,"
        " idempotencyKey: $key) { ... on SamePerson { code message } } }",
        id=asked["id"],
        key=str(uuid4()),
    )
    assert decided["decideRefund"]["code"] == "SAME_PERSON"


CLOSING = """
query($r: [_Any!]!, $day: Date!) { _entities(representations: $r) { ... on Clinic {
    cashClosing(day: $day) {
        day isFinal net { amount }
        byMethod { method payments received { amount } refunded { amount } }
        desks { clerk difference { amount } }
} } } }
"""


async def closing(clinic: Clinic, day: str, clinic_id: str = "clinic-1") -> dict[str, Any]:
    place = {"__typename": "Clinic", "id": clinic_id, "timeZone": "America/Sao_Paulo"}
    found = await clinic.ask(CLOSING, r=[place], day=day)
    shown: dict[str, Any] = found["_entities"][0]["cashClosing"]
    return shown


async def test_a_clinics_day_is_closed_by_its_own_calendar(clinic: Clinic) -> None:
    await clinic.open_desk()
    first = await clinic.issue(await clinic.draft(clinic.agenda.book()))
    await clinic.pay(first, "100.00", method="CASH")
    second = await clinic.issue(await clinic.draft(clinic.agenda.book()))
    paid = await clinic.pay(second, "180.00", method="PIX")
    clinic.clock.advance(timedelta(hours=11, minutes=59, seconds=59))  # 23:59:59 in São Paulo
    seen = await invoice_now(clinic, first)
    await clinic.pay({**first, "version": seen["version"]}, "30.00", method="DEBIT_CARD")
    day = await closing(clinic, "2026-11-24")
    assert (day["net"]["amount"], day["isFinal"]) == ("310.00", False)
    assert [
        (one["method"], one["payments"], one["received"]["amount"]) for one in day["byMethod"]
    ] == [
        ("CASH", 1, "100.00"),
        ("DEBIT_CARD", 1, "30.00"),
        ("PIX", 1, "180.00"),
    ]
    clinic.clock.advance(timedelta(seconds=1))  # midnight there
    payment = await payment_id(clinic, paid)
    await decide(clinic, await ask_back(clinic, payment, "80.00"))
    next_day = await closing(clinic, "2026-11-25")
    assert next_day["net"]["amount"] == "-80.00"
    [pix] = next_day["byMethod"]
    assert (pix["method"], pix["payments"], pix["refunded"]["amount"]) == ("PIX", 0, "80.00")
    assert [desk["clerk"] for desk in next_day["desks"]] == ["anonymous"]
    assert (await closing(clinic, "2026-11-24"))["net"]["amount"] == "310.00"
    elsewhere = await closing(clinic, "2026-11-24", "clinic-9")
    assert (elsewhere["net"]["amount"], elsewhere["isFinal"]) == ("0.00", True)
