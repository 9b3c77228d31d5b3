"""The four databases after a fill: whole, in agreement with each other, and the same every time."""

import asyncio
import io
import sqlite3
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from rich.console import Console
from sqlalchemy import func, select

from subgraphs.appointments import models as appointments
from subgraphs.billing import models as billing
from subgraphs.kit.database import Database
from subgraphs.patients import models as patients
from subgraphs.records import models as records
from subgraphs.records.service.signing import verify
from subgraphs.seed.commands import prepare, seed
from subgraphs.seed.databases import METADATA, DatabasesHoldData, database_urls
from subgraphs.seed.fill import fill
from subgraphs.seed.plan import SIZES, SeedPlan

QUIET = Console(file=io.StringIO())
PLAN = SeedPlan(SIZES["tiny"], date(2026, 11, 24))


async def rows(url: str, statement: Any) -> list[Any]:
    database = Database(url)
    async with database.read() as session:
        found = [tuple(row) for row in (await session.execute(statement)).all()]
    await database.dispose()
    return found


async def column(url: str, attribute: Any) -> set[Any]:
    return {row[0] for row in await rows(url, select(attribute))} - {None}


async def test_every_database_has_its_rows(filled: dict[str, str]) -> None:
    counts = {
        "patients": (patients.PatientRow, 500),
        "appointments": (appointments.Appointment, 3000),
    }
    for service, (model, expected) in counts.items():
        assert await rows(filled[service], select(func.count(model.id))) == [(expected,)]
    assert len(await column(filled["patients"], patients.PatientVersionRow.patient_id)) == 500
    fulfilled = await rows(
        filled["appointments"],
        select(appointments.Appointment.id).where(appointments.Appointment.status == "FULFILLED"),
    )
    assert {row[0] for row in fulfilled} == await column(
        filled["billing"], billing.InvoiceRow.appointment_id
    )


async def test_references_between_the_databases_lead_somewhere(filled: dict[str, str]) -> None:
    patient_ids = await column(filled["patients"], patients.PatientRow.id)
    appointment_ids = await column(filled["appointments"], appointments.Appointment.id)
    practitioner_ids = await column(filled["appointments"], appointments.Practitioner.id)
    coverage_ids = await column(filled["billing"], billing.CoverageRow.id)
    for url, attribute, known in (
        ("appointments", appointments.Appointment.patient_id, patient_ids),
        ("appointments", appointments.Appointment.coverage_id, coverage_ids),
        ("records", records.Encounter.patient_id, patient_ids),
        ("records", records.Encounter.appointment_id, appointment_ids),
        ("records", records.ClinicalDocument.author_id, practitioner_ids),
        ("billing", billing.CoverageRow.patient_id, patient_ids),
        ("billing", billing.InvoiceRow.patient_id, patient_ids),
        ("billing", billing.InvoiceRow.appointment_id, appointment_ids),
        ("billing", billing.InvoiceRow.coverage_id, coverage_ids),
    ):
        assert await column(filled[url], attribute) <= known, attribute


async def test_patients_and_billing_agree_about_the_cards(filled: dict[str, str]) -> None:
    stub, card = patients.PatientCoverageRow, billing.CoverageRow
    theirs = await rows(filled["billing"], select(card.patient_id, card.id))
    ours = await rows(filled["patients"], select(stub.patient_id, stub.coverage_id))
    assert sorted(ours) == sorted(theirs)
    assert len(ours) > 300


async def test_appointments_remembers_the_patients_names(filled: dict[str, str]) -> None:
    known, replica = patients.PatientRow, appointments.PatientReplica
    name = func.coalesce(known.social_name, known.legal_name)
    theirs = await rows(filled["patients"], select(known.id, name, known.status))
    remembered = await rows(
        filled["appointments"], select(replica.id, replica.display_name, replica.status)
    )
    assert sorted(remembered) == sorted(theirs)


async def test_an_appointment_and_its_invoice_are_of_one_patient(filled: dict[str, str]) -> None:
    visit, invoice = appointments.Appointment, billing.InvoiceRow
    of_visit = dict(await rows(filled["appointments"], select(visit.id, visit.patient_id)))
    billed = await rows(filled["billing"], select(invoice.appointment_id, invoice.patient_id))
    assert all(of_visit[appointment] == patient for appointment, patient in billed)


async def test_every_record_is_as_it_was_signed(filled: dict[str, str]) -> None:
    database = Database(filled["records"])
    async with database.read() as session:
        heads = (await session.scalars(select(records.RecordHead.patient_id).limit(50))).all()
        for patient_id in heads:
            verified = await verify(session, patient_id)
            assert verified.documents > 0
            assert verified.broken_at is None
    await database.dispose()


