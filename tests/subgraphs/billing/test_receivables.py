"""Receivables by age: every open debt in one band, and settled ones in none."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from subgraphs.billing.domain.receivables import BANDS
from subgraphs.health_plan.card import Card

if TYPE_CHECKING:
    from tests.subgraphs.billing.conftest import Clinic

AS_OF = date(2026, 11, 24)

QUERY = """query($asOf: Date!) { receivables(asOf: $asOf) {
    fromDays toDays invoices fromPatients { amount } fromPlans { amount } } }"""


@given(st.integers(min_value=0, max_value=4000))
def test_each_age_falls_in_one_band(age: int) -> None:
    day = AS_OF - timedelta(days=age)
    fitting = [
        band
        for band in BANDS
        if day <= band.last_day(AS_OF)
        and ((first := band.first_day(AS_OF)) is None or day >= first)
    ]
    assert len(fitting) == 1


async def test_open_debts_are_summed_by_age_and_by_who_owes_them(clinic: Clinic) -> None:
    def days_ago(days: int) -> str:
        return f"{AS_OF - timedelta(days=days)}T15:00:00Z"

    for age in (0, 30, 31, 90, 91, 300):
        await clinic.issue(await clinic.draft(clinic.agenda.book(start=days_ago(age))))
    coverage_id = await clinic.register_card(Card("000101", "05", 90_000_000))
    insured = clinic.agenda.book(start=days_ago(45), coverage_id=coverage_id)
    await clinic.issue(await clinic.draft(insured))
    part = await clinic.issue(await clinic.draft(clinic.agenda.book(start=days_ago(70))))
    await clinic.pay(part, "100.00")
    whole = await clinic.issue(await clinic.draft(clinic.agenda.book(start=days_ago(70))))
    await clinic.pay(whole, "180.00")
    await clinic.draft(clinic.agenda.book(start=days_ago(70)))  # not issued, so not owed

    bands = (await clinic.ask(QUERY, asOf=str(AS_OF)))["receivables"]
    assert [
        (
            band["fromDays"],
            band["toDays"],
            band["invoices"],
            band["fromPatients"]["amount"],
            band["fromPlans"]["amount"],
        )
        for band in bands
    ] == [
        (0, 30, 2, "360.00", "0.00"),
        (31, 60, 2, "205.00", "73.50"),
        (61, 90, 2, "260.00", "0.00"),
        (91, None, 2, "360.00", "0.00"),
    ]
