"""Half past six: both desks are counted to the cent, and closed."""

from __future__ import annotations

from day.story import Day

DESK = "closedAt counted { amount } expected { amount } difference { amount }"


async def closing(day: Day) -> None:
    """Two hundred and what Maria paid in cash; one hundred less what went back to her."""
    day.at("18:30")
    for clerk, cash in ((day.world.biller, "260.00"), (day.second_biller, "80.00")):
        closed = await clerk.do(
            "closeCashDesk", DESK, cashDeskId=day.desks[clerk.name]["id"], counted=cash
        )
        assert closed["closedAt"]
        assert (closed["expected"]["amount"], closed["counted"]["amount"]) == (cash, cash)
        assert closed["difference"]["amount"] == "0.00"

    invoice = await day.invoice("Lucas")
    late = await day.world.biller.attempt(
        "registerPayment",
        invoiceId=invoice["id"],
        expectedVersion=invoice["version"],
        amount="180.00",
        method="CASH",
    )
    assert late["__typename"] == "CashDeskClosed"
