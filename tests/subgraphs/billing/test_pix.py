"""A PIX counts once, when the bank says that it came, and not after it expired."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

if TYPE_CHECKING:
    from tests.subgraphs.billing.conftest import Clinic

CAME = "E12345678202611241500abcdefghijk"
OTHER = "E12345678202611241501abcdefghijk"
SHOWN = (
    "__typename ... on UserError { code } ... on PixCharge { id txid status brCode"
    " amount { amount } invoice { id version status paid { amount } payments { id method } } }"
)


async def issued(clinic: Clinic) -> dict[str, Any]:
    return await clinic.issue(await clinic.draft(clinic.agenda.book()))


async def request(clinic: Clinic, invoice: dict[str, Any], amount: str = "180.00") -> Any:
    query = (
        "mutation($id: ID!, $v: Int!, $a: Decimal!, $k: Uuid!) { requestPix(invoiceId: $id,"
        f" expectedVersion: $v, amount: $a, idempotencyKey: $k) {{ {SHOWN} }} }}"
    )
    given = {"id": invoice["id"], "v": invoice["version"], "a": amount, "k": str(uuid4())}
    return (await clinic.ask(query, **given))["requestPix"]


async def confirm(clinic: Clinic, pix: dict[str, Any], number: str = CAME) -> Any:
    query = (
        "mutation($id: ID!, $n: String!, $k: Uuid!) { confirmPix(pixChargeId: $id,"
        f" endToEndId: $n, idempotencyKey: $k) {{ {SHOWN} }} }}"
    )
    return (await clinic.ask(query, id=pix["id"], n=number, k=str(uuid4())))["confirmPix"]


async def test_a_code_is_no_payment_until_the_bank_says_so(clinic: Clinic) -> None:
    invoice = await issued(clinic)
    pix = await request(clinic, invoice)
    assert (pix["status"], pix["invoice"]["paid"]["amount"]) == ("PENDING", "0.00")
    assert pix["txid"] in pix["brCode"]
    assert "5406180.00" in pix["brCode"]
    confirmed = await confirm(clinic, pix)
    assert (confirmed["status"], confirmed["invoice"]["status"]) == ("CONFIRMED", "BALANCED")
    assert [payment["method"] for payment in confirmed["invoice"]["payments"]] == ["PIX"]


async def test_the_banks_word_counts_once_however_often_it_comes(clinic: Clinic) -> None:
    pix = await request(clinic, await issued(clinic), "100.00")
    results = await asyncio.gather(*(confirm(clinic, pix) for _ in range(5)))
    assert {result["status"] for result in results} == {"CONFIRMED"}
    assert (await confirm(clinic, pix))["invoice"]["paid"]["amount"] == "100.00"
    assert (await confirm(clinic, pix, OTHER))["code"] == "INVALID_PAYMENT"


async def test_one_transfer_pays_one_code(clinic: Clinic) -> None:
    one, two = [await request(clinic, await issued(clinic)) for _ in range(2)]
    results = await asyncio.gather(confirm(clinic, one), confirm(clinic, two))
    assert Counter(result["__typename"] for result in results) == {
        "PixCharge": 1,
        "InvalidPayment": 1,
    }


async def test_an_expired_code_takes_no_money_and_leaves_room_for_another(clinic: Clinic) -> None:
    invoice = await issued(clinic)
    pix = await request(clinic, invoice)
    assert (await request(clinic, invoice, "0.01"))["code"] == "OVERPAYMENT"
    clinic.clock.advance(timedelta(minutes=30))
    assert (await confirm(clinic, pix))["code"] == "INVALID_PAYMENT"
    again = await request(clinic, invoice)
    clinic.clock.advance(timedelta(minutes=29, seconds=59))
    assert (await confirm(clinic, again))["invoice"]["status"] == "BALANCED"


async def test_codes_together_are_no_more_than_is_owed(clinic: Clinic) -> None:
    invoice = await issued(clinic)
    results = await asyncio.gather(*(request(clinic, invoice, "60.00") for _ in range(5)))
    assert Counter(result["__typename"] for result in results) == {"PixCharge": 3, "Overpayment": 2}


async def test_a_code_of_an_invoice_that_was_paid_or_called_off_takes_nothing(
    clinic: Clinic,
) -> None:
    paid, cancelled = await issued(clinic), await issued(clinic)
    codes = [await request(clinic, invoice) for invoice in (paid, cancelled)]
    await clinic.pay(paid, "180.00")
    await clinic.cancel(cancelled)
    for pix, number in zip(codes, (CAME, OTHER), strict=True):
        assert (await confirm(clinic, pix, number))["code"] in {"INVALID_PAYMENT", "OVERPAYMENT"}


@pytest.mark.parametrize("number", ["", "E123", CAME.replace("E", "D", 1), CAME + "x"])
async def test_what_is_no_number_of_the_payment_system_is_refused(
    clinic: Clinic, number: str
) -> None:
    pix = await request(clinic, await issued(clinic))
    assert (await confirm(clinic, pix, number))["code"] == "INVALID_PAYMENT"
    assert (await confirm(clinic, {"id": "none"}))["code"] == "NOT_FOUND"
