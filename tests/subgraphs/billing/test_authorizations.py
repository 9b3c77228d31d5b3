"""Prior authorization: asked once however often it is sent, and decided by the plan alone."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from subgraphs.health_plan.card import Card

if TYPE_CHECKING:
    from tests.subgraphs.billing.conftest import Clinic

FULL = Card("000101", "03", 90_000_000)
TOMOGRAPHY = {"id": "service-2", "tussCode": "41001095"}


async def tomography(clinic: Clinic) -> str:
    coverage_id = await clinic.register_card(FULL)
    return clinic.agenda.book(coverage_id=coverage_id, service=TOMOGRAPHY)


async def request(clinic: Clinic, visit: str, **more: Any) -> dict[str, Any]:
    return await clinic.mutate(
        "requestAuthorization", appointmentId=visit, tussCode="41001095", **more
    )


async def refresh(clinic: Clinic, authorization: dict[str, Any]) -> dict[str, Any]:
    query = (
        "mutation($id: ID!) { refreshAuthorization(id: $id)"
        " { id status password guiaNumber reasonCode } }"
    )
    found: dict[str, Any] = (await clinic.ask(query, id=authorization["id"]))[
        "refreshAuthorization"
    ]
    return found


async def test_what_needs_authorization_is_not_issued_without_it(clinic: Clinic) -> None:
    visit = await tomography(clinic)
    draft = await clinic.draft(visit)
    assert draft["lines"][0]["authorizationRequired"] is True
    assert (await clinic.issue(draft))["code"] == "AUTHORIZATION_REQUIRED"

    asked = await request(clinic, visit)
    assert (asked["status"], asked["password"]) == ("IN_ANALYSIS", None)
    assert (await clinic.issue(draft))["code"] == "AUTHORIZATION_REQUIRED"

    clinic.wait_for_the_plan()
    granted = await refresh(clinic, asked)
    assert granted["status"] == "AUTHORIZED"
    assert granted["guiaNumber"] == asked["guiaNumber"]
    assert (await clinic.issue(draft))["status"] == "ISSUED"


async def test_a_denied_procedure_stays_blocked_and_can_be_asked_again(clinic: Clinic) -> None:
    visit = await tomography(clinic)
    draft = await clinic.draft(visit)
    await clinic.break_plan("BUSINESS_DENIAL", operation="authorizations")
    asked = await request(clinic, visit)
    clinic.wait_for_the_plan()
    denied = await refresh(clinic, asked)
    assert (denied["status"], denied["reasonCode"]) == ("DENIED", "3287")
    assert (await clinic.issue(draft))["code"] == "AUTHORIZATION_REQUIRED"
    await clinic.heal_plan()
    assert (await request(clinic, visit))["id"] != denied["id"]


async def test_a_password_that_expires_before_the_visit_opens_nothing(clinic: Clinic) -> None:
    coverage_id = await clinic.register_card(FULL)
    far = {"start": "2099-01-02T12:00:00Z", "service": TOMOGRAPHY}
    visit = clinic.agenda.book(coverage_id=coverage_id, **far)
    draft = await clinic.draft(visit)
    asked = await request(clinic, visit)
    clinic.wait_for_the_plan()
    assert (await refresh(clinic, asked))["status"] == "AUTHORIZED"
    assert (await clinic.issue(draft))["code"] == "AUTHORIZATION_REQUIRED"


@pytest.mark.parametrize(
    "mode",
    [
        "TIMEOUT_BEFORE_ACCEPT",
        "TIMEOUT_AFTER_ACCEPT",
        "CONNECTION_RESET",
        "SLOW_DRIP",
        "MALFORMED_JSON",
        "SERVER_ERROR",
    ],
)
async def test_a_request_that_got_no_answer_is_made_once_by_a_later_try(
    clinic: Clinic, mode: str
) -> None:
    visit, key = await tomography(clinic), str(uuid4())
    await clinic.break_plan(mode, operation="authorizations")
    asked = await request(clinic, visit, idempotencyKey=key)
    assert (asked["status"], asked["guiaNumber"]) == ("REQUESTED", None)

    await clinic.heal_plan()
    taken = await request(clinic, visit, idempotencyKey=key)
    assert taken["id"] == asked["id"]
    assert taken["status"] == "IN_ANALYSIS"
    assert taken["guiaNumber"] == f"{1:012d}"  # the plan's first: it was made there only once
    clinic.wait_for_the_plan()
    assert (await refresh(clinic, taken))["status"] == "AUTHORIZED"


async def test_many_who_ask_for_the_same_procedure_share_one_request(clinic: Clinic) -> None:
    visit = await tomography(clinic)
    results = await asyncio.gather(*(request(clinic, visit) for _ in range(6)))
    assert len({result["id"] for result in results}) == 1
    assert {result["guiaNumber"] for result in results} == {f"{1:012d}"}


async def test_a_stuck_request_is_no_denial(clinic: Clinic) -> None:
    visit = await tomography(clinic)
    await clinic.break_plan("STUCK_IN_ANALYSIS", operation="authorizations")
    asked = await request(clinic, visit)
    clinic.wait_for_the_plan()
    assert (await refresh(clinic, asked))["status"] == "IN_ANALYSIS"


async def test_a_private_visit_has_no_plan_to_ask(clinic: Clinic) -> None:
    visit = clinic.agenda.book(service=TOMOGRAPHY)
    assert (await request(clinic, visit))["code"] == "COVERAGE_NOT_FOUND"


async def test_an_unknown_request_is_null(clinic: Clinic) -> None:
    assert await refresh(clinic, {"id": str(uuid4())}) is None


SEEN = "{ authorization(id: $id) { status need quantity authorizedQuantity password } }"


async def seen(clinic: Clinic, authorization: dict[str, Any]) -> dict[str, Any]:
    found = await clinic.ask(f"query($id: ID!) {SEEN}", id=authorization["id"])
    shown: dict[str, Any] = found["authorization"]
    return shown


async def test_a_part_that_is_authorized_covers_no_more(clinic: Clinic) -> None:
    """TISS status 7: half of what was asked for is not all of it."""
    visit = await tomography(clinic)
    await clinic.break_plan("PARTLY_AUTHORIZED")
    asked = await request(clinic, visit, quantity="1")
    clinic.wait_for_the_plan()
    await refresh(clinic, asked)
    found = await seen(clinic, asked)
    assert (found["status"], found["quantity"], found["authorizedQuantity"]) == (
        "AUTHORIZED",
        "1.0000",
        "0.5000",
    )
    refused = await clinic.issue(await clinic.draft(visit))
    assert refused["code"] == "AUTHORIZATION_REQUIRED"


async def test_more_than_was_asked_for_is_not_authorized(clinic: Clinic) -> None:
    visit = await tomography(clinic)
    asked = await request(clinic, visit, quantity="0.5")
    clinic.wait_for_the_plan()
    assert (await refresh(clinic, asked))["status"] == "AUTHORIZED"
    refused = await clinic.issue(await clinic.draft(visit))
    assert refused["code"] == "AUTHORIZATION_REQUIRED"


@pytest.mark.parametrize("need", ["JUSTIFICATION", "DOCUMENTS"])
async def test_a_plan_that_wants_something_first_has_not_said_no(clinic: Clinic, need: str) -> None:
    visit = await tomography(clinic)
    await clinic.break_plan(f"{need}_WANTED")
    asked = await request(clinic, visit)
    found = await seen(clinic, asked)
    assert (found["status"], found["need"], found["password"]) == ("IN_ANALYSIS", need, None)
    clinic.wait_for_the_plan()
    await refresh(clinic, asked)
    found = await seen(clinic, asked)
    assert (found["status"], found["need"]) == ("AUTHORIZED", None)


async def test_what_is_urgent_is_decided_at_once(clinic: Clinic) -> None:
    asked = await request(clinic, await tomography(clinic), urgent=True)
    assert asked["status"] == "AUTHORIZED"
