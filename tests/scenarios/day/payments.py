"""Money comes in: PIX, cash with change, cards; some goes back, by two people."""

from __future__ import annotations

from typing import Any

from day.charges import issue
from day.story import INVOICE, Day, money, reais
from people import Person


async def payments(day: Day) -> None:
    """Maria pays in three ways; João by card; Lucas not yet."""
    await _pix(day, "100.00")
    await _pay(day, "Maria", "60.00", "CASH", tendered="100.00")
    too_much = await day.world.biller.attempt(
        "registerPayment",
        "... on Overpayment { owed { amount } }",
        invoiceId=day.invoices["Maria"]["id"],
        expectedVersion=day.invoices["Maria"]["version"],
        amount="40.01",
        method="CREDIT_CARD",
    )
    assert too_much["owed"]["amount"] == "40.00"
    await _pay(day, "Maria", "40.00", "CREDIT_CARD")
    whole = await day.invoice("Maria")
    assert whole["status"] == "BALANCED"
    assert money(whole, "paid", "patientOwes") == reais("200.00", "0.00")
    [cash] = [payment for payment in whole["payments"] if payment["method"] == "CASH"]
    assert cash["change"]["amount"] == "40.00"

    await _refunded(day, cash)
    await _pay(day, "Maria", "20.00", "DEBIT_CARD")
    await _pay(day, "João", "50.00", "DEBIT_CARD")
    assert day.invoices["João"]["status"] == "PARTIALLY_PAID", "the plan still owes"
    issued = await issue(day, "Lucas")
    assert (issued["number"], *money(issued, "patientOwes")) == ("1234567-000004", *reais("180.00"))


async def _pix(day: Day, amount: str) -> None:
    biller, invoice = day.world.biller, await day.invoice("Maria")
    code = await biller.do(
        "requestPix",
        "id brCode status amount { amount }",
        invoiceId=invoice["id"],
        expectedVersion=invoice["version"],
        amount=amount,
    )
    assert "br.gov.bcb.pix" in code["brCode"]
    assert (code["status"], code["amount"]["amount"]) == ("PENDING", amount)
    assert (await day.invoice("Maria"))["paid"]["amount"] == "0.00", "a code is no money"
    for _ in range(2):  # the bank says it twice
        paid = await biller.do(
            "confirmPix",
            "status invoice { version paid { amount } }",
            pixChargeId=code["id"],
            endToEndId="E12345678202611231431abcdefghijk",
        )
        assert (paid["status"], paid["invoice"]["paid"]["amount"]) == ("CONFIRMED", amount)
    await day.invoice("Maria")


async def _pay(day: Day, name: str, amount: str, method: str, **more: Any) -> None:
    invoice = await day.invoice(name)
    day.invoices[name] = await day.world.biller.do(
        "registerPayment",
        INVOICE,
        invoiceId=invoice["id"],
        expectedVersion=invoice["version"],
        amount=amount,
        method=method,
        **more,
    )


async def _refunded(day: Day, cash: dict[str, Any]) -> None:
    """Twenty go back in cash; who asked for it cannot approve it."""
    asked = await day.world.biller.do(
        "requestRefund",
        "id status",
        paymentId=cash["id"],
        amount="20.00",
        reason="Cobrado a mais no caixa.",
    )
    assert asked["status"] == "REQUESTED"

    async def decide(clerk: Person) -> dict[str, Any]:
        return await clerk.attempt(
            "decideRefund", "status decidedBy", refundId=asked["id"], approve=True
        )

    assert (await decide(day.world.biller))["__typename"] == "SamePerson"
    decided = await decide(day.second_biller)
    assert (decided["status"], decided["decidedBy"]) == ("APPROVED", day.second_biller.name)
    opened = await day.invoice("Maria")
    assert (opened["status"], *money(opened, "paid", "patientOwes")) == (
        "PARTIALLY_PAID",
        *reais("180.00", "20.00"),
    )
