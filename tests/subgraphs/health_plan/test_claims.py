"""Claims: every item is released or denied, with a reason, and nothing is paid twice."""

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import httpx
import pytest

from subgraphs.health_plan.card import Card, draw
from subgraphs.kit.clock import FixedClock

CARD = Card("000101", "03", 90_000_000).number
CONSULTATION, BLOOD_COUNT, TOMOGRAPHY = "10101012", "40304361", "41001095"


def item(sequence: int, tuss: str, total: str, **more: Any) -> dict[str, Any]:
    return {
        "sequence": sequence,
        "tussCode": tuss,
        "quantity": "1",
        "total": total,
        "serviceDate": "2026-11-24",
        **more,
    }


def guia(number: str, *items: dict[str, Any], **more: Any) -> dict[str, Any]:
    total = str(sum(Decimal(one["total"]) for one in items))
    return {"guiaNumber": number, "cardNumber": CARD, "total": total, "items": items, **more}


async def send(plan: httpx.AsyncClient, *guias: dict[str, Any], **more: Any) -> dict[str, Any]:
    total = str(sum(Decimal(one["total"]) for one in guias))
    batch = {"batchNumber": "1", "total": total, "guias": guias, **more}
    response = await plan.post(
        "/v1/claim-batches", json=batch, headers={"Idempotency-Key": str(uuid4())}
    )
    assert response.status_code == 201, response.text
    answer: dict[str, Any] = response.json()
    return answer


async def statement(plan: httpx.AsyncClient, clock: FixedClock, protocol: str) -> dict[str, Any]:
    clock.advance(timedelta(days=2))
    answer: dict[str, Any] = (await plan.get(f"/v1/protocols/{protocol}/statement")).json()
    return answer


async def judged(
    plan: httpx.AsyncClient, clock: FixedClock, *guias: dict[str, Any], **more: Any
) -> list[tuple[str, str, list[str]]]:
    protocol = (await send(plan, *guias, **more))["protocol"]
    items = (await statement(plan, clock, protocol))["items"]
    for one in items:
        assert Decimal(one["informed"]) == Decimal(one["released"]) + Decimal(one["denied"])
    return [
        (one["released"], one["denied"], [reason["code"] for reason in one["reasons"]])
        for one in items
    ]


async def test_a_batch_is_analysed_released_and_paid(
    plan: httpx.AsyncClient, clock: FixedClock
) -> None:
    answer = await send(plan, guia("1", item(1, CONSULTATION, "98.50")))
    address = f"/v1/protocols/{answer['protocol']}"
    assert answer["status"] == 2
    assert (await plan.get(f"{address}/statement")).json()["items"] == []
    clock.advance(timedelta(days=1))
    assert (await plan.get(address)).json()["status"] == 3
    clock.advance(timedelta(days=1))
    assert (await plan.get(address)).json()["status"] == 6


async def test_what_is_as_agreed_is_released(plan: httpx.AsyncClient, clock: FixedClock) -> None:
    assert await judged(plan, clock, guia("1", item(1, CONSULTATION, "98.50"))) == [
        ("98.50", "0.00", [])
    ]


async def test_what_is_above_the_contract_is_denied_by_the_difference(
    plan: httpx.AsyncClient,
    clock: FixedClock,
) -> None:
    assert await judged(plan, clock, guia("1", item(1, CONSULTATION, "180.00"))) == [
        ("98.50", "81.50", ["1705"])
    ]


async def test_the_same_guia_twice_is_denied(plan: httpx.AsyncClient, clock: FixedClock) -> None:
    once = guia("1", item(1, CONSULTATION, "98.50"))
    assert (await judged(plan, clock, once))[0][2] == []
    assert await judged(plan, clock, once) == [("0.00", "98.50", ["1308"])]


async def test_the_same_item_twice_is_denied_once(
    plan: httpx.AsyncClient, clock: FixedClock
) -> None:
    twice = guia("1", item(1, BLOOD_COUNT, "14.60"), item(2, BLOOD_COUNT, "14.60"))
    assert [codes for _, _, codes in await judged(plan, clock, twice)] == [[], ["3209"]]


async def test_sums_that_do_not_add_up_are_denied(
    plan: httpx.AsyncClient, clock: FixedClock
) -> None:
    wrong = guia("1", item(1, CONSULTATION, "98.50"), total="90.00")
    assert [codes for _, _, codes in await judged(plan, clock, wrong)] == [["5042"]]
    right = guia("2", item(1, CONSULTATION, "98.50"))
    assert [codes for _, _, codes in await judged(plan, clock, right, total="1.00")] == [["1104"]]


@pytest.mark.parametrize(("password", "code"), [(None, "1818"), ("S99999999", "3306")])
async def test_what_needs_authorization_is_denied_without_it(
    plan: httpx.AsyncClient, clock: FixedClock, password: str | None, code: str
) -> None:
    claimed = guia("1", item(1, TOMOGRAPHY, "480.00", password=password))
    assert [codes for _, _, codes in await judged(plan, clock, claimed)] == [[code]]


async def test_an_authorized_item_is_released(plan: httpx.AsyncClient, clock: FixedClock) -> None:
    body = {"cardNumber": CARD, "tussCode": TOMOGRAPHY, "serviceDate": "2026-11-24", "urgent": True}
    asked = await plan.post("/v1/authorizations", json=body, headers={"Idempotency-Key": "a"})
    claimed = guia("1", item(1, TOMOGRAPHY, "480.00", password=asked.json()["password"]))
    assert [codes for _, _, codes in await judged(plan, clock, claimed)] == [[]]


async def test_a_bad_card_is_denied(plan: httpx.AsyncClient, clock: FixedClock) -> None:
    claimed = guia("1", item(1, CONSULTATION, "98.50"), cardNumber="1")
    assert [codes for _, _, codes in await judged(plan, clock, claimed)] == [["1001"]]


async def test_an_appeal_brings_back_no_more_than_was_denied_and_only_once(
    plan: httpx.AsyncClient,
    clock: FixedClock,
) -> None:
    number = next(str(n) for n in range(20) if draw("vida", f"appeal {n} 1", 2) == 0)
    protocol = (await send(plan, guia(number, item(1, CONSULTATION, "180.00"))))["protocol"]
    await statement(plan, clock, protocol)
    contested = {"sequence": 1, "amount": "500.00", "justification": "valor do aditivo"}
    request = {"protocol": protocol, "guiaNumber": number, "items": [contested]}

    async def appeal(key: str) -> dict[str, Any]:
        headers = {"Idempotency-Key": key}
        answer: dict[str, Any] = (
            await plan.post("/v1/appeals", json=request, headers=headers)
        ).json()
        return answer

    first = await appeal("a")
    assert (first["decided"], first["items"]) == (False, [])
    second = await appeal("b")
    assert [reason["code"] for reason in second["reasons"]] == ["2904"]
    clock.advance(timedelta(days=1))
    decided = (await plan.get(f"/v1/appeals/{first['id']}")).json()
    assert decided["items"] == [{"sequence": 1, "recovered": "81.50"}]


async def test_what_is_not_known_is_not_found(plan: httpx.AsyncClient, clock: FixedClock) -> None:
    for address in ("/v1/protocols/P0", "/v1/protocols/P0/statement", "/v1/appeals/R0"):
        assert (await plan.get(address)).status_code == 404
    contested = {"sequence": 1, "amount": "1.00", "justification": "x"}
    request = {"protocol": "P0", "guiaNumber": "1", "items": [contested]}
    response = await plan.post("/v1/appeals", json=request, headers={"Idempotency-Key": "a"})
    assert response.status_code == 404
