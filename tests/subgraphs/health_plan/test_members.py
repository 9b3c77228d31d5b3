"""Eligibility and coverage: the same card always gets the same answer."""

from datetime import date
from decimal import Decimal

import httpx
import pytest

from subgraphs.health_plan.card import INSURERS, Card, read_card
from subgraphs.health_plan.denial_reason import DenialReason
from subgraphs.health_plan.membership import refusal

FULL = Card("000101", "03", 12).number


def eligibility_of(card: str) -> dict[str, str]:
    return {"cardNumber": card, "birthDate": "1980-05-01", "serviceDate": "2026-11-24"}


async def test_a_member_in_good_standing_is_eligible(plan: httpx.AsyncClient) -> None:
    answer = (await plan.post("/v1/eligibility", json=eligibility_of(FULL))).json()
    assert (answer["eligible"], answer["reasons"]) == (True, [])


@pytest.mark.parametrize(
    ("card", "code"),
    [
        ("123", "1001"),
        (FULL[:-1] + str((int(FULL[-1]) + 1) % 10), "1001"),
        (Card("999999", "03", 1).number, "1024"),
        (Card("000101", "77", 1).number, "1024"),
    ],
)
async def test_a_bad_card_is_refused_with_its_code(
    plan: httpx.AsyncClient, card: str, code: str
) -> None:
    answer = (await plan.post("/v1/eligibility", json=eligibility_of(card))).json()
    assert (answer["eligible"], [reason["code"] for reason in answer["reasons"]]) == (False, [code])


def test_some_members_are_suspended_or_expired_and_always_the_same() -> None:
    cards = [Card("000202", "01", member).number for member in range(300)]

    def refusals() -> list[DenialReason]:
        drawn = [refusal(card, seed="vida", on=date(2026, 11, 24)) for card in cards]
        return [reason for reason in drawn if reason is not None]

    first = refusals()
    assert set(first) == {DenialReason.SUSPENDED, DenialReason.CARD_EXPIRED}
    assert len(first) < 30
    assert first == refusals()


async def coverage(plan: httpx.AsyncClient, card: str, tuss: str = "10101012") -> httpx.Response:
    return await plan.get(
        f"/v1/coverage/{tuss}",
        headers={"Beneficiary-Card": card},
        params={"serviceDate": "2026-11-24"},
    )


async def test_a_full_plan_pays_a_consultation_whole(plan: httpx.AsyncClient) -> None:
    answer = (await coverage(plan, FULL)).json()
    assert answer["covered"] is True
    assert answer["price"] == "98.50"
    assert answer["requiresAuthorization"] is False
    assert Decimal(answer["coveragePercent"]) == 100
    assert answer["copay"]["percent"] == "0"


async def test_high_complexity_is_excluded_from_the_basic_product(plan: httpx.AsyncClient) -> None:
    answer = (await coverage(plan, Card("000101", "01", 12).number, "41001095")).json()
    assert answer["covered"] is False
    assert answer["price"] is None
    assert [reason["code"] for reason in answer["reasons"]] == ["3287"]


async def test_a_code_outside_table_22_is_an_invalid_procedure(plan: httpx.AsyncClient) -> None:
    answer = (await coverage(plan, FULL, "90000000")).json()
    assert [reason["code"] for reason in answer["reasons"]] == ["1801"]


async def test_a_desk_product_has_a_fixed_share_collected_by_the_clinic(
    plan: httpx.AsyncClient,
) -> None:
    copay = (await coverage(plan, Card("000303", "05", 12).number)).json()["copay"]
    assert (copay["fixed"], copay["collectedBy"]) == ("25.00", "CLINIC")


def test_a_card_reads_back_as_it_was_made() -> None:
    card = Card("000606", "04", 7_654_321)
    spaced = f"{card.number[:6]} {card.number[6:8]}.{card.number[8:16]}-{card.number[16]}"
    assert read_card(spaced) == card
    assert card.ans_registry in INSURERS


async def test_health_and_readiness(plan: httpx.AsyncClient) -> None:
    assert (await plan.get("/health")).json() == {"status": "ok"}
    assert (await plan.get("/ready")).json() == {"status": "ready"}
