"""One visit with its encounter, documents and invoice: as the router has them, and as it should.

Each action works out beforehand what must come of it, by tables and guards of its own, does it
through the router, and then compares everything: what was refused must have changed nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from typing import Any
from uuid import uuid4

from people import Person
from world import World

SAO_PAULO = timezone(timedelta(hours=-3))
PRICE = Decimal("180.00")
LONG_AGO = datetime(2026, 1, 1, tzinfo=SAO_PAULO)

VISIT_EDGES = {
    "PENDING": {"BOOKED", "CANCELLED", "ENTERED_IN_ERROR"},
    "BOOKED": {"ARRIVED", "NO_SHOW", "CANCELLED", "ENTERED_IN_ERROR"},
    "ARRIVED": {"CHECKED_IN", "CANCELLED", "ENTERED_IN_ERROR"},
    "CHECKED_IN": {"IN_PROGRESS", "ENTERED_IN_ERROR"},
    "IN_PROGRESS": {"FULFILLED", "ENTERED_IN_ERROR"},
    "NO_SHOW": {"ARRIVED", "ENTERED_IN_ERROR"},
    "FULFILLED": set(),
    "CANCELLED": set(),
    "ENTERED_IN_ERROR": set(),
}
STATUSES = ("PROPOSED", "WAITLIST", *VISIT_EDGES)
HERE = {"ARRIVED", "CHECKED_IN", "IN_PROGRESS"}
BILLABLE = {"BOOKED", "FULFILLED"} | HERE

OBSERVED = """query($id: ID!) { appointment(id: $id) { status version
    encounter { version closedAt documents { id status version } } } }"""
BILLED = "query($id: ID!) { invoice(id: $id) { version status paid { amount } } }"
NOTE = "... on ConsultationNote { id version status }"
INVOICE = "... on Invoice { id version status }"


@dataclass
class Document:
    """A note, as it should be."""

    id: str
    status: str = "DRAFT"
    version: int = 1
    amends: Document | None = None


@dataclass
class Invoice:
    """The last invoice, as it should be."""

    id: str
    status: str = "DRAFT"
    version: int = 1
    paid: Decimal = Decimal(0)

    @property
    def dead(self) -> bool:
        """Whether there may be another one."""
        return self.status in ("CANCELLED", "ENTERED_IN_ERROR")

    def settle(self, change: Decimal) -> None:
        """Money came, or went back."""
        self.paid += change
        paid = {Decimal(0): "ISSUED", PRICE: "BALANCED"}
        self.status = paid.get(self.paid, "PARTIALLY_PAID")
        self.version += 1


@dataclass
class Call:
    """A mutation as it was made, to be made again."""

    person: Person
    mutation: str
    fields: str
    input: dict[str, Any]
    outcome: str


@dataclass
class Life:
    """A visit, as it should be by now."""

    world: World = field(repr=False)
    visit: str = ""
    status: str = "BOOKED"
    version: int = 1
    starts_at: datetime = LONG_AGO
    hold_until: datetime | None = None
    encounter: str | None = None
    encounter_version: int = 1
    closed: bool = False
    documents: list[Document] = field(default_factory=list)
    invoice: Invoice | None = None
    last: Call | None = field(default=None, repr=False)

    @property
    def now(self) -> datetime:
        """What the clock shows."""
        return self.world.network.clock.now()

    async def begin(self, *, held: bool) -> Life:
        """The next free slot is booked, or held."""
        world = self.world
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
        self.visit, self.status, self.version = made["id"], made["status"], made["version"]
        self.starts_at = datetime.fromisoformat(made["start"])
        self.hold_until = self.now + timedelta(minutes=10) if held else None
        await self.check()
        return self

    def wait(self, minutes: float) -> None:
        """Time passes."""
        self.world.later(minutes)

    def until_start(self) -> None:
        """Time passes until the visit should begin, if that is still to come."""
        self.world.until(max(self.starts_at, self.now))

    async def move(self, target: str, *, reason: str | None, stale: bool = False) -> bool:
        """Move the visit, and look at everything; whether that was to work."""
        moved = await self.attempt(target, reason=reason, stale=stale)
        await self.check()
        return moved

    async def attempt(self, target: str, *, reason: str | None, stale: bool = False) -> bool:
        """Move the visit; whether that was to work."""
        expected = "StaleVersion" if stale else self.refusal(target, reason)
        await self.call(
            self.world.physician,
            "transitionAppointment",
            "... on Appointment { id }",
            expected or "Appointment",
            id=self.visit,
            expectedVersion=self.version + stale,
            to=target,
            reason=reason,
        )
        if expected is None:
            self.status, self.version = target, self.version + 1
        return expected is None

    def refusal(self, target: str, reason: str | None) -> str | None:
        """Why the visit may not go there now; None where it may."""
        today = self.now.astimezone(SAO_PAULO).date()
        day = self.starts_at.astimezone(SAO_PAULO).date()
        signed = any(document.status in ("SIGNED", "AMENDED") for document in self.documents)
        legal = target in VISIT_EDGES[self.status]
        if self.status == "NO_SHOW":
            legal = legal and today <= day
        guards = {
            "CANCELLED": bool(reason),
            "ENTERED_IN_ERROR": bool(reason),
            "BOOKED": self.hold_until is None or self.now < self.hold_until,
            "ARRIVED": today == day,
            "NO_SHOW": self.now > self.starts_at + timedelta(minutes=15),
            "IN_PROGRESS": self.encounter is not None and not self.closed,
            "FULFILLED": self.starts_at <= self.now and (signed or bool(reason)),
        }
        legal = legal and guards.get(target, True)
        return None if legal else "AppointmentTransitionNotAllowed"

    async def open_encounter(self) -> None:
        """The physician calls the patient in."""
        expected = None if self.status in HERE else "AppointmentNotEligible"
        made = await self.call(
            self.world.physician,
            "openEncounter",
            "... on Encounter { id }",
            expected or "Encounter",
            appointmentId=self.visit,
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
        expected = self._refusal(document, mutation, stale=stale)
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
            self._changed(document, mutation)
        await self.check()

    def _refusal(self, document: Document, mutation: str, *, stale: bool) -> str | None:
        if mutation == "strikeDocument":
            if document.status not in ("SIGNED", "AMENDED"):
                return "DocumentTransitionNotAllowed"
        elif document.status != "DRAFT":
            discarded = document.status == "DISCARDED"
            return "DocumentTransitionNotAllowed" if discarded else "DocumentImmutable"
        if stale:
            return "StaleVersion"
        if mutation == "signDocument" and document.amends and document.amends.status != "SIGNED":
            return "DocumentTransitionNotAllowed"
        return None

    @staticmethod
    def _changed(document: Document, mutation: str) -> None:
        document.version += 1
        document.status = {
            "signDocument": "SIGNED",
            "discardDocument": "DISCARDED",
            "strikeDocument": "ENTERED_IN_ERROR",
        }.get(mutation, document.status)
        if mutation == "signDocument" and document.amends:
            document.amends.status = "AMENDED"
            document.amends.version += 1

    async def draft_invoice(self) -> None:
        """The visit is billed."""
        expected = None
        if self.status not in BILLABLE:
            expected = "AppointmentNotBillable"
        elif self.invoice is not None and not self.invoice.dead:
            expected = "AlreadyInvoiced"
        made = await self.call(
            self.world.biller,
            "createInvoice",
            INVOICE,
            expected or "Invoice",
            appointmentId=self.visit,
        )
        if expected is None:
            self.invoice = Invoice(made["id"])
        await self.check()

    async def bill(self, mutation: str, *, stale: bool = False, amount: str = "") -> None:
        """The invoice is issued, paid, cancelled, or struck out."""
        invoice = self.invoice
        assert invoice
        expected = "StaleVersion" if stale else self._billing_refusal(invoice, mutation, amount)
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
            self._billed(invoice, mutation, amount)
        await self.check()

    @staticmethod
    def _billing_refusal(invoice: Invoice, mutation: str, amount: str) -> str | None:
        if mutation == "issueInvoice":
            return None if invoice.status == "DRAFT" else "InvoiceStateConflict"
        if mutation == "registerPayment":
            if invoice.status not in ("ISSUED", "PARTIALLY_PAID"):
                return "InvalidPayment"
            return "Overpayment" if invoice.paid + Decimal(amount) > PRICE else None
        return "InvoiceStateConflict" if invoice.paid or invoice.dead else None

    @staticmethod
    def _billed(invoice: Invoice, mutation: str, amount: str) -> None:
        if mutation == "registerPayment":
            invoice.settle(Decimal(amount))
            return
        invoice.version += 1
        invoice.status = {
            "issueInvoice": "ISSUED",
            "cancelInvoice": "CANCELLED",
            "markInvoiceEnteredInError": "ENTERED_IN_ERROR",
        }[mutation]

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
        self.last = Call(person, mutation, fields, input, expected)
        return answer

    async def repeat(self) -> None:
        """The last mutation comes once more, by its key: it is answered alike, and done once."""
        if self.last is None:
            return
        call = self.last
        again = await call.person.attempt(call.mutation, call.fields, **call.input)
        assert again["__typename"] == call.outcome, (call, again)
        await self.check()

    async def check(self) -> None:
        """Everything is as it should be."""
        seen = (await self.world.physician.get(OBSERVED, id=self.visit))["appointment"]
        assert (seen["status"], seen["version"]) == (self.status, self.version), self
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
