"""A thousand references of any entity: answered in order, null for unknown, in few statements."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from sqlalchemy import event, update

from subgraphs.billing.models import (
    AuthorizationRow,
    ChargeItemRow,
    CoverageRow,
    InvoiceLineRow,
    InvoiceRow,
)
from subgraphs.kit.identifiers import new_id

if TYPE_CHECKING:
    from subgraphs.kit.database import Database
    from tests.subgraphs.billing.conftest import Clinic

COUNT = 250
REFERENCES = 1000

D = Decimal
DAY = date(2026, 11, 24)

REQUIRED = {
    "start": "2026-11-24T14:00:00Z",
    "kind": "FIRST",
    "coverageId": None,
    "returnOf": None,
    "service": {"id": "s", "tussCode": "10101012"},
    "clinic": {"id": "c", "timeZone": "America/Sao_Paulo"},
}


@contextmanager
def counted(database: Database) -> Iterator[list[str]]:
    """The statements that are sent meanwhile."""
    statements: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.lstrip().upper().startswith(("SELECT", "WITH")):
            statements.append(statement)

    event.listen(database.engine.sync_engine, "before_cursor_execute", note)
    yield statements
    event.remove(database.engine.sync_engine, "before_cursor_execute", note)


async def fill(clinic: Clinic) -> list[dict[str, str]]:
    """Issued invoices with everything around them; the ids of each."""
    now, made = clinic.clock.now(), []
    rows: list[list[Any]] = [[], [], [], [], []]
    for number in range(COUNT):
        ids = {name: new_id() for name in ("coverage", "charge", "invoice", "line", "auth")}
        ids |= {"patient": f"p{number}", "appointment": f"a{number}", "document": f"d{number}"}
        made.append(ids)
        own = {"patient_id": ids["patient"], "appointment_id": ids["appointment"]}
        rows[0].append(
            CoverageRow(
                id=ids["coverage"],
                patient_id=ids["patient"],
                ans_registry="000101",
                plan_name="Vida Plena",
                card_number=f"{number:017d}",
                created_at=now,
            )
        )
        rows[1].append(
            ChargeItemRow(
                id=ids["charge"],
                status="BILLABLE",
                document_id=ids["document"],
                tuss_code="10101012",
                quantity=D(1),
                unit_price=D("180.0000"),
                price_table_version="PRIVATE/2026-01-01",
                service_day=DAY,
                created_at=now,
                **own,
            )
        )
        parts = {"plan_pays": D(0), "patient_pays": D(180)}
        dues = {"due_from_plan": D(0), "due_from_patient": D(180)}
        rows[2].append(
            InvoiceRow(
                id=ids["invoice"],
                version=1,
                status="DRAFT",
                series="2077485",
                number=number + 1,
                clinic_id="clinic-1",
                service_day=DAY,
                gross=D(180),
                discount=D(0),
                patient_paid=D(0),
                plan_paid=D(0),
                written_off=D(0),
                created_at=now,
                created_by="test",
                issued_at=now,
                issued_by="test",
                **own,
                **parts,
                **dues,
            )
        )
        rows[3].append(
            InvoiceLineRow(
                id=ids["line"],
                invoice_id=ids["invoice"],
                position=1,
                charge_item_id=ids["charge"],
                tuss_code="10101012",
                quantity=D(1),
                unit_price=D("180.0000"),
                price_table_version="PRIVATE/2026-01-01",
                share_status="PRIVATE",
                gross=D(180),
                discount=D(0),
                deductible=D(0),
                coinsurance=D(0),
                copay=D(0),
                **parts,
                **dues,
            )
        )
        rows[4].append(
            AuthorizationRow(
                id=ids["auth"],
                status="REQUESTED",
                document_id=ids["document"],
                coverage_id=ids["coverage"],
                tuss_code="41001095",
                quantity=D(1),
                service_day=DAY,
                requested_at=now,
                requested_by="test",
                **own,
            )
        )
    async with clinic.database.transaction() as session:
        for kind in rows:
            session.add_all(kind)
            await session.flush()
        await session.execute(update(InvoiceRow).values(status="ISSUED"))
    return made


CASES = [
    ("Invoice", "invoice", "id number lines { tussCode } payments { id }", 3),
    ("Coverage", "coverage", "id cardNumberMasked", 1),
    ("ChargeItem", "charge", "id tussCode", 1),
    ("Authorization", "auth", "id status", 1),
    ("Patient", "patient", "id coverages { id }", 3),
    ("Patient", "patient", "id balance { amount }", 3),
    ("Patient", "patient", "id invoices { edges { node { id } } }", 3),
    ("Appointment", "appointment", "id invoice { id }", 1),
    ("Appointment", "appointment", "id estimate { status gross { amount } }", 3),
    ("ClinicalDocument", "document", "id chargeItems { id } authorization { id }", 2),
]

OWNED = {"Invoice", "Coverage", "ChargeItem", "Authorization"}


@pytest.mark.parametrize(
    ("kind", "name", "fields", "statements"), CASES, ids=[f"{c[0]}-{c[2][:12]}" for c in CASES]
)
async def test_a_thousand_references(
    clinic: Clinic, kind: str, name: str, fields: str, statements: int
) -> None:
    made = await fill(clinic)
    known = [made[index % COUNT][name] for index in range(REFERENCES)]
    asked = [
        str(uuid4()) if index % 10 == 7 and kind in OWNED else key
        for index, key in enumerate(known)
    ]
    extra = REQUIRED if kind == "Appointment" else {}
    representations = [{"__typename": kind, "id": key, **extra} for key in asked]
    query = (
        "query($representations: [_Any!]!) { _entities(representations: $representations)"
        f" {{ ... on {kind} {{ {fields} }} }} }}"
    )
    with counted(clinic.database) as sent:
        found = (await clinic.ask(query, representations=representations))["_entities"]
    expected = [
        None if index % 10 == 7 and kind in OWNED else key for index, key in enumerate(known)
    ]
    assert [one and one["id"] for one in found] == expected
    assert len(sent) <= statements, sent


async def test_lines_of_many_invoices_and_their_charges_are_batched(clinic: Clinic) -> None:
    made = await fill(clinic)
    query = (
        "{ invoices(first: 100) { edges { node { id patient { id balance { amount } }"
        " appointment { id invoice { id } } lines { chargeItem { id } } payments { id } } } } }"
    )
    with counted(clinic.database) as sent:
        edges = (await clinic.ask(query))["invoices"]["edges"]
    assert len(edges) == 100
    assert edges[0]["node"]["id"] == made[-1]["invoice"]
    assert edges[0]["node"]["appointment"]["invoice"]["id"] == made[-1]["invoice"]
    assert [edge["node"]["lines"][0]["chargeItem"]["id"] for edge in edges] == [
        ids["charge"] for ids in made[:-101:-1]
    ]
    assert len(sent) <= 8, sent


async def test_a_document_or_patient_that_billing_never_saw_has_nothing(clinic: Clinic) -> None:
    query = (
        "query($representations: [_Any!]!) { _entities(representations: $representations) {"
        " ... on Patient { coverages { id } balance { amount } invoices { edges { cursor } } }"
        " ... on ClinicalDocument { chargeItems { id } authorization { id } } } }"
    )
    representations = [
        {"__typename": "Patient", "id": "nobody"},
        {"__typename": "ClinicalDocument", "id": "nothing"},
    ]
    assert (await clinic.ask(query, representations=representations))["_entities"] == [
        {"coverages": [], "balance": {"amount": "0.00"}, "invoices": {"edges": []}},
        {"chargeItems": [], "authorization": None},
    ]


async def test_pages_of_a_patients_invoices_follow_one_another(clinic: Clinic) -> None:
    visits = [clinic.agenda.book() for _ in range(5)]
    made = [(await clinic.draft(visit))["id"] for visit in visits]
    query = """query($representations: [_Any!]!, $after: String) {
        _entities(representations: $representations) {
            ... on Patient { invoices(first: 2, after: $after) {
                edges { node { id } } pageInfo { hasNextPage endCursor } } } } }"""
    seen, after = [], None
    while True:
        data = await clinic.ask(
            query, representations=[{"__typename": "Patient", "id": "patient-1"}], after=after
        )
        page = data["_entities"][0]["invoices"]
        seen += [edge["node"]["id"] for edge in page["edges"]]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    assert seen == made[::-1]


async def test_a_forged_cursor_and_a_huge_page_are_refused(clinic: Clinic) -> None:
    for arguments in ('after: "abc"', "first: 100000", "first: 0"):
        answer = await clinic.answer(f"{{ invoices({arguments}) {{ edges {{ cursor }} }} }}")
        assert answer["errors"][0]["extensions"]["code"] == "INVALID_INPUT"


async def test_open_invoices_are_listed_by_state(clinic: Clinic) -> None:
    draft = await clinic.draft(clinic.agenda.book())
    issued = await clinic.issue(await clinic.draft(clinic.agenda.book()))
    query = (
        "query($status: [InvoiceStatus!]) { invoices(status: $status) { edges { node { id } } } }"
    )

    async def listed(*status: str) -> list[str]:
        edges = (await clinic.ask(query, status=list(status)))["invoices"]["edges"]
        return [edge["node"]["id"] for edge in edges]

    assert await listed("DRAFT") == [draft["id"]]
    assert await listed("ISSUED", "PARTIALLY_PAID") == [issued["id"]]


async def test_an_estimate_without_what_it_depends_on_says_so(clinic: Clinic) -> None:
    query = (
        "query($representations: [_Any!]!) { _entities(representations: $representations)"
        " { ... on Appointment { estimate { status } } } }"
    )
    answer = await clinic.answer(query, representations=[{"__typename": "Appointment", "id": "a"}])
    assert answer["data"]["_entities"] == [{"estimate": None}]
    assert answer["errors"][0]["extensions"]["code"] == "INVALID_INPUT"


async def test_a_card_is_registered_once_for_whomever(clinic: Clinic) -> None:
    card = {"ansRegistry": "000101", "planName": "Vida", "cardNumber": "0001 0103 0000 0012 5"}
    first = await clinic.mutate("registerCoverage", patientId="p1", **card)
    second = await clinic.mutate("registerCoverage", patientId="p2", **card)
    assert [first["__typename"], second["__typename"]] == ["Coverage", "CardAlreadyRegistered"]
    for wrong in ({"cardNumber": "12x"}, {"ansRegistry": "1"}, {"planName": " "}):
        refusal = await clinic.mutate("registerCoverage", patientId="p1", **{**card, **wrong})
        assert refusal["code"] == "INVALID_INPUT"
