"""Each way in which the services can disagree, made: what must then be found."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
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
from subgraphs.reconcile.finding import Drift
from subgraphs.records.models import Encounter, VisitReplica
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


@pytest.fixture
def make_drifts() -> Callable[[Network], Awaitable[Found]]:
    """Makes all of them, and says what must be found."""

    async def make(network: Network) -> Found:
        return {found for kind in DRIFTS for found in await kind(network)}

    return make


@pytest.fixture
def network_of() -> Callable[[Mapping[str, str]], Any]:
    """Opens the databases at these addresses."""

    @asynccontextmanager
    async def opened(urls: Mapping[str, str]) -> AsyncIterator[Network]:
        async with databases(urls) as found:
            yield Network(found)

    return opened
