"""What billing tells the others, and what it does about what they tell: once, and nothing lost."""

from __future__ import annotations

import asyncio
import random
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import update

from subgraphs.billing.domain.charge import ChargeStatus
from subgraphs.billing.models import INBOX, OUTBOX, ChargeItemRow
from subgraphs.billing.service.following import consumer
from subgraphs.kit.events.consumer import Delivery
from subgraphs.kit.events.event import Event
from subgraphs.kit.identifiers import new_id

if TYPE_CHECKING:
    from tests.subgraphs.billing.conftest import Clinic

VISIT = {"patientId": "patient-1", "tussCode": "10101012", "serviceDay": "2026-11-24"}


class Feed:
    """A service whose events billing reads, page by page."""

    def __init__(self, clinic: Clinic, name: str) -> None:
        self.clinic, self.name, self.position = clinic, name, 0
        self.told: list[Event] = []

    async def tell(self, type_: str, kind: str, id: str, version: int = 1, **payload: Any) -> None:
        """The next event, read at once."""
        event = Event(
            type=type_,
            aggregate_type=kind,
            aggregate_id=id,
            version=version,
            payload=payload,
            id=new_id(),
            position=len(self.told) + 1,
            occurred_at=self.clinic.clock.now(),
        )
        self.told.append(event)
        await self.read([event])

    async def read(self, events: list[Event]) -> None:
        database, clock = self.clinic.database, self.clinic.clock
        async with database.read() as session:
            after = await INBOX.position(session, self.name)
        await consumer.receive(database, Delivery(self.name, after, events), clock)

    async def again(self) -> None:
        """Everything told once more from the beginning, under new ids too."""
        async with self.clinic.database.transaction() as session:
            await INBOX.rewind(session, self.name)
        await self.read(self.told)
        async with self.clinic.database.transaction() as session:
            await INBOX.forget(session, self.name)
        await self.read([replace(event, id=new_id()) for event in self.told])

    async def parked(self) -> int:
        async with self.clinic.database.read() as session:
            return await INBOX.parked(session, self.name)


async def told(clinic: Clinic, *types: str) -> list[Event]:
    await OUTBOX.publish(clinic.database)
    async with clinic.database.read() as session:
        events = await OUTBOX.events_after(session, 0, 500)
    return [event for event in events if not types or event.type in types]


async def of_patient(clinic: Clinic, patient_id: str) -> dict[str, Any]:
    query = (
        "query($r: [_Any!]!) { _entities(representations: $r) { ... on Patient { id"
        " coverages { id } balance { amount }"
        " invoices(first: 2) { edges { node { id patient { id } } } pageInfo { hasNextPage } }"
        " } } }"
    )
    given = [{"__typename": "Patient", "id": patient_id}]
    found: dict[str, Any] = (await clinic.ask(query, r=given))["_entities"][0]
    return found


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


async def test_merged_patients_have_one_account_and_parted_ones_their_own(clinic: Clinic) -> None:
    feed = Feed(clinic, "patients")
    old = await clinic.issue(await clinic.draft(clinic.agenda.book(patient={"id": "twin"})))
    new = await clinic.issue(await clinic.draft(clinic.agenda.book()))
    apart = [await of_patient(clinic, id) for id in ("patient-1", "twin")]
    await feed.tell("PatientMerged", "Patient", "twin", 2, mergedInto="patient-1")
    for patient_id in ("patient-1", "twin"):
        together = await of_patient(clinic, patient_id)
        assert together["balance"]["amount"] == "360.00"
        nodes = [edge["node"] for edge in together["invoices"]["edges"]]
        assert [node["id"] for node in nodes] == [new["id"], old["id"]]
        assert {node["patient"]["id"] for node in nodes} == {"patient-1"}
        assert not together["invoices"]["pageInfo"]["hasNextPage"]
    await feed.tell("PatientUnmerged", "Patient", "twin", 3, mergedInto=None)
    assert [await of_patient(clinic, id) for id in ("patient-1", "twin")] == apart


