"""What the plan denies: written off, contested, summed up."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subgraphs.billing.domain.claim import recovered_within
from subgraphs.health_plan.card import draw
from tests.subgraphs.billing.claiming import (
    D,
    claim_of,
    contest,
    issued,
    money,
    money_of,
    refresh,
    refresh_appeal,
    settled,
    submit,
)

if TYPE_CHECKING:
    from tests.subgraphs.billing.conftest import Clinic


def clinic_where_the_appeal(*, succeeds: bool) -> dict[str, str]:
    """A clinic whose first guia the insurer will, or will not, think better of."""
    wanted = 0 if succeeds else 1
    cnes = next(
        f"{number:07d}"
        for number in range(1000)
        if draw("vida", f"appeal {number:07d}{1:013d} 1", 2) == wanted
    )
    return {"id": "clinic-1", "cnes": cnes, "timeZone": "America/Sao_Paulo"}


async def overcharged(clinic: Clinic, /, **facts: Any) -> dict[str, Any]:
    """An invoice of 120.00 where the insurer's contract says 98.50."""
    await clinic.publish("000101", "2026-06-01", tuss_10101012="120.00", tuss_41001095="480.00")
    return await issued(clinic, **facts)


async def test_what_is_denied_is_not_put_on_the_patients_bill(clinic: Clinic) -> None:
    invoice = await overcharged(clinic)
    [claim] = (await settled(clinic))["claims"]
    assert claim["status"] == "PARTIALLY_DENIED"
    assert [claim[name]["amount"] for name in ("billed", "released", "denied")] == [
        "120.00",
        "98.50",
        "21.50",
    ]
    assert claim["denials"] == [
        {"tussCode": "10101012", "code": "1705", "amount": {"amount": "21.50"}}
    ]
    assert await money_of(clinic, invoice) == ("PARTIALLY_PAID", "98.50", "0.00")


async def test_a_denial_that_is_accepted_is_written_off(clinic: Clinic) -> None:
    invoice = await overcharged(clinic)
    [claim] = (await settled(clinic))["claims"]
    assert (await contest(clinic, "acceptDenial", claim))["status"] == "PAID"
    assert await money_of(clinic, invoice) == ("BALANCED", "98.50", "0.00")
    assert (await contest(clinic, "acceptDenial", claim))["code"] == "CLAIM_STATE_CONFLICT"


@pytest.mark.parametrize(("succeeds", "paid"), [(True, "120.00"), (False, "98.50")])
async def test_a_denial_is_contested_once_and_then_settled(
    clinic: Clinic, succeeds: bool, paid: str
) -> None:
    invoice = await overcharged(clinic, clinic=clinic_where_the_appeal(succeeds=succeeds))
    [claim] = (await settled(clinic))["claims"]
    appealed = await contest(clinic, "appealDenial", claim, "valor conforme aditivo")
    assert (appealed["status"], appealed["recovered"]["amount"]) == ("APPEALED", "0.00")
    again = await contest(clinic, "appealDenial", claim, "valor conforme aditivo")
    assert again["code"] == "CLAIM_STATE_CONFLICT"
    clinic.wait_for_the_plan()
    decided = await refresh_appeal(clinic, claim)
    assert (decided["status"], D(decided["recovered"]["amount"])) == ("PAID", D(paid) - D("98.50"))
    assert await money_of(clinic, invoice) == ("BALANCED", paid, "0.00")
    assert await refresh_appeal(clinic, claim) == decided


async def test_a_wholly_denied_claim_that_is_given_up_closes_unpaid(clinic: Clinic) -> None:
    invoice = await issued(clinic)
    await clinic.break_plan("BUSINESS_DENIAL", operation="claim-batches")
    [claim] = (await settled(clinic))["claims"]
    assert claim["status"] == "DENIED"
    assert (await contest(clinic, "appealDenial", claim, " "))["code"] == "INVALID_INPUT"
    assert (await contest(clinic, "acceptDenial", claim))["status"] == "CLOSED_UNPAID"
    assert await money_of(clinic, invoice) == ("BALANCED", "0.00", "0.00")


@given(st.lists(st.tuples(money, st.decimals(-1000, 1000, places=2)), max_size=10))
def test_an_appeal_brings_back_no_more_than_was_denied(
    pairs: list[tuple[Decimal, Decimal]],
) -> None:
    denied, recovered = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    assert 0 <= recovered_within(denied, recovered) <= sum(denied)


DENIALS = """
query($from: Date!, $to: Date!) { denials(firstDay: $from, lastDay: $to) {
    ansRegistry claims rate billed { amount } denied { amount } recovered { amount }
    reasons { code items amount { amount } }
} }
"""


async def test_what_insurers_deny_is_summed_by_reason(clinic: Clinic) -> None:
    await clinic.publish("000101", "2026-11-01", tuss_10101012="100.00", tuss_41001095="490.00")
    over = await issued(clinic)
    await issued(clinic)
    await issued(clinic, start="2026-10-20T14:00:00Z")
    waiting = await clinic.ask(DENIALS, **{"from": "2026-10-01", "to": "2026-12-31"})
    assert waiting["denials"] == [], "nothing was judged yet"
    batch = await submit(clinic)
    clinic.wait_for_the_plan(2)
    await refresh(clinic, batch)
    assert (await claim_of(clinic, over))["denied"]["amount"] == "1.50"
    found = await clinic.ask(DENIALS, **{"from": "2026-11-01", "to": "2026-11-30"})
    assert found["denials"] == [
        {
            "ansRegistry": "000101",
            "claims": 2,
            "rate": "1.50",
            "billed": {"amount": "200.00"},
            "denied": {"amount": "3.00"},
            "recovered": {"amount": "0.00"},
            "reasons": [{"code": "1705", "items": 2, "amount": {"amount": "3.00"}}],
        }
    ]
    none = await clinic.ask(DENIALS, **{"from": "2026-12-01", "to": "2026-12-31"})
    assert none["denials"] == []
