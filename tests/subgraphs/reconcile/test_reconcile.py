"""Each way in which the services can disagree, made and found; and nothing where they agree."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result
from sqlalchemy import delete, insert, select, update

from subgraphs.appointments.models import Appointment
from subgraphs.appointments.models import PatientReplica as AgendaReplica
from subgraphs.billing.models import (
    INBOX,
    ChargeItemRow,
    CoverageRow,
    InvoiceRow,
    MergedPatientRow,
)
from subgraphs.kit.database import Database
from subgraphs.kit.events.event import Event, Fact
from subgraphs.kit.events.inbox import Outcome
from subgraphs.patients.models import PatientCoverageRow, PatientRow
from subgraphs.patients.models import outbox as patients_outbox
from subgraphs.reconcile.checks import CHECKS
from subgraphs.reconcile.command import reconcile as command
from subgraphs.reconcile.finding import Drift, Finding
from subgraphs.reconcile.reconciliation import count, reconcile
from subgraphs.records.models import ClinicalDocument, Encounter, VisitReplica
from subgraphs.records.models import PatientReplica as RecordsReplica

NOBODY = "0193a7c0-0000-7000-8000-000000000000"
FOLLOWERS = ("appointments", "records", "billing")
NOW = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)


@asynccontextmanager
async def databases(urls: Mapping[str, str]) -> AsyncIterator[dict[str, Database]]:
    async with AsyncExitStack() as stack:
        opened = {name: Database(url) for name, url in urls.items()}
        for database in opened.values():
            stack.push_async_callback(database.dispose)
        yield opened


@dataclass
class Network:
    """The databases, and their rows by which drifts are made."""

    databases: dict[str, Database]

    async def all(self, service: str, statement: Any) -> list[Any]:
        async with self.databases[service].read() as session:
            return list((await session.execute(statement)).all())

    async def row(self, service: str, model: Any, *where: Any, skip: int = 0) -> dict[str, Any]:
        table = model.__table__
        chosen = select(table).where(*where).order_by(*table.primary_key.columns).offset(skip)
        return dict((await self.all(service, chosen.limit(1)))[0]._mapping)

    async def visits(self, status: str) -> list[str]:
        """Two visits in a state."""
        where = Appointment.status == status
        rows = [await self.row("appointments", Appointment, where, skip=skip) for skip in (0, 1)]
        return [row["id"] for row in rows]

    async def change(self, service: str, *statements: Any) -> None:
        async with self.databases[service].transaction() as session:
            for statement in statements:
                await session.execute(statement)

    async def copy(self, service: str, model: Any, row: dict[str, Any], **other: Any) -> None:
        await self.change(service, insert(model.__table__).values({**row, **other}))

    async def draft_invoice(self, number: int, **other: Any) -> str:
        """A draft beside those that are there."""
        id = f"{NOBODY[:-2]}a{number}"
        row = await self.row("billing", InvoiceRow)
        draft = {"status": "DRAFT", "number": None, "patient_paid": 0, "plan_paid": 0}
        await self.copy("billing", InvoiceRow, row, **{**draft, "id": id, **other})
        return id

    async def charge(self, number: int, **other: Any) -> str:
        """A charge beside those that are there."""
        id = f"{NOBODY[:-2]}b{number}"
        row = await self.row("billing", ChargeItemRow)
        new = {"status": "BILLABLE", "document_id": None}
        await self.copy("billing", ChargeItemRow, row, **{**new, "id": id, **other})
        return id


Found = set[tuple[Drift, str, str]]


async def events(network: Network) -> Found:
    fact = Fact("PatientRenamed", "Patient", NOBODY, 2, {"displayName": "Fulana"})
    async with network.databases["patients"].transaction() as session:
        await patients_outbox.record(session, fact, NOW)
    parked = Event("T", "Patient", NOBODY, 1, {}, id=NOBODY, position=1, occurred_at=NOW)
    async with network.databases["billing"].transaction() as session:
        await INBOX.add(session, "records", parked, Outcome.PARKED, NOW)
    behind = {(Drift.EVENTS_BEHIND, one, "patients") for one in FOLLOWERS}
    return behind | {(Drift.EVENTS_PARKED, "billing", "records")}


async def patients(network: Network) -> Found:
    first, second = [
        (await network.row("patients", PatientRow, PatientRow.status == "ACTIVE", skip=skip))["id"]
        for skip in (0, 1)
    ]
    await network.change("records", delete(RecordsReplica).where(RecordsReplica.id == first))
    wrong = update(AgendaReplica).where(AgendaReplica.id == second)
    await network.change("appointments", wrong.values(display_name="Nome Que Ninguém Vê"))
    replica = await network.row("records", RecordsReplica)
    await network.copy("records", RecordsReplica, replica, id=NOBODY)
    return {
        (Drift.PATIENT_NOT_REMEMBERED, "records", first),
        (Drift.PATIENT_REMEMBERED_WRONG, "appointments", second),
        (Drift.PATIENT_OF_NOBODY, "records", NOBODY),
    }


async def visits(network: Network) -> Found:
    first, second = [
        (
            await network.row(
                "appointments", Appointment, Appointment.status == "NO_SHOW", skip=skip
            )
        )["id"]
        for skip in (0, 1)
    ]
    moved = update(VisitReplica).where(VisitReplica.id == second).values(status="BOOKED")
    await network.change("records", delete(VisitReplica).where(VisitReplica.id == first), moved)
    encounter = await network.row("records", Encounter)
    await network.copy("records", Encounter, encounter, id=NOBODY, appointment_id=NOBODY)
    return {
        (Drift.VISIT_NOT_REMEMBERED, "records", first),
        (Drift.VISIT_REMEMBERED_WRONG, "records", second),
        (Drift.ENCOUNTER_WITHOUT_VISIT, "records", NOBODY),
    }


async def charges(network: Network) -> Found:
    held = await network.row("appointments", Appointment, Appointment.status == "FULFILLED")
    long_ago = {
        "starts_at": NOW - timedelta(days=5000),
        "ends_at": NOW - timedelta(days=4999, hours=23),
    }
    uncharged = {"id": f"{NOBODY[:-1]}c", "return_of_id": None, **long_ago}
    await network.copy("appointments", Appointment, held, **uncharged)
    replica = await network.row("records", VisitReplica, VisitReplica.id == held["id"])
    remembered = {"id": uncharged["id"], "starts_at": long_ago["starts_at"]}
    await network.copy("records", VisitReplica, replica, **remembered)

    planned = await network.row("billing", ChargeItemRow, ChargeItemRow.status == "PLANNED")
    await network.change("billing", delete(ChargeItemRow).where(ChargeItemRow.id == planned["id"]))
    missed = await network.row("appointments", Appointment, Appointment.status == "CANCELLED")
    return {
        (Drift.VISIT_NOT_CHARGED, "billing", uncharged["id"]),
        (Drift.REQUEST_NOT_CHARGED, "billing", planned["document_id"]),
        (Drift.CHARGE_WITHOUT_VISIT, "billing", await network.charge(1, appointment_id=NOBODY)),
        (
            Drift.CHARGE_OF_VISIT_NOT_HELD,
            "billing",
            await network.charge(2, appointment_id=missed["id"]),
        ),
        (
            Drift.CHARGE_WITHOUT_DOCUMENT,
            "billing",
            await network.charge(3, appointment_id=held["id"], document_id=NOBODY),
        ),
    }


async def invoices(network: Network) -> Found:
    booked = await network.visits("BOOKED")
    merged = await network.row("billing", MergedPatientRow)
    await network.change(
        "billing",
        delete(MergedPatientRow).where(MergedPatientRow.source_id == merged["source_id"]),
    )
    owing = await network.row("billing", InvoiceRow, InvoiceRow.status == "ISSUED")
    erased = owing["patient_id"]
    for service, model in (
        ("patients", PatientRow),
        ("appointments", AgendaReplica),
        ("records", RecordsReplica),
    ):
        one = update(model).where(model.id == erased).values(status="ANONYMISED")
        await network.change(service, one)
    open_ones = select(InvoiceRow.id).where(
        InvoiceRow.patient_id == erased,
        InvoiceRow.status.in_(["ISSUED", "PARTIALLY_PAID"]),
    )
    of_erased = {row.id for row in await network.all("billing", open_ones)}
    known = await network.row("patients", PatientRow, PatientRow.status == "ACTIVE", skip=2)
    return {
        (
            Drift.INVOICE_WITHOUT_VISIT,
            "billing",
            await network.draft_invoice(1, appointment_id=NOBODY, patient_id=known["id"]),
        ),
        (
            Drift.INVOICE_WITHOUT_PATIENT,
            "billing",
            await network.draft_invoice(2, appointment_id=booked[0], patient_id=NOBODY),
        ),
        (
            Drift.INVOICE_OF_MERGED_PATIENT,
            "billing",
            await network.draft_invoice(
                3, appointment_id=booked[1], patient_id=merged["source_id"]
            ),
        ),
        *((Drift.INVOICE_OF_ERASED_PATIENT, "billing", id) for id in of_erased),
    }


async def cards(network: Network) -> Found:
    card = await network.row("billing", CoverageRow)
    unlinked = delete(PatientCoverageRow).where(PatientCoverageRow.coverage_id == card["id"])
    await network.change("patients", unlinked)
    link = await network.row("patients", PatientCoverageRow)
    await network.copy("patients", PatientCoverageRow, link, coverage_id=NOBODY)
    return {
        (Drift.CARD_NOT_LINKED, "patients", card["id"]),
        (Drift.CARD_WITHOUT_COVERAGE, "patients", NOBODY),
    }


DRIFTS: tuple[Callable[[Network], Awaitable[Found]], ...] = (
    events,
    patients,
    visits,
    charges,
    invoices,
    cards,
)


def run(urls: Mapping[str, str], *more: str) -> Result:
    """The command, told the databases by the services' own variables."""
    variables = {f"{name.upper()}_DATABASE_URL": url for name, url in urls.items()}
    return CliRunner().invoke(command, ["--settle", "0", *more], env=variables)