async def test_a_chain_of_merges_ends_at_one_patient_and_replay_changes_nothing(
    clinic: Clinic,
) -> None:
    feed = Feed(clinic, "patients")
    for source, target in (("a", "b"), ("b", "patient-1"), ("d", "b")):
        await feed.tell("PatientMerged", "Patient", source, 2, mergedInto=target)
    await clinic.issue(await clinic.draft(clinic.agenda.book(patient={"id": "a"})))
    for _ in range(2):
        for patient_id in ("a", "b", "d", "patient-1"):
            assert (await of_patient(clinic, patient_id))["balance"]["amount"] == "180.00"
        await feed.again()
    assert await feed.parked() == 0


async def test_an_old_merge_that_comes_late_does_not_undo_the_parting(clinic: Clinic) -> None:
    feed = Feed(clinic, "patients")
    await feed.tell("PatientUnmerged", "Patient", "twin", 3, mergedInto=None)
    await feed.tell("PatientMerged", "Patient", "twin", 2, mergedInto="patient-1")
    await clinic.issue(await clinic.draft(clinic.agenda.book(patient={"id": "twin"})))
    assert (await of_patient(clinic, "patient-1"))["balance"]["amount"] == "0.00"


async def test_two_registrations_that_point_at_each_other_do_not_hang(clinic: Clinic) -> None:
    feed = Feed(clinic, "patients")
    await feed.tell("PatientMerged", "Patient", "a", 2, mergedInto="b")
    await feed.tell("PatientMerged", "Patient", "b", 2, mergedInto="a")
    assert (await of_patient(clinic, "a"))["balance"]["amount"] == "0.00"


async def test_erasure_removes_the_cards_that_nothing_rests_on(clinic: Clinic) -> None:
    feed = Feed(clinic, "patients")
    cards = [
        (
            await clinic.mutate(
                "registerCoverage",
                patientId="patient-1",
                ansRegistry="000101",
                planName="Vida Plena",
                cardNumber=f"00010100000000000{index}",
            )
        )["id"]
        for index in range(2)
    ]
    await clinic.draft(clinic.agenda.book(coverage_id=cards[0]))
    await feed.tell("PatientAnonymised", "Patient", "patient-1", 2, mergedInto=None)
    await feed.again()
    assert [c["id"] for c in (await of_patient(clinic, "patient-1"))["coverages"]] == [cards[0]]
    removed = await told(clinic, "CoverageRemoved")
    assert [(e.aggregate_id, e.payload["patientId"]) for e in removed] == [(cards[1], "patient-1")]


async def test_erasure_reaches_the_cards_of_merged_registrations(clinic: Clinic) -> None:
    feed = Feed(clinic, "patients")
    await clinic.mutate(
        "registerCoverage",
        patientId="patient-2",
        ansRegistry="000101",
        planName="Vida Plena",
        cardNumber="000101000000000001",
    )
    await feed.tell("PatientMerged", "Patient", "patient-2", 2, mergedInto="patient-1")
    assert len((await of_patient(clinic, "patient-1"))["coverages"]) == 1
    await feed.tell("PatientAnonymised", "Patient", "patient-1", 2, mergedInto=None)
    assert (await of_patient(clinic, "patient-1"))["coverages"] == []
    [removed] = await told(clinic, "CoverageRemoved")
    assert removed.payload["patientId"] == "patient-2"


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


@pytest.mark.parametrize("seed", range(3))
async def test_merges_end_alike_in_any_order_of_patients(clinic: Clinic, seed: int) -> None:
    feed = Feed(clinic, "patients")
    facts = [("a", 2, "PatientMerged", "b"), ("b", 2, "PatientMerged", "c"), ("d", 2,
             "PatientMerged", "c"), ("d", 3, "PatientUnmerged", None)]  # fmt: skip
    random.Random(seed).shuffle(facts)
    for source, version, type_, target in facts:
        await feed.tell(type_, "Patient", source, version, mergedInto=target)
    await clinic.issue(await clinic.draft(clinic.agenda.book(patient={"id": "a"})))
    owed = {id: (await of_patient(clinic, id))["balance"]["amount"] for id in "abcd"}
    assert owed == {"a": "180.00", "b": "180.00", "c": "180.00", "d": "0.00"}


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
