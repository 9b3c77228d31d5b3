"""The health plan is down from half past nine to half past ten: unknown is neither zero nor no."""

from __future__ import annotations

from typing import Any

from day.charges import charges, done_here, draft, estimate, issue
from day.story import Day, money, reais
from network import eventually
from workplace import CONSULTATION, TOMOGRAPHY

ELIGIBILITY = """query($id: ID!, $coverage: ID!) {
    patient(id: $id) { eligibility(coverageId: $coverage) { status reasonCode } } }"""


async def outage(day: Day) -> None:
    """Nothing is lost while nobody answers, and all of it is decided afterwards."""
    day.at("09:30")
    assert await _eligibility(day) == "ELIGIBLE"
    await day.world.network.services["health_plan"].stop()
    await _unknown(day)
    day.at("10:30")
    await day.world.network.services["health_plan"].start()
    await _known_again(day)
    await _authorized(day)


async def _unknown(day: Day) -> None:
    told = await estimate(day, "João")
    assert (told["status"], told["provisional"]) == ("UNKNOWN_PLAN_UNAVAILABLE", True)
    assert money(told, "gross") == reais("98.50"), "our own price is known"
    assert money(told, "planPays", "patientPays", "dueFromPatient") == [None, None, None]
    assert await _eligibility(day) == "UNKNOWN_PLAN_UNAVAILABLE"

    drafted = await draft(day, "Rosa")
    assert money(drafted, "gross", "planPays", "patientPays") == [*reais("107.70"), None, None]
    refused = await day.world.biller.attempt(
        "issueInvoice", invoiceId=drafted["id"], expectedVersion=drafted["version"]
    )
    assert refused["__typename"] == "PlanUnavailable"
    assert (await day.invoice("Rosa"))["status"] == "DRAFT"

    requested = await day.world.reception.do(
        "requestAuthorization",
        "id status",
        appointmentId=day.visits["João"]["id"],
        tussCode=TOMOGRAPHY,
        documentId=day.documents["João's examRequest"]["id"],
    )
    assert requested["status"] == "REQUESTED", "written down, not denied"
    day.documents["João's authorization"] = requested


async def _known_again(day: Day) -> None:
    async def answers() -> bool:
        return (await estimate(day, "João"))["status"] == "COVERED"

    await eventually(answers)  # the circuit breaker closes when a call comes through
    issued = await issue(day, "Rosa")
    assert issued["number"] == "1234567-000002"
    # 98.50: 29.55 of thirty in a hundred; 9.20: 2.76. The insurer collects both.
    amounts = money(issued, "gross", "planPays", "patientPays", "dueFromPlan", "dueFromPatient")
    assert amounts == reais("107.70", "75.39", "32.31", "107.70", "0.00")


async def _authorized(day: Day) -> None:
    """The request is taken, analysed for an hour, and decided; only then João can be billed."""
    assert (await _refreshed(day))["status"] == "IN_ANALYSIS"
    day.at("10:40")
    await done_here(day, "João", TOMOGRAPHY)
    drafted = await draft(day, "João")
    blocked = await day.world.biller.attempt(
        "issueInvoice",
        "... on AuthorizationRequired { tussCodes }",
        invoiceId=drafted["id"],
        expectedVersion=drafted["version"],
    )
    assert blocked["tussCodes"] == [TOMOGRAPHY]

    day.at("11:31")
    decided = await _refreshed(day)
    assert decided["status"] == "AUTHORIZED"
    assert decided["password"]
    issued = await issue(day, "João")
    assert issued["number"] == "1234567-000003"
    assert money(issued, "gross", "dueFromPlan", "patientOwes") == reais(
        "578.50", "528.50", "50.00"
    )
    assert await charges(day, "João") == {CONSULTATION: "BILLED", TOMOGRAPHY: "BILLED"}


async def _eligibility(day: Day) -> str:
    found = await day.world.biller.get(
        ELIGIBILITY, id=day.patients["João"]["id"], coverage=day.coverages["João"]
    )
    status: str = found["patient"]["eligibility"]["status"]
    return status


async def _refreshed(day: Day) -> dict[str, Any]:
    asked = day.documents["João's authorization"]["id"]
    return await day.world.biller.do("refreshAuthorization", "status password validUntil", id=asked)
