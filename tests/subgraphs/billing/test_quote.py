"""Several lines of one invoice: totals are their sums, and unknown is never zero."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subgraphs.billing.domain.errors import PriceNotFound
from subgraphs.billing.domain.price_table import PRIVATE, Price
from subgraphs.billing.domain.quote import Item, QuotedLine, quote
from subgraphs.billing.domain.rounding import CENT, ZERO
from subgraphs.billing.domain.share import ShareStatus, Terms
from subgraphs.billing.domain.totals import totals_of

D = Decimal

money = st.decimals(min_value=0, max_value=D("9999.99"), places=2)
percent = st.decimals(min_value=0, max_value=100, places=1)
prices = st.builds(
    Price, st.decimals(min_value=0, max_value=D("9999.9999"), places=4), st.just("table")
)
items = st.lists(
    st.builds(
        Item,
        tuss_code=st.sampled_from(["10101012", "40304361", "41001095"]),
        quantity=st.decimals(min_value=D("0.0001"), max_value=D("99.9999"), places=4),
        contract=prices,
        private=prices,
        is_free_return=st.booleans(),
    ),
    min_size=1,
    max_size=6,
)
answers = st.builds(
    Terms,
    covered=st.booleans(),
    coverage_percent=percent,
    deductible_remaining=money,
    copay_percent=percent,
    copay_month_remaining=st.none() | money,
)
terms = st.fixed_dictionaries(
    {code: st.none() | answers for code in ("10101012", "40304361", "41001095")}
)


def known(lines: list[QuotedLine]) -> bool:
    return all(line.share is not None for line in lines)


@given(items=items, payer=st.sampled_from([PRIVATE, "000101"]), terms=terms)
def test_totals_are_the_sums_of_the_lines_or_unknown(
    items: list[Item], payer: str, terms: dict[str, Terms | None]
) -> None:
    lines = quote(items, payer=payer, terms=terms)
    totals = totals_of(lines)
    assert totals.gross == sum((line.gross for line in lines), ZERO)
    parts = (totals.plan_pays, totals.patient_pays, totals.due_from_plan, totals.due_from_patient)
    if not known(lines):
        assert parts == (None,) * 4
        return
    plan, patient, due_plan, due_patient = (part for part in parts if part is not None)
    assert plan + patient == due_plan + due_patient == totals.gross
    assert all(part >= 0 and part == part.quantize(CENT) for part in (plan, patient, due_plan))


@given(items=items, terms=terms)
def test_a_silent_plan_makes_unknown_exactly_what_it_was_asked(
    items: list[Item], terms: dict[str, Terms | None]
) -> None:
    for item, line in zip(items, quote(items, payer="000101", terms=terms), strict=True):
        silent = terms[item.tuss_code] is None and not item.is_free_return
        assert (line.share is None) == silent
        assert (line.status is ShareStatus.UNKNOWN_PLAN_UNAVAILABLE) == silent


@given(items=items, deductible=money)
def test_the_lines_of_one_invoice_use_a_deductible_once(
    items: list[Item], deductible: Decimal
) -> None:
    answer = Terms(deductible_remaining=deductible)
    codes = {item.tuss_code: answer for item in items}
    lines = quote(items, payer="000101", terms=codes)
    used = sum((line.share.deductible for line in lines if line.share), ZERO)
    billed = sum((line.gross for line in lines), ZERO)
    assert used == min(deductible, billed)


def test_the_table_that_counts_must_have_a_price() -> None:
    item = Item("10101012", D(1), contract=None, private=Price(D(180), "private"))
    with pytest.raises(PriceNotFound) as refusal:
        quote([item], payer="000101", terms={"10101012": Terms()})
    assert refusal.value.details["payer"] == "000101"
    [line] = quote([item], payer="000101", terms={"10101012": Terms(covered=False)})
    assert (line.status, line.gross) == (ShareStatus.NOT_COVERED, D("180.00"))
