"""A claim on its way to the plan and back."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from hypothesis import strategies as st

from subgraphs.health_plan.card import Card

if TYPE_CHECKING:
    from tests.subgraphs.billing.conftest import Clinic


D = Decimal


FULL = Card("000101", "03", 90_000_000)


CLAIM = (
    "id status guiaNumber protocol billed { amount } released { amount } denied { amount }"
    " recovered { amount } denials { tussCode code amount { amount } }"
)


BATCH = f"id protocol statementAt paidAt claims {{ {CLAIM} }}"


async def issued(clinic: Clinic, /, **facts: Any) -> dict[str, Any]:
    coverage_id = next(
        (v["coverageId"] for v in clinic.agenda.visits.values() if v["coverageId"]), None
    )
    coverage_id = coverage_id or await clinic.register_card(FULL)
    visit = clinic.agenda.book(coverage_id=coverage_id, **facts)
    return await clinic.issue(await clinic.draft(visit))


async def claim_of(clinic: Clinic, invoice: dict[str, Any]) -> dict[str, Any]:
    query = f"query($id: ID!) {{ invoice(id: $id) {{ claim {{ {CLAIM} }} }} }}"
    found: dict[str, Any] = (await clinic.ask(query, id=invoice["id"]))["invoice"]["claim"]
    return found


async def money_of(clinic: Clinic, invoice: dict[str, Any]) -> tuple[str, str, str]:
    query = "query($id: ID!) { invoice(id: $id) { status paid { amount } patientOwes { amount } } }"
    found = (await clinic.ask(query, id=invoice["id"]))["invoice"]
    return found["status"], found["paid"]["amount"], found["patientOwes"]["amount"]


async def submit(clinic: Clinic, key: str | None = None) -> dict[str, Any]:
    query = (
        'mutation($key: Uuid!) { submitClaims(ansRegistry: "000101", idempotencyKey: $key)'
        f" {{ __typename ... on UserError {{ code }} ... on ClaimBatch {{ {BATCH} }} }} }}"
    )
    found: dict[str, Any] = (await clinic.ask(query, key=key or str(uuid4())))["submitClaims"]
    return found


async def refresh(clinic: Clinic, batch: dict[str, Any]) -> dict[str, Any]:
    query = f"mutation($id: ID!) {{ refreshClaimBatch(id: $id) {{ {BATCH} }} }}"
    found: dict[str, Any] = (await clinic.ask(query, id=batch["id"]))["refreshClaimBatch"]
    return found


async def settled(clinic: Clinic) -> dict[str, Any]:
    """All claims sent, judged and paid."""
    batch = await submit(clinic)
    clinic.wait_for_the_plan(2)
    return await refresh(clinic, batch)


async def contest(clinic: Clinic, name: str, claim: dict[str, Any], text: str = "") -> Any:
    argument = f', justification: "{text}"' if name == "appealDenial" else ""
    query = (
        f"mutation($id: ID!, $key: Uuid!) {{ {name}(claimId: $id{argument}, idempotencyKey: $key)"
        f" {{ __typename ... on UserError {{ code }} ... on Claim {{ {CLAIM} }} }} }}"
    )
    return (await clinic.ask(query, id=claim["id"], key=str(uuid4())))[name]


async def refresh_appeal(clinic: Clinic, claim: dict[str, Any]) -> dict[str, Any]:
    query = f"mutation($id: ID!) {{ refreshAppeal(claimId: $id) {{ {CLAIM} }} }}"
    found: dict[str, Any] = (await clinic.ask(query, id=claim["id"]))["refreshAppeal"]
    return found


money = st.decimals(min_value=0, max_value=D("99999.99"), places=2)
