"""Claims: sent in batches, judged, paid."""

from __future__ import annotations

import asyncio
from collections import Counter
from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from hypothesis import given

from subgraphs.billing.domain.claim import (
    ClaimStatus,
    ItemVerdict,
    status_after_statement,
)
from subgraphs.billing.domain.errors import StatementMismatch
from tests.subgraphs.billing.claiming import (
    FULL,
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

TOMOGRAPHY = {"id": "service-2", "tussCode": "41001095"}


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
