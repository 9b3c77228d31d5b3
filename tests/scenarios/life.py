"""One visit with its encounter, documents and invoice: as the router has them, and as it should.

Each action works out beforehand what must come of it (`expected`), does it through the router, and
then compares everything: what was refused must have changed nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

from expected import BILLABLE, HERE, LONG_AGO, Care, Document, Invoice, Visit
from people import Person
from workplace import World

OBSERVED = """query($id: ID!) { appointment(id: $id) { status version
    encounter { version closedAt documents { id status version } } } }"""
BILLED = "query($id: ID!) { invoice(id: $id) { version status paid { amount } } }"
NOTE = "... on ConsultationNote { id version status }"
INVOICE = "... on Invoice { id version status }"


@dataclass
class Life:
    """A visit, as it should be by now."""

    world: World = field(repr=False)
    visit: Visit = field(default_factory=lambda: Visit("", "PROPOSED", 0, LONG_AGO))
    encounter: str | None = None
    encounter_version: int = 1
    closed: bool = False
    documents: list[Document] = field(default_factory=list)
    invoice: Invoice | None = None
    last: tuple[Person, str, str, dict[str, Any], str] | None = field(default=None, repr=False)

    @property
    def now(self) -> datetime:
        """What the clock shows."""
        return self.world.network.clock.now()

    @property
    def care(self) -> Care:
        """What was written down so far."""
        signed = any(document.status in ("SIGNED", "AMENDED") for document in self.documents)
        return Care(self.encounter is not None and not self.closed, signed)

    async def begin(self, *, held: bool) -> Life:
        """On a fresh Monday at half past seven, the first free slot is booked, or held."""
        world = self.world
        days = 10 - self.now.weekday()  # three at least: what was booked before is over by then
        monday = (self.now + timedelta(days=days)).replace(hour=10, minute=30)
        world.until(monday)
        patient = await world.patient(f"Vida {uuid4().hex}")
        found = await world.reception.get(
            "query($search: SlotSearchInput!) { availableSlots(search: $search, first: 1) {"
            " token start } }",
            search={
                "serviceId": world.service_id,
                "from": (self.now + timedelta(minutes=1)).isoformat(),
                "to": (self.now + timedelta(days=10)).isoformat(),
            },
        )
        [slot] = found["availableSlots"]
        made = await world.reception.do(
            "holdSlot" if held else "bookAppointment",
            "id version status start holdUntil",
            slotToken=slot["token"],
            patientId=patient["id"],
        )
        self.visit = Visit(
            made["id"],
            made["status"],
            made["version"],
            datetime.fromisoformat(made["start"]),
            self.now + timedelta(minutes=10) if held else None,
        )
        await self.check()
        return self

    def wait(self, minutes: float) -> None:
        """Time passes."""
        self.world.later(minutes)

    def until_start(self) -> None:
        """Time passes until the visit should begin, if that is still to come."""
        self.world.until(max(self.visit.starts_at, self.now))

    async def move(self, target: str, *, reason: str | None, stale: bool = False) -> bool:
        """Move the visit, and look at everything; whether that was to work."""
        moved = await self.attempt(target, reason=reason, stale=stale)
        await self.check()
        return moved

    async def attempt(self, target: str, *, reason: str | None, stale: bool = False) -> bool:
        """Move the visit; whether that was to work."""
        visit, care = self.visit, self.care
        expected = "StaleVersion" if stale else visit.refusal(target, reason, self.now, care)
        await self.call(
            self.world.physician,
            "transitionAppointment",
            "... on Appointment { id }",
            expected or "Appointment",
            id=visit.id,
            expectedVersion=visit.version + stale,
            to=target,
            reason=reason,
        )
        if expected is None:
            visit.status, visit.version = target, visit.version + 1
        return expected is None

    async def open_encounter(self) -> None:
        """The physician calls the patient in."""
        expected = None if self.visit.status in HERE else "AppointmentNotEligible"
        made = await self.call(
            self.world.physician,
            "openEncounter",
            "... on Encounter { id }",
            expected or "Encounter",
            appointmentId=self.visit.id,
        )
        if expected is None:
            assert self.encounter in (None, made["id"]), "a visit has one encounter"
            self.encounter = made["id"]
        await self.check()

    async def close_encounter(self, *, stale: bool = False) -> None:
        """The physician is done."""
        assert self.encounter
        expected = None
        if self.closed:
            expected = "EncounterClosed"
        elif stale:
            expected = "StaleVersion"
        elif any(document.status == "DRAFT" for document in self.documents):
            expected = "EncounterHasDrafts"
        await self.call(
            self.world.physician,
            "closeEncounter",
            "... on Encounter { id }",
            expected or "Encounter",
            id=self.encounter,
            expectedVersion=self.encounter_version + stale,
        )
        if expected is None:
            self.closed, self.encounter_version = True, self.encounter_version + 1
        await self.check()

    async def write(self, amended: Document | None = None) -> None:
        """A note is begun, perhaps the amendment of another."""
        expected = None
        if self.closed and amended is None:
            expected = "EncounterClosed"
        elif amended is not None and amended.status != "SIGNED":
            expected = "DocumentTransitionNotAllowed"
        made = await self.call(
            self.world.physician,
            "writeDocument",
            NOTE,
            expected or "ConsultationNote",
            encounterId=self.encounter,
            amendsId=amended.id if amended else None,
            content={"consultationNote": {"assessment": "Estável.", "diagnoses": ["I10"]}},
        )
        if expected is None:
            self.documents.append(Document(made["id"], amends=amended))
        await self.check()

    async def change(self, document: Document, mutation: str, *, stale: bool = False) -> None:
        """A note is edited, signed, discarded or struck."""
        expected = document.refusal(mutation, stale=stale)
        more: dict[str, Any] = {
            "editDocument": {"content": {"consultationNote": {"assessment": "Melhor."}}},
            "strikeDocument": {"reason": "Paciente trocado."},
        }.get(mutation, {})
        await self.call(
            self.world.physician,
            mutation,
            NOTE,
            expected or "ConsultationNote",
            id=document.id,
            expectedVersion=document.version + stale,
            **more,
        )
        if expected is None:
            document.changed(mutation)
        await self.check()

    async def draft_invoice(self) -> None:
        """The visit is billed."""
        expected = None
        if self.visit.status not in BILLABLE:
            expected = "AppointmentNotBillable"
        elif self.invoice is not None and not self.invoice.dead:
            expected = "AlreadyInvoiced"
        made = await self.call(
            self.world.biller,
            "createInvoice",
            INVOICE,
            expected or "Invoice",
            appointmentId=self.visit.id,
        )
        if expected is None:
            self.invoice = Invoice(made["id"])
        await self.check()

    async def bill(self, mutation: str, *, stale: bool = False, amount: str = "") -> None:
        """The invoice is issued, paid, cancelled, or struck out."""
        invoice = self.invoice
        assert invoice
        expected = "StaleVersion" if stale else invoice.refusal(mutation, amount)
        more = {
            "issueInvoice": {},
            "registerPayment": {"amount": amount, "method": "TRANSFER"},
        }.get(mutation, {"reason": "Lançada por engano."})
        await self.call(
            self.world.biller,
            mutation,
            INVOICE,
            expected or "Invoice",
            invoiceId=invoice.id,
            expectedVersion=invoice.version + stale,
            **more,
        )
        if expected is None:
            invoice.changed(mutation, amount)
        await self.check()

    async def refund(self, approver: Person) -> None:
        """All that was paid goes back, if somebody else says so."""
        assert self.invoice
        found = await self.world.biller.get(
            "query($id: ID!) { invoice(id: $id) { payments { id amount { amount }"
            " refunds { status } } } }",
            id=self.invoice.id,
        )
        for payment in found["invoice"]["payments"]:
            if payment["refunds"]:
                continue
            amount = payment["amount"]["amount"]
            asked = await self.world.biller.do(
                "requestRefund", "id", paymentId=payment["id"], amount=amount, reason="Engano."
            )
            alone = await self.world.biller.attempt(
                "decideRefund", refundId=asked["id"], approve=True
            )
            assert alone["__typename"] == "SamePerson"
            await self.check()
            await approver.do("decideRefund", "id", refundId=asked["id"], approve=True)
            self.invoice.settle(-Decimal(amount))
            await self.check()

    async def call(
        self, person: Person, mutation: str, fields: str, expected: str, **input: Any
    ) -> dict[str, Any]:
        """A mutation; its answer must be of the type that is expected."""
        input = {"idempotencyKey": str(uuid4())} | input
        answer = await person.attempt(mutation, fields, **input)
        assert answer["__typename"] == expected, (mutation, input, answer, self)
        self.last = person, mutation, fields, input, expected
        return answer

    async def repeat(self) -> None:
        """The last mutation comes once more, by its key: it is answered alike, and done once."""
        if self.last is None:
            return
        person, mutation, fields, input, outcome = self.last
        again = await person.attempt(mutation, fields, **input)
        assert again["__typename"] == outcome, (mutation, input, again)
        await self.check()

    async def check(self) -> None:
        """Everything is as it should be."""
        seen = (await self.world.physician.get(OBSERVED, id=self.visit.id))["appointment"]
        assert (seen["status"], seen["version"]) == (self.visit.status, self.visit.version), self
        encounter = seen["encounter"]
        assert (encounter is not None) == (self.encounter is not None)
        if encounter is not None:
            told = encounter["version"], encounter["closedAt"] is not None
            assert told == (self.encounter_version, self.closed), self
            written = {
                (document["id"], document["status"], document["version"])
                for document in encounter["documents"]
            }
            assert written == {(one.id, one.status, one.version) for one in self.documents}, self
        if self.invoice is not None:
            billed = (await self.world.biller.get(BILLED, id=self.invoice.id))["invoice"]
            assert billed == {
                "version": self.invoice.version,
                "status": self.invoice.status,
                "paid": {"amount": f"{self.invoice.paid:.2f}"},
            }, self
