"""Discounts: approved by a second person, exact to the cent, and never below zero."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text, update
from sqlalchemy.exc import IntegrityError

from subgraphs.billing.domain.discount import Discount
from subgraphs.billing.domain.errors import (
    InvalidDiscount,
    InvoiceStateConflict,
    PlanUnavailable,
)
from subgraphs.billing.models import ChargeItemRow
from subgraphs.billing.service.discounting import DiscountOrder, discount_invoice
from subgraphs.health_plan.card import Card
from subgraphs.kit.errors import StaleVersion

if TYPE_CHECKING:
    from tests.subgraphs.billing.conftest import Clinic

D = Decimal
money = st.decimals(min_value=0, max_value=D("99999999.99"), places=2)


async def let_off(clinic: Clinic, invoice: dict[str, Any], amount: str, by: str = "bia") -> None:
    order = DiscountOrder(
        invoice["id"], invoice["version"], Discount(D(amount), "paciente antigo"), by
    )
    async with clinic.database.transaction() as session:
        await discount_invoice(session, order, clinic.clock.now())


async def now(clinic: Clinic, invoice: dict[str, Any]) -> dict[str, Any]:
    query = (
        "query($id: ID!) { invoice(id: $id) { id version status gross { amount }"
        " discount { amount } patientPays { amount } dueFromPatient { amount }"
        " lines { discount { amount } dueFromPatient { amount } } } }"
    )
    found: dict[str, Any] = (await clinic.ask(query, id=invoice["id"]))["invoice"]
    return found


async def two_lines(clinic: Clinic) -> dict[str, Any]:
    """A draft of 180.00 and 900.00."""
    visit = clinic.agenda.book()
    clinic.agenda.request_exams(visit, "41001095")
    await clinic.ask(
        "mutation($id: ID!, $key: Uuid!) { planCharges(appointmentId: $id, idempotencyKey: $key)"
        " { __typename } }",
        id=visit,
        key=str(uuid4()),
    )
    async with clinic.database.transaction() as session:
        await session.execute(update(ChargeItemRow).values(status="BILLABLE"))
    return await clinic.draft(visit)


async def test_a_discount_is_spread_over_the_lines_to_the_cent(clinic: Clinic) -> None:
    draft = await two_lines(clinic)
    await let_off(clinic, draft, "100.00")
    shown = await now(clinic, draft)
    assert [line["discount"]["amount"] for line in shown["lines"]] == ["16.67", "83.33"]
    assert [line["dueFromPatient"]["amount"] for line in shown["lines"]] == ["163.33", "816.67"]
    assert (shown["gross"]["amount"], shown["dueFromPatient"]["amount"]) == ("1080.00", "980.00")
    paid = await clinic.pay(await clinic.issue(shown), "980.00")
    assert paid["status"] == "BALANCED"


async def test_a_new_discount_replaces_the_old_one_and_zero_takes_it_back(clinic: Clinic) -> None:
    draft = await two_lines(clinic)
    for amount, due in (("100.00", "980.00"), ("0.05", "1079.95"), ("0.00", "1080.00")):
        await let_off(clinic, await now(clinic, draft), amount)
        assert (await now(clinic, draft))["dueFromPatient"]["amount"] == due
    async with clinic.database.read() as session:
        kept = (await session.execute(text("SELECT count(*) FROM discounts"))).scalar_one()
    assert kept == 3


async def test_all_can_be_let_off_but_no_more(clinic: Clinic) -> None:
    draft = await clinic.draft(clinic.agenda.book())
    with pytest.raises(InvalidDiscount):
        await let_off(clinic, draft, "180.01")
    await let_off(clinic, draft, "180.00")
    issued = await clinic.issue(await now(clinic, draft))
    assert (issued["status"], issued["patientOwes"]["amount"]) == ("BALANCED", "0.00")


async def test_who_drafts_does_not_approve_not_even_by_sql(clinic: Clinic) -> None:
    draft = await clinic.draft(clinic.agenda.book())
    with pytest.raises(InvalidDiscount):
        await let_off(clinic, draft, "10.00", by="anonymous")
    refused = await clinic.mutate(
        "discountInvoice",
        invoiceId=draft["id"],
        expectedVersion=draft["version"],
        amount="10.00",
        reason="paciente antigo",
    )
    assert refused["code"] == "INVALID_DISCOUNT"
    await let_off(clinic, draft, "10.00")
    with pytest.raises(IntegrityError, match=r"two_people"):
        async with clinic.database.transaction() as session:
            await session.execute(text("UPDATE discounts SET approved_by = drafted_by"))


async def test_what_is_issued_or_seen_in_an_old_version_takes_none(clinic: Clinic) -> None:
    draft = await clinic.draft(clinic.agenda.book())
    await let_off(clinic, draft, "10.00")
    with pytest.raises(StaleVersion):
        await let_off(clinic, draft, "20.00")
    issued = await clinic.issue(await now(clinic, draft))
    with pytest.raises(InvoiceStateConflict):
        await let_off(clinic, issued, "20.00")


async def test_nothing_is_let_off_while_the_plan_is_silent(clinic: Clinic) -> None:
    card = await clinic.register_card(Card("000101", "03", 90_000_000))
    await clinic.break_plan("SERVER_ERROR")
    draft = await clinic.draft(clinic.agenda.book(coverage_id=card))
    assert draft["dueFromPatient"] is None
    with pytest.raises(PlanUnavailable):
        await let_off(clinic, draft, "10.00")


@given(due=st.lists(money, min_size=1, max_size=8), data=st.data())
def test_the_parts_add_up_and_no_line_goes_below_zero(due: list[D], data: st.DataObject) -> None:
    whole = sum(due, D(0))
    amount = data.draw(st.decimals(min_value=0, max_value=whole, places=2))
    shares = Discount(amount, "motivo").over(due)
    assert sum(shares, D(0)) == amount
    assert all(0 <= share <= line for share, line in zip(shares, due, strict=True))


@pytest.mark.parametrize(
    ("amount", "reason"), [("-0.01", "motivo"), ("0.001", "motivo"), ("1", "")]
)
def test_what_is_no_discount_is_refused(amount: str, reason: str) -> None:
    with pytest.raises(InvalidDiscount):
        Discount(D(amount), reason).check("ana", "bia")
