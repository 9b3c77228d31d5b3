"""Cards: one is somebody's once, and one that was typed wrong can be taken out."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from subgraphs.health_plan.card import Card

if TYPE_CHECKING:
    from tests.subgraphs.billing.conftest import Clinic

FULL = Card("000101", "03", 90_000_000)


async def remove(clinic: Clinic, coverage_id: str, key: str = "") -> dict[str, Any]:
    query = (
        "mutation($id: ID!, $key: Uuid!) { removeCoverage(id: $id, idempotencyKey: $key)"
        " { __typename ... on RemovedCoverage { id } ... on UserError { code } } }"
    )
    variables = {"id": coverage_id, "key": key or str(uuid4())}
    result: dict[str, Any] = (await clinic.ask(query, **variables))["removeCoverage"]
    return result


async def test_a_card_typed_for_the_wrong_person_is_free_again(clinic: Clinic) -> None:
    wrong = await clinic.register_card(FULL, patient_id="patient-2")
    key = str(uuid4())
    gone = {"__typename": "RemovedCoverage", "id": wrong}
    assert await remove(clinic, wrong, key) == gone
    assert await remove(clinic, wrong, key) == gone, "repeated, it answers alike"
    assert (await remove(clinic, wrong))["code"] == "NOT_FOUND"
    right = await clinic.register_card(FULL)
    draft = await clinic.draft(clinic.agenda.book(coverage_id=right))
    assert draft["lines"][0]["shareStatus"] == "COVERED"


async def test_a_card_that_something_rests_on_stays(clinic: Clinic) -> None:
    coverage_id = await clinic.register_card(FULL)
    await clinic.draft(clinic.agenda.book(coverage_id=coverage_id))
    assert (await remove(clinic, coverage_id))["code"] == "COVERAGE_IN_USE"


async def test_a_card_is_either_taken_out_or_billed_with(clinic: Clinic) -> None:
    for _ in range(4):
        coverage_id = await clinic.register_card(FULL)
        visit = clinic.agenda.book(coverage_id=coverage_id)
        removed, drafted = await asyncio.gather(
            remove(clinic, coverage_id), clinic.answer(DRAFT, id=visit, key=str(uuid4()))
        )
        made = (drafted.get("data") or {}).get("createInvoice") or {}
        gone = removed["__typename"] == "RemovedCoverage"
        assert gone != (made.get("__typename") == "Invoice"), (removed, drafted)
        if not gone:
            return  # the card stays now


DRAFT = """
mutation($id: ID!, $key: Uuid!) { createInvoice(appointmentId: $id, idempotencyKey: $key) {
    __typename ... on UserError { code }
} }
"""
