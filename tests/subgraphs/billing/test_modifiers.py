"""What a contract adds to a price or takes off it, to the cent, and how a person sees why."""

from __future__ import annotations

from datetime import date, time
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subgraphs.billing.domain.modifier import (
    Modifier,
    ModifierKind,
    Occasion,
    components_of,
)
from subgraphs.billing.domain.price_table import PRIVATE, Price
from subgraphs.billing.domain.quote import Item, quote
from subgraphs.billing.domain.rounding import CENT, ZERO, round_to_cents
from subgraphs.billing.domain.share import Terms
from subgraphs.health_plan.card import Card

if TYPE_CHECKING:
    from tests.subgraphs.billing.conftest import Clinic

D = Decimal
TUESDAY = date(2026, 11, 24)
SECOND = Modifier(ModifierKind.ADDITIONAL_PROCEDURE, D("0.50"))
URGENT = Modifier(ModifierKind.URGENCY_OR_AFTER_HOURS, D("1.30"))

GOLDEN = [
    ("one, regular", [("98.50", "1")], "10:00", False, [["98.50"]]),
    ("one, at night", [("98.50", "1")], "19:00", False, [["98.50", "29.55"]]),
    ("one, urgent by day", [("98.50", "1")], "10:00", True, [["98.50", "29.55"]]),
    ("half a cent goes to the even one", [("0.05", "1")], "22:00", True, [["0.05", "0.01"]]),
    ("0.35 × 1.30 = 0.455", [("0.35", "1")], "22:00", False, [["0.35", "0.11"]]),
    ("33.33 × 1.5 × 1.30 = 64.9935", [("33.33", "1.5")], "06:59", False, [["50.00", "14.99"]]),
    (
        "the dearest is whole, wherever it stands",
        [("100.00", "1"), ("480.00", "1"), ("33.33", "1")],
        "10:00",
        False,
        [["100.00", "-50.00"], ["480.00"], ["33.33", "-16.67"]],
    ),
    ("alike, the first is whole", [("80.00", "1"), ("80.00", "1")], "10:00", False,
     [["80.00"], ["80.00", "-40.00"]]),
    (
        "half of 33.35 is 16.675, and 1.3 times that 21.6775",
        [("90.00", "1"), ("33.35", "1")],
        "23:59",
        False,
        [["90.00", "27.00"], ["33.35", "-16.67", "5.00"]],
    ),
]  # fmt: skip


def items_of(given: list[tuple[str, str]], modifiers: tuple[Modifier, ...]) -> list[Item]:
    return [
        Item(f"3000000{index}", D(quantity), None, Price(D(price), "PRIVATE/2026", modifiers))
        for index, (price, quantity) in enumerate(given)
    ]


@pytest.mark.parametrize(
    ("name", "given_", "at", "urgent", "expected"), GOLDEN, ids=[one[0] for one in GOLDEN]
)
def test_golden_vectors(
    name: str, given_: list[tuple[str, str]], at: str, urgent: bool, expected: list[list[str]]
) -> None:
    occasion = Occasion(TUESDAY, time.fromisoformat(at), urgent)
    lines = quote(items_of(given_, (URGENT, SECOND)), payer=PRIVATE, terms={}, occasion=occasion)
    assert [[f"{part.amount:f}" for part in line.components] for line in lines] == expected
    assert [line.gross for line in lines] == [sum(map(D, parts), ZERO) for parts in expected]


@pytest.mark.parametrize(
    ("day", "at", "after_hours"),
    [
        (TUESDAY, "06:59:59", True),
        (TUESDAY, "07:00", False),
        (TUESDAY, "18:59:59", False),
        (TUESDAY, "19:00", True),
        (date(2026, 11, 21), "10:00", True),  # a Saturday
        (date(2026, 11, 22), "10:00", True),  # a Sunday
        (date(2026, 11, 20), "10:00", True),  # Consciência Negra, a Friday
        (date(2023, 11, 20), "10:00", False),  # before it was a national holiday
        (date(2026, 2, 17), "10:00", False),  # carnival is no holiday
    ],
)
def test_after_hours_are_nights_weekends_and_holidays(
    day: date, at: str, after_hours: bool
) -> None:
    assert Occasion(day, time.fromisoformat(at)).calls_for(URGENT) is after_hours


