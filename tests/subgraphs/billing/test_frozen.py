"""What is issued is frozen: even direct SQL cannot change it."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError, IntegrityError

from subgraphs.billing.migrations import step_0002_what_is_issued_is_frozen as step
from subgraphs.billing.migrations import step_0009_price_modifiers as later_step
from subgraphs.billing.migrations import step_0010_authorized_in_part as last_step
from subgraphs.billing.models import Base
from subgraphs.kit import migrations
from subgraphs.kit.database import Database

if TYPE_CHECKING:
    from tests.subgraphs.billing.conftest import Clinic

CHANGES = {
    "series": "'9999999'",
    "number": "77",
    "patient_id": "'somebody'",
    "appointment_id": "'another'",
    "clinic_id": "'another'",
    "coverage_id": "NULL",
    "service_day": "'2020-01-01'",
    "gross": "1",
    "discount": "1",
    "plan_pays": "1",
    "patient_pays": "1",
    "due_from_plan": "1",
    "due_from_patient": "1",
    "issued_at": "NULL",
    "issued_by": "'somebody'",
    "service_time": "'23:00:00'",
    "visit_kind": "'RETURN'",
    "urgent": "TRUE",
    "consented_at": "'2026-01-01 00:00:00'",
}


async def execute(clinic: Clinic, statement: str) -> None:
    async with clinic.database.transaction() as session:
        await session.execute(text(statement))


async def test_no_column_of_an_issued_invoice_can_be_changed(clinic: Clinic) -> None:
    assert set(CHANGES) == {*step.FROZEN, *later_step.OF_THE_VISIT, last_step.CONSENT}
    await clinic.issue(await clinic.draft(clinic.agenda.book()))
    for column, value in CHANGES.items():
        if column == "coverage_id":
            continue  # null already, and any other value breaks the foreign key first
        with pytest.raises((IntegrityError, DatabaseError), match="frozen_invoice"):
            await execute(clinic, f"UPDATE invoices SET {column} = {value}")


async def test_an_issued_invoice_is_no_draft_again_and_no_invoice_is_deleted(
    clinic: Clinic,
) -> None:
    draft = await clinic.draft(clinic.agenda.book())
    await clinic.issue(await clinic.draft(clinic.agenda.book()))
    with pytest.raises((IntegrityError, DatabaseError), match="frozen_invoice"):
        await execute(clinic, "UPDATE invoices SET status = 'DRAFT' WHERE number IS NOT NULL")
    await execute(clinic, f"DELETE FROM invoice_lines WHERE invoice_id = '{draft['id']}'")
    with pytest.raises((IntegrityError, DatabaseError), match="frozen_invoice"):
        await execute(clinic, f"DELETE FROM invoices WHERE id = '{draft['id']}'")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE invoice_lines SET gross = 1, plan_pays = 0, patient_pays = 1",
        "UPDATE invoice_lines SET unit_price = 0",
        "UPDATE invoice_lines SET price_components = NULL",
        "DELETE FROM invoice_lines",
        "INSERT INTO invoice_lines SELECT 'new', invoice_id, 2, charge_item_id, tuss_code,"
        " quantity, unit_price, price_table_version, share_status, authorization_required,"
        " gross, discount,"
        " deductible, coinsurance, copay, copay_collected_by, plan_pays, patient_pays,"
        " due_from_plan, due_from_patient, price_components FROM invoice_lines",
    ],
)
async def test_the_lines_of_an_issued_invoice_can_be_neither_changed_nor_added_nor_removed(
    clinic: Clinic, statement: str
) -> None:
    await clinic.issue(await clinic.draft(clinic.agenda.book()))
    with pytest.raises((IntegrityError, DatabaseError), match="frozen_line"):
        await execute(clinic, statement)


@pytest.mark.parametrize("statement", ["UPDATE payments SET amount = 1", "DELETE FROM payments"])
async def test_a_payment_can_be_neither_changed_nor_removed(clinic: Clinic, statement: str) -> None:
    await clinic.pay(await clinic.issue(await clinic.draft(clinic.agenda.book())), "10.00")
    with pytest.raises((IntegrityError, DatabaseError), match="frozen_payment"):
        await execute(clinic, statement)


@pytest.mark.parametrize(
    ("column", "value"),
    [("gross", "-1"), ("plan_pays", "5"), ("patient_paid", "5"), ("due_from_plan", "7")],
)
async def test_sums_that_do_not_add_up_are_refused_by_the_database(
    clinic: Clinic, column: str, value: str
) -> None:
    await clinic.draft(clinic.agenda.book(kind="RETURN", returnOf={"id": "earlier"}))
    with pytest.raises(IntegrityError):
        await execute(clinic, f"UPDATE invoices SET {column} = {value}")


async def test_a_new_table_does_not_change_an_issued_invoice(clinic: Clinic) -> None:
    issued = await clinic.issue(await clinic.draft(clinic.agenda.book()))
    await clinic.publish("PRIVATE", "2026-11-01", tuss_10101012="250.00")
    again = await clinic.draft(clinic.agenda.book())
    query = "query($id: ID!) { invoice(id: $id) { gross { amount } lines { unitPrice } } }"
    shown = (await clinic.ask(query, id=issued["id"]))["invoice"]
    assert shown["gross"]["amount"] == "180.00"
    assert Decimal(shown["lines"][0]["unitPrice"]) == Decimal("180.00")
    assert again["gross"]["amount"] == "250.00"


async def test_the_migrations_make_what_the_models_say_and_go_back(database: Database) -> None:
    await migrations.upgrade(database, "subgraphs.billing.migrations")
    assert await migrations.differences(database, Base.metadata) == []
