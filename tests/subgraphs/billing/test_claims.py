"""Claims: sent once, settled by the plan's statement; the denied part is not the patient's."""

from __future__ import annotations

import asyncio
from collections import Counter
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subgraphs.billing.domain.claim import (
    ClaimStatus,
    ItemVerdict,
    recovered_within,
    status_after_statement,
)
from subgraphs.billing.domain.errors import StatementMismatch
from subgraphs.health_plan.card import Card, draw

if TYPE_CHECKING:
    from tests.subgraphs.billing.conftest import Clinic

D = Decimal
FULL = Card("000101", "03", 90_000_000)
TOMOGRAPHY = {"id": "service-2", "tussCode": "41001095"}

CLAIM = (
    "id status guiaNumber protocol billed { amount } released { amount } denied { amount }"
    " recovered { amount } denials { tussCode code amount { amount } }"
)
BATCH = f"id protocol statementAt paidAt claims {{ {CLAIM} }}"


def clinic_where_the_appeal(*, succeeds: bool) -> dict[str, str]:
    """A clinic whose first guia the insurer will, or will not, think better of."""
    wanted = 0 if succeeds else 1
    cnes = next(
        f"{number:07d}"
        for number in range(1000)
        if draw("vida", f"appeal {number:07d}{1:013d} 1", 2) == wanted
    )
    return {"id": "clinic-1", "cnes": cnes, "timeZone": "America/Sao_Paulo"}


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


async def overcharged(clinic: Clinic, /, **facts: Any) -> dict[str, Any]:
    """An invoice of 120.00 where the insurer's contract says 98.50."""
    await clinic.publish("000101", "2026-06-01", tuss_10101012="120.00", tuss_41001095="480.00")
    return await issued(clinic, **facts)


async def test_an_issued_invoice_claims_what_the_plan_owes(clinic: Clinic) -> None:
    claim = await claim_of(clinic, await issued(clinic))
    assert (claim["status"], claim["billed"]["amount"]) == ("DRAFT", "98.50")
    assert claim["guiaNumber"] == "2077485" + "0000000000001"
    private = await clinic.issue(await clinic.draft(clinic.agenda.book()))
    assert await claim_of(clinic, private) is None


async def test_a_claim_is_sent_judged_and_paid(clinic: Clinic) -> None:
    invoice = await issued(clinic)
    batch = await submit(clinic)
    assert batch["protocol"]
    assert batch["claims"][0]["status"] == "PROCESSING"
    clinic.wait_for_the_plan()
    judged = await refresh(clinic, batch)
    assert judged["claims"][0]["status"] == "APPROVED"
    assert await money_of(clinic, invoice) == ("ISSUED", "0.00", "0.00")
    clinic.wait_for_the_plan()
    paid = await refresh(clinic, batch)
    assert (paid["claims"][0]["status"], paid["claims"][0]["denials"]) == ("PAID", [])
    assert await money_of(clinic, invoice) == ("BALANCED", "98.50", "0.00")
    assert await refresh(clinic, batch) == paid


async def test_an_authorized_procedure_is_claimed_with_its_password(clinic: Clinic) -> None:
    coverage_id = await clinic.register_card(FULL)
    visit = clinic.agenda.book(coverage_id=coverage_id, service=TOMOGRAPHY)
    draft = await clinic.draft(visit)
    asked = {"appointmentId": visit, "tussCode": "41001095"}
    authorization = await clinic.mutate("requestAuthorization", **asked)
    clinic.wait_for_the_plan()
    await clinic.ask(
        "mutation($id: ID!) { refreshAuthorization(id: $id) { id } }", id=authorization["id"]
    )
    await clinic.issue(draft)
    assert [claim["status"] for claim in (await settled(clinic))["claims"]] == ["PAID"]


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


@pytest.mark.parametrize("mode", ["TIMEOUT_AFTER_ACCEPT", "CONNECTION_RESET", "MALFORMED_JSON"])
async def test_a_batch_that_got_no_answer_is_claimed_once_by_a_later_try(
    clinic: Clinic, mode: str
) -> None:
    invoice = await issued(clinic)
    await clinic.break_plan(mode, operation="claim-batches")
    key = str(uuid4())
    batch = await submit(clinic, key)
    assert (batch["protocol"], batch["claims"][0]["status"]) == (None, "SUBMITTED")
    await clinic.heal_plan()
    sent = await submit(clinic, key)
    assert (sent["id"], sent["claims"][0]["status"]) == (batch["id"], "PROCESSING")
    clinic.wait_for_the_plan(2)
    paid = await refresh(clinic, sent)
    assert [claim["denials"] for claim in paid["claims"]] == [[]]  # not 1308: presented once
    assert await money_of(clinic, invoice) == ("BALANCED", "98.50", "0.00")


async def test_many_who_look_at_a_paid_batch_book_it_once(clinic: Clinic) -> None:
    invoice = await issued(clinic)
    batch = await submit(clinic)
    clinic.wait_for_the_plan(2)
    await asyncio.gather(*(refresh(clinic, batch) for _ in range(6)))
    assert await money_of(clinic, invoice) == ("BALANCED", "98.50", "0.00")


async def test_a_claim_is_in_one_batch_however_many_send(clinic: Clinic) -> None:
    for _ in range(5):
        await issued(clinic)
    batches = await asyncio.gather(*(submit(clinic) for _ in range(4)))
    sent = Counter(
        claim["id"] for batch in batches if "claims" in batch for claim in batch["claims"]
    )
    assert len(sent) == 5
    assert set(sent.values()) == {1}
    assert (await submit(clinic))["code"] == "NOTHING_TO_CLAIM"


async def test_an_invoice_whose_claim_was_sent_cannot_be_called_off(clinic: Clinic) -> None:
    unsent, sent = await issued(clinic), await issued(clinic)
    assert (await clinic.cancel(unsent))["status"] == "CANCELLED"
    assert (await claim_of(clinic, unsent))["status"] == "CANCELLED"
    await submit(clinic)
    assert (await clinic.cancel(sent))["code"] == "INVOICE_STATE_CONFLICT"


async def test_what_is_not_known_is_not_found(clinic: Clinic) -> None:
    nothing = {"id": str(uuid4())}
    assert await refresh(clinic, nothing) is None
    assert await refresh_appeal(clinic, nothing) is None
    assert (await contest(clinic, "acceptDenial", nothing))["code"] == "NOT_FOUND"


money = st.decimals(min_value=0, max_value=D("99999.99"), places=2)


@given(released=money, denied=money, billed=money)
def test_a_statement_must_add_up(released: Decimal, denied: Decimal, billed: Decimal) -> None:
    verdict = ItemVerdict("1", 1, released, denied)
    verdict.check(released + denied)
    if billed != released + denied:
        with pytest.raises(StatementMismatch):
            verdict.check(billed)
    status = status_after_statement(released, denied)
    assert (status is ClaimStatus.APPROVED) == (denied == 0)
    assert (status is ClaimStatus.DENIED) == (denied > 0 and released == 0)


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
