"""What others are told of records, and what this service does about what others tell."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select

from subgraphs.kit.auth.roles import Role
from subgraphs.kit.events.consumer import Delivery
from subgraphs.kit.events.event import Event
from subgraphs.kit.patients.snapshot import ERASED_NAME
from subgraphs.records.models import INBOX, OUTBOX, ClinicalDocument, PatientReplica
from subgraphs.records.service.following import consumer

EXAMS = {"examRequest": {"tussCodes": ["40304361", "40301630"], "clinicalIndication": "Anemia"}}
RECORD = """query ($r: [_Any!]!) { _entities(representations: $r) { ... on Patient {
  record { edges { node { id } } } allergies { substance } problems { diagnosis { cid10 } } } } }"""


async def told(graph: Any) -> list[Event]:
    await OUTBOX.publish(graph.database)
    async with graph.database.read() as session:
        return list(await OUTBOX.events_after(session, 0, 500))


class Feeds:
    """The feeds of patients and appointments."""

    def __init__(self, graph: Any, clock: Any) -> None:
        self.graph, self.clock = graph, clock
        self.events: dict[str, list[Event]] = {"patients": [], "appointments": []}

    async def _tell(self, source: str, type: str, id: str, version: int, payload: Any) -> None:
        kind = "Patient" if source == "patients" else "Appointment"
        told = self.events[source]
        told.append(
            Event(
                type,
                kind,
                id,
                version,
                payload,
                str(uuid4()),
                len(told) + 1,
                self.clock.now(),
            )
        )
        await self.deliver(source)

    async def deliver(self, source: str) -> None:
        async with self.graph.database.read() as session:
            after = await INBOX.position(session, source)
        events = [event for event in self.events[source] if event.position > after]
        await consumer.receive(self.graph.database, Delivery(source, after, events), self.clock)

    async def patient(self, type: str, id: str, version: int, **payload: Any) -> None:
        known = {"displayName": f"Nome {id}", "status": "ACTIVE", "mergedInto": None}
        await self._tell("patients", type, id, version, known | payload)

    async def visit(self, type: str, id: str, version: int, **payload: Any) -> None:
        known = {
            "status": "BOOKED",
            "patientId": "ana",
            "practitionerId": "reis",
            "start": self.clock.now().isoformat(),
        }
        await self._tell("appointments", type, id, version, known | payload)


@pytest.fixture
def feeds(graph: Any, clock: Any) -> Feeds:
    return Feeds(graph, clock)


async def test_an_encounter_and_its_documents_are_told_without_a_word_of_text(
    office: Any, graph: Any, clock: Any
) -> None:
    encounter = await office.encounter()
    await office.open("a1")  # again: the same one
    note = await office.signed(encounter)
    exams = await office.signed(encounter, content=EXAMS)
    await office.strike(note["id"], 2)
    await office.close(encounter)
    events = await told(graph)
    ids = {"appointmentId": "a1", "patientId": "ana", "practitionerId": "lima"}
    assert [(e.type, e.aggregate_id, e.version) for e in events] == [
        ("EncounterOpened", encounter, 1),
        ("DocumentSigned", note["id"], 2),
        ("DocumentSigned", exams["id"], 2),
        ("DocumentEnteredInError", note["id"], 3),
        ("EncounterClosed", encounter, 2),
    ]
    assert events[0].payload == events[4].payload == ids
    assert events[2].payload == ids | {
        "kind": "EXAM_REQUEST",
        "tussCodes": ["40304361", "40301630"],
        "amendsId": None,
        "encounterId": encounter,
        "serviceDay": "2026-03-02",
    }
    everything = str([event.to_record() for event in events])
    for text in ("Tosse", "Resfriado", "Repouso", "Anemia", "J00", "errado", "Helena"):
        assert text not in everything


async def test_an_amendment_tells_what_it_amends(office: Any, graph: Any) -> None:
    encounter = await office.encounter()
    note = await office.signed(encounter)
    await office.signed(encounter, amendsId=note["id"])
    signed = [event for event in await told(graph) if event.type == "DocumentSigned"]
    assert signed[1].payload["amendsId"] == note["id"]


async def test_what_is_refused_or_repeated_tells_nothing_more(office: Any, graph: Any) -> None:
    draft = await office.write(await office.encounter())
    key = str(uuid4())
    await office.sign(draft["id"], idempotencyKey=key)
    await office.sign(draft["id"], idempotencyKey=key)
    await office.sign(draft["id"], 2)
    assert [event.type for event in await told(graph)] == ["EncounterOpened", "DocumentSigned"]


async def test_an_emergency_is_told_without_its_reason(graph: Any) -> None:
    mutation = "mutation ($i: BreakGlassInput!) { breakGlass(input: $i) { __typename } }"
    given = {
        "idempotencyKey": str(uuid4()),
        "patientId": "ana",
        "justification": "Parada cardíaca na recepção",
    }
    await graph(mutation, i=given)
    (event,) = await told(graph)
    assert event.type == "RecordOpenedInEmergency"
    assert event.payload["patientId"] == "ana"
    assert "Parada" not in str(event.to_record())


async def test_who_is_to_see_a_patient_reads_up_before(
    open_graph: Any, token_of: Any, office_of: Any, clock: Any
) -> None:
    async with open_graph("required") as graph:
        lima = graph.signed_in(token_of(Role.PHYSICIAN, practitioner="lima"))
        await office_of(lima).signed(await office_of(lima).encounter())
        reis = graph.signed_in(token_of(Role.PHYSICIAN, practitioner="reis"))
        who = [{"__typename": "Patient", "id": "ana"}]

        async def reads() -> bool:
            return "errors" not in await reis.answer(RECORD, r=who)

        feeds = Feeds(graph, clock)
        assert not await reads()
        soon = (clock.now() + timedelta(days=30)).isoformat()
        late = (clock.now() + timedelta(days=30, seconds=1)).isoformat()
        await feeds.visit("AppointmentBooked", "v1", 1, start=late)
        assert not await reads()
        await feeds.visit("AppointmentBooked", "v2", 1, start=soon)
        assert await reads()
        await feeds.visit("AppointmentCancelled", "v2", 2, start=soon, status="CANCELLED")
        assert not await reads()
        await feeds.visit("AppointmentBooked", "v2", 1, start=soon)  # told again
        assert not await reads()


async def test_the_nursing_team_receives_who_has_arrived(
    open_graph: Any, token_of: Any, clock: Any
) -> None:
    async with open_graph("required") as graph:
        nurse = graph.signed_in(token_of(Role.NURSE))
        who = [{"__typename": "Patient", "id": "ana"}]
        feeds = Feeds(graph, clock)
        await feeds.visit("AppointmentBooked", "v1", 1)
        assert "errors" in await nurse.answer(RECORD, r=who)
        await feeds.visit("AppointmentArrived", "v1", 2, status="ARRIVED")
        assert "errors" not in await nurse.answer(RECORD, r=who)


async def of(graph: Any, id: str) -> dict[str, Any]:
    found = await graph(RECORD, r=[{"__typename": "Patient", "id": id}])
    patient: dict[str, Any] = found["_entities"][0]
    return patient


async def allergy(office: Any, encounter: str, substance: str) -> None:
    await office.do(
        "recordAllergy",
        "RecordAllergyInput",
        "{ __typename }",
        encounterId=encounter,
        substance=substance,
        criticality="HIGH",
    )


async def test_the_records_of_one_person_are_read_together_and_nothing_is_rewritten(
    office: Any, graph: Any, feeds: Feeds, clock: Any
) -> None:
    for id in ("ana", "bia", "eva"):
        await feeds.patient("PatientRegistered", id, 1)
    notes = []
    for number, id in enumerate(("ana", "bia", "ana")):
        encounter = await office.encounter(f"a{number}", id)
        notes.append((await office.signed(encounter))["id"])
        await allergy(office, encounter, f"Substância {number}")
        clock.advance(timedelta(minutes=1))
    before = await signed_bytes(graph)
    await feeds.patient("PatientMerged", "ana", 2, status="MERGED", mergedInto="bia")
    await feeds.patient("PatientMerged", "bia", 2, status="MERGED", mergedInto="eva")
    for id in ("ana", "bia", "eva"):
        found = await of(graph, id)
        assert [e["node"]["id"] for e in found["record"]["edges"]] == notes[::-1]
        assert [a["substance"] for a in found["allergies"]] == [
            "Substância 0",
            "Substância 1",
            "Substância 2",
        ]
        assert await office.verify(id) == {"documents": 3, "brokenAt": None}
    assert await signed_bytes(graph) == before
    assert '"patient":"ana"' in before[notes[0]]
    await feeds.patient("PatientUnmerged", "bia", 3)
    assert [e["node"]["id"] for e in (await of(graph, "bia"))["record"]["edges"]] == notes[::-1]
    assert (await of(graph, "eva"))["record"]["edges"] == []
    await feeds.patient("PatientUnmerged", "ana", 3)
    assert [e["node"]["id"] for e in (await of(graph, "bia"))["record"]["edges"]] == [notes[1]]


async def signed_bytes(graph: Any) -> dict[str, str]:
    async with graph.database.read() as session:
        columns = ClinicalDocument.id, ClinicalDocument.statement
        return dict((await session.execute(select(*columns))).all())


async def test_care_for_a_person_is_care_for_all_their_registrations(
    open_graph: Any, token_of: Any, office_of: Any, clock: Any
) -> None:
    async with open_graph("required") as graph:
        lima = graph.signed_in(token_of(Role.PHYSICIAN, practitioner="lima"))
        await office_of(lima).encounter("a1", "ana")
        feeds = Feeds(graph, clock)
        for id in ("ana", "bia"):
            await feeds.patient("PatientRegistered", id, 1)
        bia = [{"__typename": "Patient", "id": "bia"}]
        assert "errors" in await lima.answer(RECORD, r=bia)
        await feeds.patient("PatientMerged", "ana", 2, status="MERGED", mergedInto="bia")
        assert "errors" not in await lima.answer(RECORD, r=bia)


async def test_who_was_erased_does_not_come_back(graph: Any, feeds: Feeds) -> None:
    await feeds.patient("PatientRegistered", "ana", 1)
    await feeds.patient("PatientAnonymised", "ana", 2, status="ANONYMISED")
    for again in (None, INBOX.rewind, INBOX.forget):
        if again:
            async with graph.database.transaction() as session:
                await again(session, "patients")
            await feeds.deliver("patients")
        async with graph.database.read() as session:
            ana = await session.get(PatientReplica, "ana")
        assert ana is not None
        assert (ana.display_name, ana.status) == (ERASED_NAME, "ANONYMISED")