def test_a_contract_says_which_procedures_and_hours_it_means() -> None:
    surgery = Modifier(ModifierKind.ADDITIONAL_PROCEDURE, D("0.50"), ("3",))
    late = Modifier(ModifierKind.URGENCY_OR_AFTER_HOURS, D("1.30"), ("1",), time(6), time(22))
    price = Price(D("100.00"), "table", (surgery, late))
    codes = ("10101012", "40304361", "30000001", "30000002")
    items = [Item(code, D(1), None, price) for code in codes]
    lines = quote(items, payer=PRIVATE, terms={}, occasion=Occasion(TUESDAY, time(21)))
    assert [line.gross for line in lines] == [D(100), D(100), D(100), D(50)]
    lines = quote(items, payer=PRIVATE, terms={}, occasion=Occasion(TUESDAY, time(22)))
    assert [line.gross for line in lines] == [D(130), D(100), D(100), D(50)]


def test_a_free_return_stays_free_and_each_table_has_its_own_first_procedure() -> None:
    contract = Price(D("80.00"), "000101/2026", (SECOND, URGENT))
    private = Price(D("200.00"), "PRIVATE/2026", (SECOND,))
    items = [
        Item("10101012", D(1), contract, private, is_free_return=True),
        Item("30000001", D(1), contract, private),
        Item("30000002", D(1), contract, private),
        Item("30000003", D(1), contract, private),
    ]
    terms: dict[str, Terms | None] = {
        "30000001": Terms(),
        "30000002": Terms(covered=False),
        "30000003": None,
    }
    occasion = Occasion(TUESDAY, time(23))
    lines = quote(items, payer="000101", terms=terms, occasion=occasion)
    # The plan's silence does not change a price: its contract's counts until it says no.
    assert [line.gross for line in lines] == [ZERO, D("104.00"), D("200.00"), D("52.00")]
    assert lines[3].share is None


@given(
    unit=st.decimals(min_value=0, max_value=D("99999999.9999"), places=4),
    quantity=st.decimals(min_value=D("0.0001"), max_value=D("99.9999"), places=4),
    factors=st.lists(st.decimals(min_value=0, max_value=10, places=4), max_size=2),
)
def test_components_add_up_to_the_exact_product_rounded_once(
    unit: Decimal, quantity: Decimal, factors: list[Decimal]
) -> None:
    modifiers = [Modifier(ModifierKind.URGENCY_OR_AFTER_HOURS, factor) for factor in factors]
    exact = int(unit.scaleb(4)) * int(quantity.scaleb(4))
    for factor in factors:
        exact *= int(factor.scaleb(4))
    places = 4 * (2 + len(factors))
    whole, rest = divmod(exact, 10 ** (places - 2))
    half = 10 ** (places - 2) // 2
    cents = whole + (rest > half or (rest == half and whole % 2))
    components = components_of(unit, quantity, modifiers)
    assert sum((part.amount for part in components), ZERO) == D(cents).scaleb(-2)
    assert all(part.amount == part.amount.quantize(CENT) for part in components)
    assert components[0].amount == round_to_cents(unit * quantity)


LINES = "gross { amount } priceComponents { code factor amount { amount } }"


async def lines_of(clinic: Clinic, invoice: dict[str, Any]) -> list[dict[str, Any]]:
    query = f"query($id: ID!) {{ invoice(id: $id) {{ lines {{ {LINES} }} }} }}"
    found: list[dict[str, Any]] = (await clinic.ask(query, id=invoice["id"]))["invoice"]["lines"]
    return found


async def publish(clinic: Clinic, payer: str, **more: Any) -> dict[str, Any]:
    return await clinic.mutate(
        "publishPriceTable",
        payer=payer,
        validFrom="2026-06-01",
        prices=[
            {"tussCode": "10101012", "unitPrice": "98.50"},
            {"tussCode": "41001095", "unitPrice": "480.00"},
        ],
        **{"modifiers": [{"kind": "URGENCY_OR_AFTER_HOURS", "factor": "1.30"}], **more},
    )


NIGHT = "2026-11-24T23:30:00Z"
"""Half past eight in the evening in São Paulo."""


async def test_a_line_says_why_its_price_is_what_it_is_and_the_version_decides(
    clinic: Clinic,
) -> None:
    before = clinic.agenda.book(start="2026-05-29T23:30:00Z")
    night, manaus = (
        clinic.agenda.book(start=NIGHT),
        clinic.agenda.book(
            start="2026-11-24T22:30:00Z",
            clinic={"id": "clinic-2", "cnes": "2077486", "timeZone": "America/Manaus"},
        ),
    )
    assert (await publish(clinic, "PRIVATE"))["__typename"] == "PriceTable"
    [old] = await lines_of(clinic, await clinic.draft(before))
    assert [part["code"] for part in old["priceComponents"]] == ["BASE"], "the version had none"
    [there] = await lines_of(clinic, await clinic.draft(manaus))
    assert there["gross"]["amount"] == "98.50", "it is half past six there"
    [line] = await lines_of(clinic, await clinic.issue(await clinic.draft(night)))
    assert line == {
        "gross": {"amount": "128.05"},
        "priceComponents": [
            {"code": "BASE", "factor": None, "amount": {"amount": "98.50"}},
            {
                "code": "URGENCY_OR_AFTER_HOURS",
                "factor": "1.3000",
                "amount": {"amount": "29.55"},
            },
        ],
    }


