"""The plan's webhooks: signed hints that may come twice, early or late, and decide nothing."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import httpx
import pytest
import uvicorn

from subgraphs.billing.app import BillingSettings, create
from subgraphs.health_plan.app import create_app as create_health_plan
from subgraphs.health_plan.card import Card
from subgraphs.health_plan.settings import HealthPlanSettings

if TYPE_CHECKING:
    from pathlib import Path

    from subgraphs.kit.clock import FixedClock
    from tests.subgraphs.billing.conftest import Clinic

SECRET = "shared between plan and clinic"
FULL = Card("000101", "03", 90_000_000)
TOMOGRAPHY = {"id": "service-2", "tussCode": "41001095"}


@asynccontextmanager
async def served(app: Any) -> AsyncIterator[str]:
    """The app on a socket of its own; its address."""
    config = uvicorn.Config(app, port=0, log_level="error")
    server = uvicorn.Server(config)
    listener = config.bind_socket()
    listener.listen()  # from here on, whoever connects waits instead of failing
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    yield "http://{}:{}".format(*listener.getsockname())
    server.should_exit = True
    await serving


@pytest.fixture
async def announced(clinic: Clinic, clock: FixedClock, tmp_path: Path) -> AsyncIterator[Clinic]:
    """A clinic that the plan tells of its decisions."""
    late: dict[str, Any] = {}

    async def billing(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            await late["app"](scope, receive, send)

    async with served(billing) as billing_address:
        settings = HealthPlanSettings.model_validate(
            {
                "analysis_seconds": 86_400,
                "webhook_url": f"{billing_address}/plan-events",
                "webhook_secret": SECRET,
                "webhook_interval_seconds": 0.05,
            }
        )
        async with served(create_health_plan(settings, now=clock.now)) as plan_address:
            late["app"] = app = create(
                BillingSettings.model_validate(
                    {
                        "service": "billing",
                        "authentication": "optional",
                        "identity_folder": tmp_path / "identity",
                        "database_url": clinic.database.url_text,
                        "health_plan_url": plan_address,
                        "health_plan_webhook_secret": SECRET,
                    }
                ),
                clock,
                neighbours=httpx.MockTransport(clinic.agenda.answer),
            )
            async with (
                app.router.lifespan_context(app),
                httpx.AsyncClient(base_url=billing_address) as http,
                httpx.AsyncClient(base_url=plan_address) as plan,
            ):
                clinic.http, clinic.plan = http, plan
                yield clinic


async def requested(clinic: Clinic) -> dict[str, Any]:
    coverage_id = await clinic.register_card(FULL)
    visit = clinic.agenda.book(coverage_id=coverage_id, service=TOMOGRAPHY)
    return await clinic.mutate("requestAuthorization", appointmentId=visit, tussCode="41001095")


async def status(clinic: Clinic, authorization: dict[str, Any]) -> str:
    query = "query($id: ID!) { authorization(id: $id) { status } }"
    found: str = (await clinic.ask(query, id=authorization["id"]))["authorization"]["status"]
    return found


async def status_becomes(clinic: Clinic, authorization: dict[str, Any], wanted: str) -> bool:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        if await status(clinic, authorization) == wanted:
            return True
        await asyncio.sleep(0.05)
    return False


@pytest.mark.parametrize(
    "mode", ["", "DUPLICATE_WEBHOOK", "WEBHOOK_BEFORE_RESPONSE", "WEBHOOKS_OUT_OF_ORDER"]
)
async def test_a_decision_arrives_without_being_asked_for(announced: Clinic, mode: str) -> None:
    if mode:
        await announced.break_plan(mode, operation="authorizations")
    authorization = await requested(announced)
    assert authorization["status"] in {"REQUESTED", "IN_ANALYSIS"}  # as soon as the plan answers
    announced.wait_for_the_plan()
    assert await status_becomes(announced, authorization, "AUTHORIZED")
    await asyncio.sleep(0.3)  # whatever comes late
    assert await status(announced, authorization) == "AUTHORIZED"


async def test_an_announcement_alone_decides_nothing(announced: Clinic) -> None:
    authorization = await requested(announced)
    body = b'{"requestKey": "%s", "status": 1}' % authorization["id"].encode()
    signature = hmac.digest(SECRET.encode(), body, hashlib.sha256).hex()

    async def announce(signature: str | bytes, body: bytes = body) -> int:
        given = signature if isinstance(signature, bytes) else signature.encode()
        headers = [(b"X-Signature", given)]
        return (
            await announced.http.post("/plan-events", content=body, headers=headers)
        ).status_code

    assert await announce(signature) == 204
    assert await status(announced, authorization) == "IN_ANALYSIS"
    assert await announce("0" * 64) == 401
    assert await announce(b"\xe9") == 401
    for nonsense in (b"[]", b"{", b"{}"):
        good = hmac.digest(SECRET.encode(), nonsense, hashlib.sha256).hex()
        assert await announce(good, nonsense) == 400
    unknown = b'{"requestKey": "nobody", "status": 1}'
    assert await announce(hmac.digest(SECRET.encode(), unknown, "sha256").hex(), unknown) == 204


async def test_without_a_secret_nothing_is_taken(clinic: Clinic) -> None:
    assert (await clinic.http.post("/plan-events", content=b"{}")).status_code == 404


async def test_without_webhooks_the_plan_is_asked_now_and_then(
    clinic: Clinic, tmp_path: Path, clock: FixedClock
) -> None:
    """Nobody clicks: the request is sent when the plan comes back, decided, claimed and paid."""
    await clinic.break_plan("TIMEOUT_BEFORE_ACCEPT")
    authorization = await requested(clinic)
    assert authorization["status"] == "REQUESTED"
    settings = BillingSettings.model_validate(
        {
            "service": "billing",
            "authentication": "optional",
            "identity_folder": tmp_path / "identity",
            "database_url": clinic.database.url_text,
            "health_plan_url": str(clinic.plan.base_url),
            "plan_poll_seconds": 0.05,
        }
    )
    app = create(settings, clock, neighbours=httpx.MockTransport(clinic.agenda.answer))
    async with app.router.lifespan_context(app):
        await clinic.heal_plan()
        assert await status_becomes(clinic, authorization, "IN_ANALYSIS")
        clinic.wait_for_the_plan()
        assert await status_becomes(clinic, authorization, "AUTHORIZED")
        [visit] = clinic.agenda.visits
        issued = await clinic.issue(await clinic.draft(visit))
        submit = (
            'mutation($key: Uuid!) { submitClaims(ansRegistry: "000101", idempotencyKey: $key)'
            " { __typename } }"
        )
        await clinic.ask(submit, key="0190c8a0-0000-7000-8000-000000000002")
        clinic.wait_for_the_plan(2)
        query = "query($id: ID!) { invoice(id: $id) { status } }"
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            state = (await clinic.ask(query, id=issued["id"]))["invoice"]["status"]
            if state == "BALANCED":
                return
            await asyncio.sleep(0.05)
    raise AssertionError("the plan's payment never came")
