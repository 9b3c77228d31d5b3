"""The people of the scenarios' clinic, and a visit as they make it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from clinic import Clinic
from people import ATTEMPTS, UNHEARD


def key() -> str:
    """A fresh idempotency key."""
    return str(uuid4())


FRAGMENT_OF_ERROR = "... on UserError { code message }"


@dataclass
class Staff:
    """What people at a clinic do, each a mutation through the router, in their words."""

    clinic: Clinic

    async def do(self, mutation: str, fields: str, **variables: Any) -> dict[str, Any]:
        """One mutation with an `input`; the member of its result union."""
        name, _, kind = mutation.partition(":")
        query = (
            f"mutation Do($input: {kind.strip()}!) {{ {name}(input: $input) "
            f"{{ __typename {fields} {FRAGMENT_OF_ERROR} }} }}"
        )
        variables.setdefault("idempotencyKey", key())
        return await self.heard(name, query, input=variables)

    async def heard(self, name: str, query: str, **variables: Any) -> dict[str, Any]:
        """What a mutation answers; sent again with its key where a busy service did not hear."""
        for _ in range(ATTEMPTS):
            found: dict[str, Any] = (await self.clinic.get(query, **variables))[name]
            if found["__typename"] not in UNHEARD:
                break
            await asyncio.sleep(0.2)
        return found

    async def register_patient(self, **details: Any) -> dict[str, Any]:
        """Registration at the desk."""
        details = {"legalName": "Maria Souza", "birthDate": "1985-04-12", "sex": "FEMALE"} | details
        fields = "... on Patient { id version displayName cpfMasked }"
        return await self.do("registerPatient: RegisterPatientInput", fields, **details)

    async def register_clinic(self) -> str:
        """A clinic in São Paulo."""
        made = await self.do(
            "registerClinic: RegisterClinicInput",
            "... on Clinic { id }",
            name="Vida+ Saúde Centro",
            cnes="1234567",
            cnpj="11222333000181",
            city="São Paulo",
            uf="SP",
            timeZone="America/Sao_Paulo",
        )
        return str(made["id"])

    async def register_service(self) -> str:
        """A consultation of half an hour."""
        made = await self.do(
            "registerHealthcareService: RegisterServiceInput",
            "... on HealthcareService { id }",
            name="Consulta em clínica médica",
            tussCode="10101012",
            durationMinutes=30,
        )
        return str(made["id"])

    async def register_practitioner(self, service_id: str) -> str:
        """A physician who offers the service."""
        made = await self.do(
            "registerPractitioner: RegisterPractitionerInput",
            "... on Practitioner { id }",
            name="Dra. Helena Prado",
            council={"body": "CRM", "number": "123456", "uf": "SP"},
            cbo="225125",
            returnWindowDays=30,
            serviceIds=[service_id],
        )
        return str(made["id"])

    async def open_agenda(self, practitioner_id: str, clinic_id: str, weekday: int) -> None:
        """The physician works on a weekday from eight to noon."""
        made = await self.do(
            "openAgenda: OpenAgendaInput",
            "... on WeeklyAvailability { id }",
            practitionerId=practitioner_id,
            clinicId=clinic_id,
            weekday=weekday,
            opens="08:00:00",
            closes="12:00:00",
            validFrom="2026-01-01",
        )
        assert made["__typename"] == "WeeklyAvailability", made

    async def publish_prices(self, payer: str = "PRIVATE", price: str = "180.00") -> None:
        """A price table with the consultation."""
        made = await self.do(
            "publishPriceTable: PublishPriceTableInput",
            "... on PriceTable { id }",
            payer=payer,
            validFrom="2026-01-01",
            prices=[{"tussCode": "10101012", "unitPrice": price}],
        )
        assert made["__typename"] == "PriceTable", made

    async def free_slots(self, service_id: str, day: str) -> list[dict[str, Any]]:
        """The free slots of a day."""
        data = await self.clinic.get(
            "query Slots($search: SlotSearchInput!) {"
            " availableSlots(search: $search) { token start } }",
            search={
                "serviceId": service_id,
                "from": f"{day}T00:00:00-03:00",
                "to": f"{day}T23:59:00-03:00",
            },
        )
        slots: list[dict[str, Any]] = data["availableSlots"]
        return slots

    async def book(self, slot: dict[str, Any], patient_id: str, **more: Any) -> dict[str, Any]:
        """Book a slot."""
        return await self.do(
            "bookAppointment: BookInput",
            "... on Appointment { id version status start }",
            slotToken=slot["token"],
            patientId=patient_id,
            **more,
        )

    async def move(self, visit: dict[str, Any], to: str, **more: Any) -> dict[str, Any]:
        """Move a visit to its next state."""
        return await self.do(
            "transitionAppointment: TransitionAppointmentInput",
            "... on Appointment { id version status }",
            id=visit["id"],
            expectedVersion=visit["version"],
            to=to,
            **more,
        )

    async def open_encounter(self, appointment_id: str) -> dict[str, Any]:
        """The physician calls the patient in."""
        return await self.do(
            "openEncounter: OpenEncounterInput",
            "... on Encounter { id version }",
            appointmentId=appointment_id,
        )

    async def write_note(self, encounter_id: str, assessment: str, *cid: str) -> dict[str, Any]:
        """A consultation note, as a draft."""
        return await self.do(
            "writeDocument: WriteDocumentInput",
            "... on ConsultationNote { id version status }",
            encounterId=encounter_id,
            content={"consultationNote": {"assessment": assessment, "diagnoses": list(cid)}},
        )

    async def sign(self, document: dict[str, Any]) -> dict[str, Any]:
        """Sign a document."""
        return await self.do(
            "signDocument: DocumentInput",
            "... on ConsultationNote { id version status signedAt sha256 }",
            id=document["id"],
            expectedVersion=document["version"],
        )

    async def open_cash_desk(self, clinic_id: str, opening_float: str) -> dict[str, Any]:
        """Open the desk at which cash is taken."""
        return await self.settle("openCashDesk", clinicId=clinic_id, openingFloat=opening_float)

    async def close_cash_desk(self, desk: dict[str, Any], counted: str) -> dict[str, Any]:
        """Count the cash and close the desk."""
        return await self.settle("closeCashDesk", cashDeskId=desk["id"], counted=counted)

    async def settle(self, mutation: str, **arguments: Any) -> dict[str, Any]:
        """A mutation at the cash desk, which takes its arguments one by one."""
        kinds = {"clinicId": "ID!", "cashDeskId": "ID!"}
        declared = ", ".join(f"${name}: {kinds.get(name, 'Decimal!')}" for name in arguments)
        passed = ", ".join(f"{name}: ${name}" for name in arguments)
        data = await self.clinic.get(
            f"mutation Settle({declared}, $key: Uuid!) {{"
            f" {mutation}({passed}, idempotencyKey: $key) {{ __typename"
            f" ... on CashDesk {{ {CASH_DESK} }} {FRAGMENT_OF_ERROR} }} }}",
            key=key(),
            **arguments,
        )
        found: dict[str, Any] = data[mutation]
        return found

    async def create_invoice(self, appointment_id: str) -> dict[str, Any]:
        """The invoice of a visit, as a draft."""
        return await self.heard(
            "createInvoice",
            "mutation Create($id: ID!, $key: Uuid!) {"
            " createInvoice(appointmentId: $id, idempotencyKey: $key) {"
            f" __typename ... on Invoice {{ {INVOICE} }} {FRAGMENT_OF_ERROR} }} }}",
            id=appointment_id,
            key=key(),
        )

    async def issue(self, invoice: dict[str, Any], **more: Any) -> dict[str, Any]:
        """Issue a draft."""
        return await self.do(
            "issueInvoice: IssueInvoiceInput",
            f"... on Invoice {{ {INVOICE} }}",
            invoiceId=invoice["id"],
            expectedVersion=invoice["version"],
            **more,
        )

    async def take_payment(
        self, invoice: dict[str, Any], amount: str, method: str
    ) -> dict[str, Any]:
        """Take a payment."""
        return await self.do(
            "registerPayment: RegisterPaymentInput",
            f"... on Invoice {{ {INVOICE} }}",
            invoiceId=invoice["id"],
            expectedVersion=invoice["version"],
            amount=amount,
            method=method,
        )


CASH_DESK = "id closedAt expected { amount } counted { amount } difference { amount }"
INVOICE = (
    "id version number status gross { amount } planPays { amount } patientPays { amount }"
    " paid { amount } patientOwes { amount }"
)


@dataclass
class Visit:
    """A visit of a day at the clinic, with all that it left behind."""

    patient_id: str
    appointment_id: str
    document_id: str
    invoice_id: str


async def a_finished_visit(staff: Staff, advance: Callable[[int], None]) -> Visit:
    """A private patient was registered, seen and billed; `advance` moves the clock by minutes."""
    service = await staff.register_service()
    practitioner = await staff.register_practitioner(service)
    clinic_id = await staff.register_clinic()
    await staff.open_agenda(practitioner, clinic_id, weekday=1)
    await staff.publish_prices()
    patient = await staff.register_patient(cpf="529.982.247-25")
    slots = await staff.free_slots(service, "2026-11-23")
    visit = await staff.book(slots[0], patient["id"])
    advance(25)
    visit = await staff.move(visit, "ARRIVED")
    visit = await staff.move(visit, "CHECKED_IN")
    advance(10)
    encounter = await staff.open_encounter(visit["id"])
    visit = await staff.move(visit, "IN_PROGRESS")
    note = await staff.sign(await staff.write_note(encounter["id"], "Hipertensão.", "I10"))
    advance(20)
    visit = await staff.move(visit, "FULFILLED")
    draft = await staff.create_invoice(visit["id"])
    invoice = await staff.issue(draft, patientConsents=True)
    return Visit(patient["id"], visit["id"], note["id"], invoice["id"])