async def test_an_estimate_says_what_the_hour_costs(clinic: Clinic) -> None:
    await publish(clinic, "PRIVATE")
    visit = {
        "__typename": "Appointment",
        "id": "visit",
        "start": NIGHT,
        "kind": "FIRST",
        "coverageId": None,
        "returnOf": None,
        "service": {"id": "s", "tussCode": "10101012"},
        "clinic": {"id": "c", "timeZone": "America/Sao_Paulo"},
    }
    query = (
        "query($r: [_Any!]!) { _entities(representations: $r)"
        f" {{ ... on Appointment {{ estimate {{ {LINES} }} }} }} }}"
    )
    found = (await clinic.ask(query, r=[visit]))["_entities"][0]["estimate"]
    assert found["gross"]["amount"] == "128.05"
    assert [part["amount"]["amount"] for part in found["priceComponents"]] == ["98.50", "29.55"]


async def test_what_is_urgent_needs_no_authorization_and_is_claimed_as_urgent(
    clinic: Clinic,
) -> None:
    await publish(clinic, "000101")
    coverage_id = await clinic.register_card(Card("000101", "03", 90_000_000))
    visit = clinic.agenda.book(
        coverage_id=coverage_id, service={"id": "ct", "tussCode": "41001095"}
    )
    refused = await clinic.issue(await clinic.draft(visit))
    assert refused["__typename"] == "AuthorizationRequired"
    held = await clinic.ask(
        "query($r: [_Any!]!) { _entities(representations: $r)"
        " { ... on Appointment { invoice { id version } } } }",
        r=[{"__typename": "Appointment", "id": visit}],
    )
    await clinic.cancel(held["_entities"][0]["invoice"])
    issued = await clinic.issue(await clinic.draft(visit, urgent=True))
    assert (issued["gross"]["amount"], issued["dueFromPlan"]["amount"]) == ("624.00", "624.00")
    query = (
        'mutation($key: Uuid!) { submitClaims(ansRegistry: "000101", idempotencyKey: $key)'
        " { ... on ClaimBatch { id claims { care { character regime consultation } } } } }"
    )
    batch = (await clinic.ask(query, key="0190c8a0-0000-7000-8000-000000000001"))["submitClaims"]
    assert batch["claims"] == [
        {"care": {"character": "URGENT", "regime": "AMBULATORY", "consultation": "FIRST"}}
    ]
    clinic.wait_for_the_plan(2)
    await clinic.ask(
        "mutation($id: ID!) { refreshClaimBatch(id: $id) { ... on ClaimBatch { id } } }",
        id=batch["id"],
    )
    shown = await clinic.ask(
        "query($id: ID!) { invoice(id: $id) { status claim { status denied { amount } } } }",
        id=issued["id"],
    )
    assert shown["invoice"]["claim"] == {"status": "PAID", "denied": {"amount": "0.00"}}


@pytest.mark.parametrize(
    "modifiers",
    [
        [{"kind": "URGENCY_OR_AFTER_HOURS", "factor": "0.99"}],
        [{"kind": "URGENCY_OR_AFTER_HOURS", "factor": "130"}],
        [{"kind": "ADDITIONAL_PROCEDURE", "factor": "1.01"}],
        [{"kind": "ADDITIONAL_PROCEDURE", "factor": "0.33333"}],
        [{"kind": "ADDITIONAL_PROCEDURE", "factor": "0.5", "tussPrefixes": ["3x"]}],
        [{"kind": "ADDITIONAL_PROCEDURE", "factor": "0.5"}] * 2,
        [{"kind": "URGENCY_OR_AFTER_HOURS", "factor": "1.3", "regularFrom": "19:00",
          "regularUntil": "07:00"}],
    ],
)  # fmt: skip
async def test_a_modifier_that_cannot_be_is_refused(clinic: Clinic, modifiers: Any) -> None:
    refused = await publish(clinic, "PRIVATE", modifiers=modifiers)
    assert (refused["code"], refused["path"]) == ("INVALID_INPUT", ["modifiers"])
