"""What the chapters of a day hand on to each other: people, visits, invoices, and the hour."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

from people import Person
from workplace import World

from subgraphs.health_plan.card import Card

TODAY = "2026-11-23"
SAO_PAULO = timezone(timedelta(hours=-3))
INSURER = "000101"
ESSENCIAL = Card(INSURER, "01", 20_000_001)
"""The insurer collects thirty in a hundred of it from its member by itself."""
BALCAO = Card(INSURER, "05", 20_000_001)
"""The clinic collects 25.00 for each procedure."""
CONTRACT = {
    "10101012": "98.50",
    "40304361": "14.60",
    "40301630": "9.20",  # more than the insurer pays for it, which it will notice
    "41001095": "480.00",
}

INVOICE = """
    id version number status
    gross { amount } discount { amount } planPays { amount } patientPays { amount }
    dueFromPlan { amount } dueFromPatient { amount } paid { amount } patientOwes { amount }
    lines { tussCode shareStatus gross { amount } planPays { amount } patientPays { amount } }
"""


@dataclass
class Day:
    """The clinic's day, as far as it has come."""

    world: World
    second_biller: Person
    patients: dict[str, dict[str, Any]] = field(default_factory=dict)
    coverages: dict[str, str] = field(default_factory=dict)
    visits: dict[str, dict[str, Any]] = field(default_factory=dict)
    encounters: dict[str, dict[str, Any]] = field(default_factory=dict)
    documents: dict[str, dict[str, Any]] = field(default_factory=dict)
    invoices: dict[str, dict[str, Any]] = field(default_factory=dict)
    desks: dict[str, dict[str, Any]] = field(default_factory=dict)

    def at(self, clock: str) -> None:
        """The clock on the wall shows it, or shows more already."""
        hour, minute = map(int, clock.split(":"))
        moment = datetime(2026, 11, 23, hour, minute, tzinfo=SAO_PAULO).astimezone(UTC)
        if moment > self.world.network.clock.now():
            self.world.until(moment)

    async def slot(self, clock: str, day: str = TODAY) -> str:
        """The token of the free slot that begins then."""
        hour, minute = map(int, clock.split(":"))
        begins = datetime.fromisoformat(day).replace(hour=hour, minute=minute, tzinfo=SAO_PAULO)
        [token] = [
            slot["token"]
            for slot in await self.world.slots(day)
            if datetime.fromisoformat(slot["start"]) == begins
        ]
        return str(token)

    async def invoice(self, name: str) -> dict[str, Any]:
        """Somebody's invoice as it stands."""
        found = await self.world.biller.get(
            f"query($id: ID!) {{ invoice(id: $id) {{ {INVOICE}"
            " payments { id method amount { amount } change { amount } payer }"
            " claim { id status billed { amount } released { amount } denied { amount }"
            " recovered { amount } denials { tussCode amount { amount } } } } }",
            id=self.invoices[name]["id"],
        )
        self.invoices[name] = found["invoice"]
        return self.invoices[name]


def money(invoice: dict[str, Any], *names: str) -> list[Decimal | None]:
    """Amounts of an invoice; None is unknown."""
    return [Decimal(invoice[name]["amount"]) if invoice[name] else None for name in names]


def reais(*amounts: str) -> list[Decimal]:
    """Amounts as one writes them."""
    return [Decimal(amount) for amount in amounts]