async def test_sums_of_invoices_are_those_of_their_lines(filled: dict[str, str]) -> None:
    invoice, line, payment = billing.InvoiceRow, billing.InvoiceLineRow, billing.PaymentRow
    [(gross, plan, patient, paid)] = await rows(
        filled["billing"],
        select(
            func.sum(invoice.gross),
            func.sum(invoice.plan_pays),
            func.sum(invoice.patient_pays),
            func.sum(invoice.patient_paid) + func.sum(invoice.plan_paid),
        ),
    )
    by_line = select(func.sum(line.gross), func.sum(line.plan_pays), func.sum(line.patient_pays))
    assert await rows(filled["billing"], by_line) == [(gross, plan, patient)]
    assert plan + patient == gross
    assert await rows(filled["billing"], select(func.sum(payment.amount))) == [(paid,)]


async def test_the_last_numbers_are_remembered(filled: dict[str, str]) -> None:
    series, invoice = billing.InvoiceSeriesRow, billing.InvoiceRow
    remembered = await rows(filled["billing"], select(series.series, series.last_number))
    given = select(invoice.series, func.max(invoice.number)).group_by(invoice.series)
    assert sorted(remembered) == sorted(await rows(filled["billing"], given))


async def test_a_second_fill_is_refused_and_changes_nothing(filled: dict[str, str]) -> None:
    with pytest.raises(DatabasesHoldData, match=r"patients, appointments.* --reset"):
        await fill(filled, PLAN, QUIET)
    assert await rows(filled["patients"], select(func.count(patients.PatientRow.id))) == [(500,)]


def dump(url: str) -> str:
    """The rows as SQL; the order of a table's constraints is a migration's affair."""
    connection = sqlite3.connect(url.removeprefix("sqlite:///"))
    text = "\n".join(line for line in connection.iterdump() if line.startswith("INSERT"))
    connection.close()
    return text


def test_two_fills_of_one_plan_are_equal_to_the_byte(tmp_path: Path) -> None:
    dumps = []
    for name in ("one", "other"):
        urls = {s: f"sqlite:///{tmp_path}/{name}/{s}.db" for s in METADATA}
        asyncio.run(fill(urls, PLAN, QUIET))
        dumps.append([dump(url) for url in urls.values()])
    assert dumps[0] == dumps[1]
    assert len(dumps[0][0]) > 100_000


async def test_both_kinds_of_database_hold_the_same(
    filled: dict[str, str], empty_urls: dict[str, str]
) -> None:
    await fill(empty_urls, PLAN, QUIET)
    for service, metadata in METADATA.items():
        for table in metadata.sorted_tables:
            here = sorted(map(repr, await rows(filled[service], select(table))))
            there = sorted(map(repr, await rows(empty_urls[service], select(table))))
            assert here == there, table.name


def test_the_command_fills_refuses_and_resets(tmp_path: Path) -> None:
    asked = ["--data", str(tmp_path), "--reference-date", "2026-11-24"]
    first = CliRunner().invoke(seed, asked)
    assert first.exit_code == 0, first.output
    assert "patients" in first.output
    refused = CliRunner().invoke(seed, asked)
    assert refused.exit_code == 1
    assert "--reset" in refused.output
    before = dump(f"sqlite:///{tmp_path}/patients.db")
    again = CliRunner().invoke(seed, [*asked, "--reset", "--seed", "7"])
    assert again.exit_code == 0, again.output
    assert dump(f"sqlite:///{tmp_path}/patients.db") != before


def test_preparing_migrates_and_fills_only_what_is_empty(tmp_path: Path) -> None:
    asked = ["--data", str(tmp_path)]
    assert CliRunner().invoke(prepare, asked).exit_code == 0
    assert "alembic_version" in dump(f"sqlite:///{tmp_path}/patients.db")
    assert 'INSERT INTO "patients"' not in dump(f"sqlite:///{tmp_path}/patients.db")
    for _ in range(2):
        again = CliRunner().invoke(prepare, [*asked, "--seed", "tiny"])
        assert again.exit_code == 0, again.output
    assert 'INSERT INTO "patients"' in dump(f"sqlite:///{tmp_path}/patients.db")


def test_a_service_can_have_its_database_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    for service in METADATA:
        monkeypatch.delenv(f"{service.upper()}_DATABASE_URL", raising=False)
    monkeypatch.setenv("DATABASE_URL", "sqlite:///shared.db")
    monkeypatch.setenv("RECORDS_DATABASE_URL", "postgresql://elsewhere/records")
    urls = database_urls(Path("var"), "postgresql://here/sgm_{service}")
    assert urls["records"] == "postgresql://elsewhere/records"
    assert urls["billing"] == "postgresql://here/sgm_billing"
    assert database_urls(Path("var"))["billing"] == "sqlite:///var/billing.db"
