"""What the plan owes is claimed in one batch; two reais are denied, contested, and won."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from day.story import INSURER, Day, money, reais
from workplace import CREATININE

BATCH = "id protocol statementAt paidAt claims { id guiaNumber status billed { amount } }"


async def claiming(day: Day) -> None:
    """Sent, analysed for an hour, paid after another."""
    day.at("12:00")
    biller = day.world.biller
    assert await _receivables(day) == reais("180.00", "636.20")
    batch = await biller.do("submitClaims", BATCH, ansRegistry=INSURER)
    assert sorted(Decimal(claim["billed"]["amount"]) for claim in batch["claims"]) == reais(
        "107.70", "528.50"
    )
    again = await biller.attempt("submitClaims", ansRegistry=INSURER)
    assert again["__typename"] == "NothingToClaim"

    async def refreshed() -> dict[str, Any]:
        return await biller.do("refreshClaimBatch", BATCH, id=batch["id"])

    assert (await refreshed())["protocol"]
    day.at("13:01")
    assert (await refreshed())["statementAt"]
    rosa = (await day.invoice("Rosa"))["claim"]
    assert rosa["status"] == "PARTIALLY_DENIED"
    assert money(rosa, "billed", "released", "denied") == reais("107.70", "105.70", "2.00")
    assert [(one["tussCode"], one["amount"]["amount"]) for one in rosa["denials"]] == [
        (CREATININE, "2.00")
    ]
    day.at("14:01")
    assert (await refreshed())["paidAt"]
    joao = await day.invoice("João")
    assert (joao["status"], joao["claim"]["status"]) == ("BALANCED", "PAID")
    await _contested(day, rosa)


async def _contested(day: Day, claim: dict[str, Any]) -> None:
    biller = day.world.biller
    appealed = await biller.do(
        "appealDenial",
        "status",
        claimId=claim["id"],
        justification="O valor é o da tabela acordada em janeiro.",
    )
    assert appealed["status"] == "APPEALED"
    day.at("15:02")
    await biller.do("refreshAppeal", "status", claimId=claim["id"])
    rosa = await day.invoice("Rosa")
    assert money(rosa["claim"], "recovered") == reais("2.00")
    assert (rosa["status"], rosa["claim"]["status"]) == ("BALANCED", "PAID")
    assert money(rosa, "patientOwes") == reais("0.00"), "a denial is never the patient's"


async def _receivables(day: Day) -> list[Decimal]:
    """What patients and plans owe, all of it of the last thirty days."""
    found = await day.world.biller.get(
        'query { receivables(asOf: "2026-11-23") { fromDays invoices'
        " fromPatients { amount } fromPlans { amount } } }"
    )
    young, *old = found["receivables"]
    assert young["fromDays"] == 0
    assert all(band["invoices"] == 0 for band in old)
    return [Decimal(young[name]["amount"]) for name in ("fromPatients", "fromPlans")]


async def still_owed(day: Day) -> None:
    """At the end of the day, Lucas's visit alone."""
    assert await _receivables(day) == reais("180.00", "0.00")
