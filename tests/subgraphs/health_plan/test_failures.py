"""Every failure can be switched on: by the switchboard, by card, by a header."""

import json
from typing import Any

import httpx
import pytest

from subgraphs.health_plan.card import Card
from subgraphs.health_plan.failure import SCENARIOS, FailureMode

CARD = Card("000101", "03", 90_000_000).number
OTHER = Card("000101", "03", 90_000_100).number


async def switch(plan: httpx.AsyncClient, *failures: dict[str, Any]) -> None:
    response = await plan.put("/v1/failures", json={"failures": list(failures)})
    assert response.status_code == 200, response.text


async def coverage(
    plan: httpx.AsyncClient, card: str = CARD, wait: float = 0.3, **headers: str
) -> httpx.Response:
    return await plan.get(
        "/v1/coverage/10101012",
        headers={"Beneficiary-Card": card, **headers},
        params={"serviceDate": "2026-11-24"},
        timeout=wait,
    )


async def authorize(plan: httpx.AsyncClient, key: str = "k") -> httpx.Response:
    body = {"cardNumber": CARD, "tussCode": "10101012", "serviceDate": "2026-11-24"}
    headers = {"Idempotency-Key": key}
    return await plan.post("/v1/authorizations", json=body, headers=headers, timeout=0.3)


async def test_a_timeout_before_acceptance_leaves_no_trace(plan: httpx.AsyncClient) -> None:
    await switch(plan, {"mode": "TIMEOUT_BEFORE_ACCEPT", "times": 1})
    with pytest.raises(httpx.ReadTimeout):
        await authorize(plan)
    assert (await authorize(plan)).json()["id"] == "A000000001"
    assert (await authorize(plan, "another")).json()["id"] == "A000000002"


async def test_a_timeout_after_acceptance_left_its_effect(plan: httpx.AsyncClient) -> None:
    await switch(plan, {"mode": "TIMEOUT_AFTER_ACCEPT", "times": 1})
    with pytest.raises(httpx.ReadTimeout):
        await authorize(plan)
    assert (await authorize(plan, "another")).json()["id"] == "A000000002"
    assert (await authorize(plan)).json()["id"] == "A000000001"


async def test_a_server_error(plan: httpx.AsyncClient) -> None:
    await switch(plan, {"mode": "SERVER_ERROR"})
    assert (await coverage(plan)).status_code == 500


async def test_too_many_requests_says_when_to_come_back(plan: httpx.AsyncClient) -> None:
    await switch(plan, {"mode": "TOO_MANY_REQUESTS", "retryAfterSeconds": 7})
    response = await coverage(plan)
    assert (response.status_code, response.headers["Retry-After"]) == (429, "7")


async def test_a_connection_is_reset(plan: httpx.AsyncClient) -> None:
    await switch(plan, {"mode": "CONNECTION_RESET"})
    with pytest.raises(httpx.ReadError):
        await coverage(plan)


async def test_a_slow_drip_comes_whole_in_the_end(plan: httpx.AsyncClient) -> None:
    await switch(plan, {"mode": "SLOW_DRIP", "delaySeconds": 0.4})
    response = await coverage(plan)
    assert response.json()["covered"] is True
    assert response.elapsed.total_seconds() > 0.4


async def test_malformed_json_has_a_good_status(plan: httpx.AsyncClient) -> None:
    await switch(plan, {"mode": "MALFORMED_JSON"})
    response = await coverage(plan)
    assert response.status_code == 200
    with pytest.raises(json.JSONDecodeError):
        response.json()


async def test_a_business_denial_is_an_answer(plan: httpx.AsyncClient) -> None:
    await switch(plan, {"mode": "BUSINESS_DENIAL"})
    response = await coverage(plan)
    assert (response.status_code, response.json()["covered"]) == (200, False)


async def test_a_price_may_rise_between_estimate_and_claim(plan: httpx.AsyncClient) -> None:
    before = (await coverage(plan)).json()
    await switch(plan, {"mode": "PRICE_CHANGED"})
    after = (await coverage(plan)).json()
    assert (before["price"], after["price"]) == ("98.50", "108.35")
    assert before["tableVersion"] != after["tableVersion"]


async def test_a_rule_can_be_for_one_card_and_one_operation(plan: httpx.AsyncClient) -> None:
    await switch(plan, {"mode": "SERVER_ERROR", "cardNumber": CARD, "operation": "coverage"})
    assert (await coverage(plan)).status_code == 500
    assert (await coverage(plan, OTHER)).status_code == 200
    assert (await authorize(plan)).status_code == 201


