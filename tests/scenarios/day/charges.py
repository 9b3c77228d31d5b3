"""What was written behind the door is charged at the desk; what was done becomes billable."""

from __future__ import annotations

from typing import Any

from day.story import INVOICE, Day, money, reais
from workplace import BLOOD_COUNT, CONSULTATION, CREATININE, TOMOGRAPHY

ESTIMATE = (
    "status provisional authorizationRequired gross { amount } planPays { amount }"
    " patientPays { amount } dueFromPatient { amount }"
)


async def charging(day: Day) -> None:
    """Signed documents have become charges by themselves; Maria's invoice is drafted and issued."""
    await day.world.network.settled()
    assert await charges(day, "Lucas") == {CONSULTATION: "BILLABLE"}
    assert await charges(day, "Rosa") == {CONSULTATION: "BILLABLE", CREATININE: "PLANNED"}
    assert await charges(day, "João") == {CONSULTATION: "BILLABLE", TOMOGRAPHY: "PLANNED"}
    assert await charges(day, "Maria") == {CONSULTATION: "BILLABLE", BLOOD_COUNT: "PLANNED"}

    told = await estimate(day, "João")
    assert (told["status"], told["provisional"]) == ("COVERED", False)
    assert money(told, "gross", "planPays", "dueFromPatient") == reais("98.50", "73.50", "25.00")

    await done_here(day, "Maria", BLOOD_COUNT)
    await done_here(day, "Rosa", CREATININE)
    await draft(day, "Maria")
    await _discounted(day)
    issued = await issue(day, "Maria")
    assert (issued["number"], issued["status"]) == ("1234567-000001", "ISSUED")
    assert money(issued, "gross", "discount", "patientOwes") == reais("205.00", "5.00", "200.00")

    await draft(day, "Lucas")


async def _discounted(day: Day) -> None:
    """Whoever drafted an invoice does not approve a discount on it."""
    drafted = day.invoices["Maria"]
    wanted = {
        "invoiceId": drafted["id"],
        "expectedVersion": drafted["version"],
        "amount": "5.00",
        "reason": "Espera de uma hora.",
    }
    alone = await day.world.biller.attempt("discountInvoice", **wanted)
    assert alone["__typename"] == "InvalidDiscount"
    day.invoices["Maria"] = await day.second_biller.do("discountInvoice", INVOICE, **wanted)


async def charges(day: Day, name: str) -> dict[str, str]:
    """The charges of somebody's visit."""
    return {item["tussCode"]: item["status"] for item in await _items(day, name)}


async def _items(day: Day, name: str) -> list[dict[str, Any]]:
    found = await day.world.biller.get(
        "query($id: ID!) { appointment(id: $id) { chargeItems { id tussCode status } } }",
        id=day.visits[name]["id"],
    )
    items: list[dict[str, Any]] = found["appointment"]["chargeItems"]
    return items


async def done_here(day: Day, name: str, tuss_code: str) -> None:
    """A procedure that was requested was done here."""
    [item] = [item for item in await _items(day, name) if item["tussCode"] == tuss_code]
    confirmed = await day.world.biller.do(
        "confirmCharge", "status", chargeItemId=item["id"], quantity="1"
    )
    assert confirmed["status"] == "BILLABLE"


async def estimate(day: Day, name: str) -> dict[str, Any]:
    """What a visit costs, as reception is told."""
    found = await day.world.reception.get(
        f"query($id: ID!) {{ appointment(id: $id) {{ estimate {{ {ESTIMATE} }} }} }}",
        id=day.visits[name]["id"],
    )
    told: dict[str, Any] = found["appointment"]["estimate"]
    return told


async def draft(day: Day, name: str) -> dict[str, Any]:
    """The draft of somebody's invoice; there is one for each visit."""
    biller, visit_id = day.world.biller, day.visits[name]["id"]
    made = await biller.do("createInvoice", INVOICE, appointmentId=visit_id)
    again = await biller.attempt(
        "createInvoice", "... on AlreadyInvoiced { invoice { id } }", appointmentId=visit_id
    )
    assert again["invoice"]["id"] == made["id"]
    day.invoices[name] = made
    return made


async def issue(day: Day, name: str, **more: Any) -> dict[str, Any]:
    """Issue somebody's draft."""
    drafted = day.invoices[name]
    day.invoices[name] = await day.world.biller.do(
        "issueInvoice",
        INVOICE,
        invoiceId=drafted["id"],
        expectedVersion=drafted["version"],
        **more,
    )
    return day.invoices[name]