def as_found(findings: tuple[Finding, ...]) -> Found:
    return {(one.drift, one.service, one.reference) for one in findings}


def test_a_made_up_network_agrees_with_itself_and_every_drift_is_found(
    filled: dict[str, str],
) -> None:
    clean = run(filled)
    assert (clean.exit_code, clean.output[:19]) == (0, "The services agree:"), clean.output

    async def drift() -> tuple[Found, Found, set[str]]:
        async with databases(filled) as opened:
            network, made = Network(opened), set()
            for kind in DRIFTS:
                made |= await kind(network)
            found = await reconcile(opened, 0, lambda _title, _rows: None)
            people = await network.all("patients", select(PatientRow.legal_name, PatientRow.cpf))
            return made, as_found(found.findings), {text for row in people for text in row if text}

    made, found, personal = asyncio.run(drift())
    assert found == made
    assert {drift for drift, _, _ in made} == set(Drift), "every kind was made"

    shown = run(filled)
    assert shown.exit_code == 1
    for kind in Drift:
        assert f"{kind.name}: " in shown.output
        assert kind.remedy in shown.output
    machine = run(filled, "--format", "json")
    assert machine.exit_code == 1
    told = {
        (Drift[one["kind"]], place["service"], place["reference"])
        for one in json.loads(machine.output)["drift"]
        for place in one["places"]
    }
    assert told == made
    for text in (*personal, "Nome Que Ninguém Vê"):
        assert text not in shown.output + machine.output