async def test_a_rule_can_strike_a_number_of_times(plan: httpx.AsyncClient) -> None:
    await switch(plan, {"mode": "SERVER_ERROR", "times": 2})
    assert [(await coverage(plan)).status_code for _ in range(3)] == [500, 500, 200]
    assert (await plan.get("/v1/failures")).json() == {"failures": []}


async def test_a_header_names_a_failure_for_one_request(plan: httpx.AsyncClient) -> None:
    assert (await coverage(plan, **{"X-Simulate-Failure": "server_error"})).status_code == 500
    assert (await coverage(plan)).status_code == 200
    assert (await coverage(plan, **{"X-Simulate-Failure": "flood"})).status_code == 400


@pytest.mark.parametrize("number", range(1, len(SCENARIOS) + 1))
async def test_scenario_cards_meet_their_failure_without_a_switch(
    plan: httpx.AsyncClient, number: int
) -> None:
    mode = SCENARIOS[number - 1]
    card = Card("000101", "03", 90_000_000 + number).number
    unanswered = {
        FailureMode.TIMEOUT_BEFORE_ACCEPT,
        FailureMode.TIMEOUT_AFTER_ACCEPT,
        FailureMode.CONNECTION_RESET,
    }
    if mode in unanswered:
        with pytest.raises((httpx.ReadTimeout, httpx.ReadError)):
            await coverage(plan, card)
        return
    failing = {FailureMode.SERVER_ERROR: 500, FailureMode.TOO_MANY_REQUESTS: 429}
    assert (await coverage(plan, card, wait=5)).status_code == failing.get(mode, 200)


async def everything_about(
    plan: httpx.AsyncClient, card: str, guia: str
) -> dict[str, httpx.Request]:
    """A request of each operation about a card, most of which name it by something else."""
    key = {"Idempotency-Key": f"{guia}-a"}
    asked = {"cardNumber": card, "tussCode": "10101012", "serviceDate": "2026-11-24"}
    known = (await plan.post("/v1/authorizations", json=asked, headers=key)).json()["id"]
    item = {"sequence": 1, "tussCode": "10101012", "quantity": "1", "total": "200.00"}
    item["serviceDate"] = "2026-11-24"
    claim = {"guiaNumber": guia, "cardNumber": card, "total": "200.00", "items": [item]}
    batch = {"batchNumber": "1", "total": "200.00", "guias": [claim]}
    key = {"Idempotency-Key": f"{guia}-b"}
    protocol = (await plan.post("/v1/claim-batches", json=batch, headers=key)).json()["protocol"]
    contested = [{"sequence": 1, "amount": "1.00", "justification": "Conforme contrato"}]
    appeal = {"protocol": protocol, "guiaNumber": guia, "items": contested}
    key = {"Idempotency-Key": f"{guia}-c"}
    appeal_id = (await plan.post("/v1/appeals", json=appeal, headers=key)).json()["id"]
    person = {"cardNumber": card, "birthDate": "1980-05-01", "serviceDate": "2026-11-24"}
    again, key, third = ({"Idempotency-Key": f"{guia}-{letter}"} for letter in "dbc")
    header = {"Beneficiary-Card": card}
    build = plan.build_request
    return {
        "eligibility": build("POST", "/v1/eligibility", json=person),
        "coverage": build("GET", "/v1/coverage/10101012?serviceDate=2026-11-24", headers=header),
        "request": build("POST", "/v1/authorizations", json=asked, headers=again),
        "authorization": build("GET", f"/v1/authorizations/{known}"),
        "batch": build("POST", "/v1/claim-batches", json=batch, headers=key),
        "protocol": build("GET", f"/v1/protocols/{protocol}"),
        "statement": build("GET", f"/v1/protocols/{protocol}/statement"),
        "appeal": build("POST", "/v1/appeals", json=appeal, headers=third),
        "answer": build("GET", f"/v1/appeals/{appeal_id}"),
    }


async def test_a_failure_of_one_card_meets_whatever_is_asked_about_it(
    plan: httpx.AsyncClient,
) -> None:
    struck = await everything_about(plan, CARD, "1")
    spared = await everything_about(plan, OTHER, "2")
    await switch(plan, {"mode": "SERVER_ERROR", "cardNumber": CARD})
    for name, request in struck.items():
        assert (await plan.send(request)).status_code == 500, name
    for name, request in spared.items():
        assert (await plan.send(request)).status_code < 300, name


@pytest.mark.parametrize("mode", list(FailureMode))
async def test_every_failure_can_be_switched_on_for_one_card(
    plan: httpx.AsyncClient, mode: FailureMode
) -> None:
    await switch(plan, {"mode": mode, "cardNumber": CARD, "delaySeconds": 0.4})
    assert (await plan.get("/v1/failures")).json()["failures"][0]["mode"] == mode
    assert (await coverage(plan, OTHER)).json()["price"] == "98.50"
