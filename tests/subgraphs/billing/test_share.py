"""The split between patient and plan: golden vectors, and what holds for any numbers."""

from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subgraphs.billing.domain.modifier import components_of
from subgraphs.billing.domain.rounding import CENT, round_to_cents
from subgraphs.billing.domain.share import (
    CopayCollector,
    Share,
    Terms,
    plan_share,
    private_share,
)

D = Decimal


def split(share: Share) -> tuple[str, ...]:
    parts = (share.gross, share.deductible, share.coinsurance, share.copay)
    return tuple(str(part) for part in (*parts, share.plan_pays, share.patient_pays))


GOLDEN = [
    ("contract price, full", "98.50", Terms(), "98.50 0.00 0.00 0.00 98.50 0.00"),
    (
        "30 % co-payment",
        "98.50",
        Terms(copay_percent=D(30)),
        "98.50 0.00 0.00 29.55 68.95 29.55",
    ),
    ("half to even", "10.05", Terms(copay_percent=D(50)), "10.05 0.00 0.00 5.02 5.03 5.02"),
    (
        "deductible, coinsurance, co-payment in this order",
        "250.00",
        Terms(deductible_remaining=D("80.00"), coverage_percent=D(80), copay_percent=D(10)),
        "250.00 80.00 34.00 13.60 122.40 127.60",
    ),
    (
        "deductible larger than the line",
        "60.00",
        Terms(deductible_remaining=D("80.00"), copay_percent=D(30)),
        "60.00 60.00 0.00 0.00 0.00 60.00",
    ),
    (
        "cap of the event",
        "1200.00",
        Terms(copay_percent=D(40), copay_event_cap=D("150.00")),
        "1200.00 0.00 0.00 150.00 1050.00 150.00",
    ),
    (
        "cap of the month",
        "400.00",
        Terms(copay_percent=D(40), copay_month_remaining=D("20.00")),
        "400.00 0.00 0.00 20.00 380.00 20.00",
    ),
    (
        "fixed co-payment above the line",
        "15.00",
        Terms(copay_fixed=D("25.00")),
        "15.00 0.00 0.00 15.00 0.00 15.00",
    ),
]


@pytest.mark.parametrize(("name", "gross", "terms", "expected"), GOLDEN, ids=[g[0] for g in GOLDEN])
def test_golden_vectors(name: str, gross: str, terms: Terms, expected: str) -> None:
    assert split(plan_share(D(gross), terms)) == tuple(expected.split())


def test_a_broken_quantity_is_rounded_once() -> None:
    [base] = components_of(D("33.33"), D("1.5"), [])
    gross = base.amount
    share = plan_share(gross, Terms(copay_percent=D(30)))
    assert split(share) == ("50.00", "0.00", "0.00", "15.00", "35.00", "15.00")


def test_what_is_not_covered_is_the_patients() -> None:
    assert split(private_share(D("180.00")))[-2:] == ("0.00", "180.00")


def test_half_to_even_is_not_half_up() -> None:
    half = D("5.025")
    assert round_to_cents(half) == D("5.02")
    assert half.quantize(CENT, rounding=ROUND_HALF_UP) == D("5.03")


def test_a_copay_that_the_insurer_collects_is_not_collected_again_at_the_desk() -> None:
    share = plan_share(D("98.50"), Terms(copay_percent=D(30)))
    assert (share.due_from_patient, share.due_from_plan) == (D("0.00"), D("98.50"))


def test_a_copay_at_the_desk_is_due_from_the_patient() -> None:
    terms = Terms(copay_percent=D(30), copay_collected_by=CopayCollector.CLINIC)
    share = plan_share(D("98.50"), terms)
    assert (share.due_from_patient, share.due_from_plan) == (D("29.55"), D("68.95"))


def test_deductible_and_monthly_cap_are_used_up_from_line_to_line() -> None:
    terms = Terms(
        deductible_remaining=D("80.00"), copay_percent=D(40), copay_month_remaining=D("10.00")
    )
    first = plan_share(D("60.00"), terms)
    second = plan_share(D("60.00"), terms.after(first))
    third = plan_share(D("60.00"), terms.after(first).after(second))
    assert [share.deductible for share in (first, second, third)] == [D(60), D(20), D(0)]
    assert [share.copay for share in (first, second, third)] == [D(0), D(10), D(0)]


money = st.decimals(min_value=0, max_value=D("99999999.99"), places=2)
percent = st.decimals(min_value=0, max_value=100, places=2)
terms = st.builds(
    Terms,
    coverage_percent=percent,
    deductible_remaining=money,
    copay_percent=percent,
    copay_fixed=money,
    copay_event_cap=st.none() | money,
    copay_month_remaining=st.none() | money,
    copay_collected_by=st.sampled_from(CopayCollector),
)


@given(gross=money, terms=terms)
def test_the_parts_add_up_in_whole_cents_and_none_is_negative(gross: Decimal, terms: Terms) -> None:
    share = plan_share(gross, terms)
    parts = (share.deductible, share.coinsurance, share.copay, share.plan_pays, share.patient_pays)
    assert share.plan_pays + share.patient_pays == gross
    assert share.due_from_plan + share.due_from_patient == gross
    assert share.deductible + share.coinsurance + share.copay == share.patient_pays
    assert all(part >= 0 and part == part.quantize(CENT) for part in parts)
    assert share.due_from_patient >= 0
    assert share.due_from_plan >= 0


@given(
    unit=st.decimals(min_value=0, max_value=D("9999.9999"), places=4),
    quantity=st.decimals(min_value=D("0.0001"), max_value=D("999.9999"), places=4),
)
def test_gross_is_within_half_a_cent_of_the_exact_product(unit: Decimal, quantity: Decimal) -> None:
    [base] = components_of(unit, quantity, [])
    assert abs(base.amount - unit * quantity) <= CENT / 2
