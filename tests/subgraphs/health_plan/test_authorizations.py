"""Authorizations: at once, after analysis, refused, withdrawn; one effect per key."""

from datetime import timedelta

import httpx

from subgraphs.health_plan.card import Card
from subgraphs.health_plan.failure import SCENARIOS, FailureMode
from subgraphs.kit.clock import FixedClock

CONSULTATION, TOMOGRAPHY = "10101012", "41001095"


def scenario(mode: FailureMode) -> str:
    return Card("000101", "03", 90_000_000 + SCENARIOS.index(mode) + 1).number


ORDINARY = Card("000101", "03", 90_000_000).number
"""A scenario card without a failure: never suspended, never refused by the analyst."""


async def ask(
    plan: httpx.AsyncClient,
    tuss: str,
    *,
    key: str = "k",
    card: str = ORDINARY,
    urgent: bool = False,
) -> httpx.Response:
    body = {"cardNumber": card, "tussCode": tuss, "serviceDate": "2026-11-24", "urgent": urgent}
    return await plan.post("/v1/authorizations", json=body, headers={"Idempotency-Key": key})


async def test_a_simple_procedure_is_authorized_at_once(plan: httpx.AsyncClient) -> None:
    response = await ask(plan, CONSULTATION)
    answer = response.json()
    assert (response.status_code, answer["status"]) == (201, 1)
    assert answer["password"]
    assert answer["validUntil"] > answer["decidedAt"][:10]


async def test_high_complexity_is_analysed_first_and_then_decided(
    plan: httpx.AsyncClient, clock: FixedClock
) -> None:
    response = await ask(plan, TOMOGRAPHY)
    answer = response.json()
    assert (response.status_code, answer["status"], answer["password"]) == (202, 2, None)
    clock.advance(timedelta(days=1))
    decided = (await plan.get(f"/v1/authorizations/{answer['id']}")).json()
    assert decided["status"] == 1
    assert decided["guiaNumber"] == answer["guiaNumber"]


async def test_urgency_does_not_wait_for_the_analyst(plan: httpx.AsyncClient) -> None:
    assert (await ask(plan, TOMOGRAPHY, urgent=True)).status_code == 201


async def test_a_denial_says_why_and_gives_no_password(plan: httpx.AsyncClient) -> None:
    answer = (await ask(plan, CONSULTATION, card=scenario(FailureMode.BUSINESS_DENIAL))).json()
    assert (answer["status"], answer["password"]) == (3, None)
    assert [reason["code"] for reason in answer["reasons"]] == ["3287"]


async def test_a_stuck_request_is_never_decided(plan: httpx.AsyncClient, clock: FixedClock) -> None:
    answer = (await ask(plan, TOMOGRAPHY, card=scenario(FailureMode.STUCK_IN_ANALYSIS))).json()
    clock.advance(timedelta(days=1))
    assert (await plan.get(f"/v1/authorizations/{answer['id']}")).json()["status"] == 2


async def test_a_password_may_be_expired_on_arrival(plan: httpx.AsyncClient) -> None:
    card = scenario(FailureMode.PASSWORD_EXPIRED)
    answer = (await ask(plan, CONSULTATION, card=card)).json()
    assert answer["status"] == 1
    assert answer["validUntil"] < answer["decidedAt"][:10]


async def test_a_withdrawn_request_stays_withdrawn(plan: httpx.AsyncClient) -> None:
    address = f"/v1/authorizations/{(await ask(plan, CONSULTATION)).json()['id']}"
    assert (await plan.delete(address)).json()["status"] == 6
    assert (await plan.delete(address)).json()["status"] == 6
    assert (await plan.get(address)).json()["password"] is None


async def test_the_same_key_is_one_request(plan: httpx.AsyncClient) -> None:
    first, second = await ask(plan, TOMOGRAPHY), await ask(plan, TOMOGRAPHY)
    assert first.content == second.content
    assert (await ask(plan, TOMOGRAPHY, key="another")).json()["id"] != first.json()["id"]


async def test_a_key_cannot_be_used_for_another_request(plan: httpx.AsyncClient) -> None:
    await ask(plan, TOMOGRAPHY)
    response = await ask(plan, CONSULTATION)
    assert (response.status_code, response.json()["code"]) == (422, "IDEMPOTENCY_KEY_REUSED")


async def test_a_request_without_a_key_is_refused(plan: httpx.AsyncClient) -> None:
    body = {"cardNumber": ORDINARY, "tussCode": CONSULTATION, "serviceDate": "2026-11-24"}
    response = await plan.post("/v1/authorizations", json=body)
    assert (response.status_code, response.json()["code"]) == (400, "IDEMPOTENCY_KEY_MISSING")


async def test_an_unknown_request_is_not_found(plan: httpx.AsyncClient) -> None:
    assert (await plan.get("/v1/authorizations/A0")).status_code == 404
    assert (await plan.delete("/v1/authorizations/A0")).status_code == 404