async def test_what_is_only_under_way_is_no_drift(filled: dict[str, str]) -> None:
    async with databases(filled) as opened:
        network, looked = Network(opened), asyncio.Event()
        before = await reconcile(opened, 0, lambda _title, _rows: None)
        card = await network.row("billing", CoverageRow, skip=7)
        link = await network.row(
            "patients", PatientCoverageRow, PatientCoverageRow.coverage_id == card["id"]
        )
        unlinked = delete(PatientCoverageRow).where(PatientCoverageRow.coverage_id == card["id"])
        await network.change("patients", unlinked)
        left = await count(opened)

        def advance(_title: str, rows: int) -> None:
            nonlocal left
            left -= rows
            if left == 0:
                looked.set()

        comparing = asyncio.create_task(reconcile(opened, 1.5, advance))
        await looked.wait()
        await network.copy("patients", PatientCoverageRow, link)

        assert as_found((await comparing).findings) == as_found(before.findings)


def test_a_database_that_is_not_there_is_told_and_not_made(tmp_path: Path) -> None:
    ended = CliRunner().invoke(command, ["--data", str(tmp_path)])

    assert ended.exit_code == 2
    assert f"there is no {tmp_path}/patients.db" in ended.output
    assert list(tmp_path.iterdir()) == []


def test_a_server_that_does_not_answer_is_told() -> None:
    nowhere = "postgresql://nobody@127.0.0.1:1/{service}"
    ended = CliRunner().invoke(command, ["--database-url", nowhere])

    assert ended.exit_code == 2
    assert "cannot be read" in ended.output


def test_documents_are_looked_through_for_their_codes_alone() -> None:
    columns = {column.name for check in CHECKS for column in check.rows.selected_columns}
    assert columns & {"cpf", "phone", "email", "card_number", "birth_date"} == set()
    assert ClinicalDocument.__table__.c.content.name in columns
