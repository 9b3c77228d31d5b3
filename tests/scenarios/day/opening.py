"""Half past seven: prices are in force, and both clerks open their cash desks."""

from __future__ import annotations

from day.story import CONTRACT, INSURER, Day
from workplace import publish

DESK = "id clerk openingFloat { amount } closedAt"


async def opening(day: Day) -> None:
    """The insurer's prices are published; a clerk opens one desk, not two."""
    world = day.world
    day.at("07:30")
    await publish(world.biller, INSURER, CONTRACT)
    for clerk, change in ((world.biller, "200.00"), (day.second_biller, "100.00")):
        desk = await clerk.do("openCashDesk", DESK, clinicId=world.clinic_id, openingFloat=change)
        assert (desk["clerk"], desk["openingFloat"]["amount"]) == (clerk.name, change)
        day.desks[clerk.name] = desk

    again = await world.biller.attempt(
        "openCashDesk",
        "... on CashDeskOpen { cashDeskId }",
        clinicId=world.clinic_id,
        openingFloat="10.00",
    )
    assert again["__typename"] == "CashDeskOpen"
    assert again["cashDeskId"] == day.desks[world.biller.name]["id"]

    by_reception = await world.reception.ask(
        "mutation($id: ID!, $key: Uuid!) { openCashDesk(clinicId: $id, openingFloat: 1,"
        " idempotencyKey: $key) { __typename } }",
        id=world.clinic_id,
        key="0193a7c0-0000-4000-8000-000000000000",
    )
    assert "errors" in by_reception, "reception has no cash desk"
