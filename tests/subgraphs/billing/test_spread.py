"""A discount spread over lines adds up to the discount."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subgraphs.billing.domain.rounding import CENT
from subgraphs.billing.domain.spread import spread

D = Decimal


def test_ten_reais_over_nearly_equal_parts() -> None:
    parts = spread(D("10.00"), [D("33.33"), D("33.33"), D("33.34")])
    assert parts == [D("3.33"), D("3.33"), D("3.34")]


def test_five_cents_over_three_equal_parts() -> None:
    assert spread(D("0.05"), [D(1), D(1), D(1)]) == [D("0.02"), D("0.02"), D("0.01")]


def test_a_part_without_weight_gets_nothing() -> None:
    assert spread(D("1.00"), [D(0), D(3), D(0)]) == [D(0), D("1.00"), D(0)]


@pytest.mark.parametrize(
    ("total", "weights"),
    [("-1", ["1"]), ("1", ["-1", "3"]), ("1", []), ("1", ["0"]), ("0.001", ["1"])],
)
def test_what_cannot_be_spread_is_refused(total: str, weights: list[str]) -> None:
    with pytest.raises(ValueError, match=r"must|may"):
        spread(D(total), [D(weight) for weight in weights])


money = st.decimals(min_value=0, max_value=D("999999.99"), places=2)


@given(total=money, weights=st.lists(money, min_size=1, max_size=30).filter(lambda ws: sum(ws) > 0))
def test_parts_add_up_and_differ_from_the_exact_share_by_less_than_a_cent(
    total: Decimal, weights: list[Decimal]
) -> None:
    parts = spread(total, weights)
    assert sum(parts) == total
    whole = sum(weights)
    for part, weight in zip(parts, weights, strict=True):
        assert part >= 0
        assert abs(part - total * weight / whole) < CENT
