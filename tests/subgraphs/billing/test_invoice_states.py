"""Only the listed edges of an invoice's life, and the state that its sums amount to."""

from decimal import Decimal
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subgraphs.billing.domain.card import mask_card_number, normalize_card_number
from subgraphs.billing.domain.invoice import DEAD, EDGES, Account, InvoiceStatus, is_edge

S = InvoiceStatus
D = Decimal

FORBIDDEN = [
    (S.ISSUED, S.DRAFT),
    (S.DRAFT, S.BALANCED),
    (S.DRAFT, S.PARTIALLY_PAID),
    (S.PARTIALLY_PAID, S.CANCELLED),
    (S.BALANCED, S.CANCELLED),
    (S.BALANCED, S.DRAFT),
]


@pytest.mark.parametrize(("origin", "target"), FORBIDDEN)
def test_forbidden_edges(origin: InvoiceStatus, target: InvoiceStatus) -> None:
    assert not is_edge(origin, target)


def test_nothing_leaves_a_dead_invoice_and_nothing_returns_to_draft() -> None:
    for origin, target in product(S, S):
        assert not (origin in DEAD and is_edge(origin, target))
        assert not (target is S.DRAFT and is_edge(origin, target))
    assert set(EDGES) == set(S)


@pytest.mark.parametrize(
    ("account", "status"),
    [
        (Account(D(0), D(0)), S.BALANCED),
        (Account(D(10), D(0)), S.ISSUED),
        (Account(D(10), D(0), patient_paid=D(4)), S.PARTIALLY_PAID),
        (Account(D(10), D(0), patient_paid=D(10)), S.BALANCED),
        (Account(D(10), D(90), patient_paid=D(10)), S.PARTIALLY_PAID),
        (Account(D(10), D(90), D(10), D(80), written_off=D(10)), S.BALANCED),
    ],
)
def test_the_sums_decide_the_state(account: Account, status: InvoiceStatus) -> None:
    assert account.status is status


money = st.decimals(min_value=0, max_value=1000, places=2)


@given(due=money, paid=money)
def test_balanced_means_that_nobody_owes_anything(due: Decimal, paid: Decimal) -> None:
    account = Account(due, D(0), patient_paid=min(due, paid))
    assert (account.status is S.BALANCED) == (account.patient_owes == 0)


def test_a_card_number_is_shown_by_its_last_four_digits_only() -> None:
    assert normalize_card_number(" 000101.03-0000 0012/5") == "00010103000000125"
    assert normalize_card_number("12a4567") is None
    assert mask_card_number("00010103000000125") == "•••••••••••••0125"
