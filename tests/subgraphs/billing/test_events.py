"""What billing tells, and what it charges when others tell of visits and documents."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import update

from subgraphs.billing.domain.charge import ChargeStatus
from subgraphs.billing.models import ChargeItemRow
from tests.subgraphs.billing.feeds import Feed, told

if TYPE_CHECKING:
    from tests.subgraphs.billing.conftest import Clinic

VISIT = {"patientId": "patient-1", "tussCode": "10101012", "serviceDay": "2026-11-24"}


async def charges_of(clinic: Clinic, appointment_id: str) -> list[tuple[str, str]]:
    query = (
        "query($r: [_Any!]!) { _entities(representations: $r)"
        " { ... on Appointment { chargeItems { tussCode status } } } }"
    )
    given = [{"__typename": "Appointment", "id": appointment_id}]
    found = (await clinic.ask(query, r=given))["_entities"][0]["chargeItems"]
    return sorted((charge["tussCode"], charge["status"]) for charge in found)


async def test_the_life_of_an_invoice_is_told_in_order(clinic: Clinic) -> None:
    issued = await clinic.issue(await clinic.draft(clinic.agenda.book()))
    await clinic.pay(issued, "180.00")
    other = await clinic.issue(await clinic.draft(clinic.agenda.book()))
    await clinic.cancel(other)
    events = await told(clinic)
    mine = [e for e in events if e.aggregate_id == issued["id"]]
    assert [e.type for e in mine] == ["InvoiceIssued", "InvoiceBalanced"]
    assert [e.version for e in mine] == [2, 3]
    assert mine[0].payload["gross"] == "180.00"
    theirs = [e.type for e in events if e.aggregate_id == other["id"]]
    assert theirs == ["InvoiceIssued", "InvoiceCancelled"]
    assert [e.type for e in events].count("ChargeItemCreated") == 2


async def test_a_part_payment_and_a_refusal_tell_nothing(clinic: Clinic) -> None:
    issued = await clinic.issue(await clinic.draft(clinic.agenda.book()))
    before = len(await told(clinic))
    await clinic.pay(issued, "10.00")
    assert (await clinic.pay(issued, "10.00"))["code"] == "STALE_VERSION"
    assert len(await told(clinic)) == before


async def test_a_free_return_is_issued_and_balanced_at_once(clinic: Clinic) -> None:
    visit = clinic.agenda.book(kind="RETURN", returnOf={"id": "earlier"})
    await clinic.issue(await clinic.draft(visit))
    events = await told(clinic, "InvoiceIssued", "InvoiceBalanced")
    assert [e.type for e in events] == ["InvoiceIssued", "InvoiceBalanced"]


async def test_a_signed_document_plans_each_code_once_however_often_it_is_told(
    clinic: Clinic,
) -> None:
    feed = Feed(clinic, "records")
    request = {**VISIT, "appointmentId": "visit", "tussCodes": ["40304361", "40301630", "40304361"]}
    await feed.tell("DocumentSigned", "ClinicalDocument", "request", **request)
    await feed.tell("DocumentSigned", "ClinicalDocument", "note", 1, **VISIT, appointmentId="visit")
    await feed.again()
    assert await charges_of(clinic, "visit") == [("40301630", "PLANNED"), ("40304361", "PLANNED")]
    assert len(await told(clinic, "ChargeItemCreated")) == 2


async def test_what_a_struck_out_document_requested_is_given_up(clinic: Clinic) -> None:
    feed = Feed(clinic, "records")
    request = {**VISIT, "appointmentId": "visit", "tussCodes": ["40304361"]}
    await feed.tell("DocumentSigned", "ClinicalDocument", "request", 2, **request)
    await feed.tell("DocumentEnteredInError", "ClinicalDocument", "request", 3)
    await feed.again()
    assert await charges_of(clinic, "visit") == [("40304361", "ABORTED")]


@pytest.mark.parametrize(
    ("service", "event"),
    [
        ("records", ("DocumentEnteredInError", "ClinicalDocument", "request", 3)),
        ("appointments", ("AppointmentCancelled", "Appointment", "visit", 3)),
    ],
)
async def test_what_is_billed_at_that_moment_is_not_given_up(
    clinic: Clinic, service: str, event: tuple[str, str, str, int]
) -> None:
    request = {**VISIT, "appointmentId": "visit", "tussCodes": ["40304361"]}
    await Feed(clinic, "signing").tell(
        "DocumentSigned", "ClinicalDocument", "request", 2, **request
    )
    async with clinic.database.transaction() as session:
        await session.execute(update(ChargeItemRow).values(status=ChargeStatus.BILLED))
        given_up = asyncio.create_task(Feed(clinic, service).tell(*event))
        await asyncio.sleep(0.3)
    await given_up
    assert await charges_of(clinic, "visit") == [("40304361", "BILLED")]


async def test_a_visit_that_took_place_is_charged_once_before_or_after_its_draft(
    clinic: Clinic,
) -> None:
    feed = Feed(clinic, "appointments")
    drafted, fulfilled = clinic.agenda.book(), clinic.agenda.book()
    await clinic.draft(drafted)
    for visit in (drafted, fulfilled):
        await feed.tell("AppointmentFulfilled", "Appointment", visit, 5, **VISIT)
    await feed.again()
    invoice = await clinic.issue(await clinic.draft(fulfilled))
    assert [line["gross"]["amount"] for line in invoice["lines"]] == ["180.00"]
    await feed.again()
    assert await charges_of(clinic, drafted) == [("10101012", "BILLABLE")]
    assert await charges_of(clinic, fulfilled) == [("10101012", "BILLED")]


async def test_an_event_that_says_too_little_is_kept_and_tried_again(clinic: Clinic) -> None:
    feed = Feed(clinic, "appointments")
    await feed.tell("AppointmentFulfilled", "Appointment", "visit", 5, patientId="patient-1")
    await feed.tell("SomethingElse", "Appointment", "visit", 6)
    await feed.tell("AppointmentFulfilled", "Appointment", "other", 5, **VISIT)
    assert await feed.parked() == 1
    assert await charges_of(clinic, "other") == [("10101012", "BILLABLE")]


async def test_no_event_holds_a_card_a_reason_or_a_password(clinic: Clinic) -> None:
    number = "00010100000000777"
    await clinic.mutate(
        "registerCoverage",
        patientId="patient-1",
        ansRegistry="000101",
        planName="Plano Secreto",
        cardNumber=number,
    )
    issued = await clinic.issue(await clinic.draft(clinic.agenda.book()))
    await clinic.cancel(issued, "motivo muito pessoal")
    everything = str([event.to_record() for event in await told(clinic)])
    for personal in (number, number[-4:], "Secreto", "pessoal"):
        assert personal not in everything


TO_CALL_OFF = "{ invoices(cancelRequested: true) { edges { node { id cancelRequestedAt } } } }"


@pytest.mark.parametrize(
    "type_", ["AppointmentCancelled", "AppointmentRescheduled", "AppointmentEnteredInError"]
)
async def test_a_visit_that_does_not_take_place_ends_its_draft_and_charges(
    clinic: Clinic, type_: str
) -> None:
    feed = Feed(clinic, "appointments")
    visit = clinic.agenda.book()
    clinic.agenda.request_exams(visit, "40304361")
    await clinic.draft(visit)
    await feed.tell(type_, "Appointment", visit, 3, **VISIT)
    await feed.again()
    assert await charges_of(clinic, visit) == [("10101012", "ABORTED")]
    listed = "{ invoices { edges { node { status cancelReason } } } }"
    [edge] = (await clinic.ask(listed))["invoices"]["edges"]
    assert edge["node"] == {"status": "CANCELLED", "cancelReason": "A consulta não aconteceu."}
    assert (await clinic.ask(TO_CALL_OFF))["invoices"]["edges"] == []
    assert len(await told(clinic, "InvoiceCancelled")) == 1


async def test_an_issued_invoice_of_such_a_visit_waits_for_a_person(clinic: Clinic) -> None:
    feed = Feed(clinic, "appointments")
    visit = clinic.agenda.book()
    issued = await clinic.issue(await clinic.draft(visit))
    await feed.tell("AppointmentEnteredInError", "Appointment", visit, 3, **VISIT)
    await feed.again()
    [edge] = (await clinic.ask(TO_CALL_OFF))["invoices"]["edges"]
    assert edge["node"]["id"] == issued["id"]
    assert await charges_of(clinic, visit) == [("10101012", "BILLED")]
    stale = await clinic.cancel(issued)
    assert stale["code"] == "STALE_VERSION", "whoever saw it before sees first that it changed"
    issued["version"] += 1
    assert (await clinic.cancel(issued))["status"] == "CANCELLED"
    assert (await clinic.ask(TO_CALL_OFF))["invoices"]["edges"] == []
