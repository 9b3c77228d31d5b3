"""A clinic with its staff, in a network that just started; and a visit as they make it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from network import Network
from people import Person

from subgraphs.kit.auth.roles import Role

CONSULTATION = "10101012"
BLOOD_COUNT = "40304361"
CREATININE = "40301630"
TOMOGRAPHY = "41001095"
PRIVATE_PRICES = {
    CONSULTATION: "180.00",
    BLOOD_COUNT: "25.00",
    CREATININE: "15.50",
    TOMOGRAPHY: "640.00",
}
VISIT = "id version status start"


@dataclass
class World:
    """Who works there, and where."""

    network: Network
    clinic_id: str
    service_id: str
    practitioner_id: str
    manager: Person
    reception: Person
    nurse: Person
    physician: Person
    biller: Person
    officer: Person

    def later(self, minutes: float) -> None:
        """Let time pass."""
        self.network.clock.advance(timedelta(minutes=minutes))

    def until(self, moment: datetime) -> None:
        """Let time pass until a moment that is still to come."""
        wait = moment - self.network.clock.now()
        assert wait >= timedelta(0), "time does not run backwards"
        self.network.clock.advance(wait)

    async def patient(self, name: str, **details: Any) -> dict[str, Any]:
        """Somebody is registered at the desk."""
        details = {"birthDate": "1985-04-12", "sex": "FEMALE"} | details
        return await self.reception.do(
            "registerPatient", "id version displayName cpfMasked", legalName=name, **details
        )

    async def slots(self, day: str, **more: Any) -> list[dict[str, Any]]:
        """What is free on a day."""
        search = {
            "serviceId": self.service_id,
            "from": f"{day}T00:00:00-03:00",
            "to": f"{day}T23:59:00-03:00",
            **more,
        }
        found = await self.reception.get(
            "query($search: SlotSearchInput!) { availableSlots(search: $search) { token start } }",
            search=search,
        )
        slots: list[dict[str, Any]] = found["availableSlots"]
        return slots

    async def book(
        self, patient_id: str, day: str = "2026-11-23", slot: int = 0, **more: Any
    ) -> dict[str, Any]:
        """A free slot of the day is taken."""
        token = (await self.slots(day))[slot]["token"]
        return await self.reception.do(
            "bookAppointment", VISIT, slotToken=token, patientId=patient_id, **more
        )

    async def move(self, visit: dict[str, Any], to: str, **more: Any) -> dict[str, Any]:
        """A visit moves to its next state."""
        who = self.physician if to in ("IN_PROGRESS", "FULFILLED") else self.reception
        return await who.do(
            "transitionAppointment",
            VISIT,
            id=visit["id"],
            expectedVersion=visit["version"],
            to=to,
            **more,
        )

    async def receive(self, visit: dict[str, Any]) -> dict[str, Any]:
        """The patient comes, is called in, and the physician begins."""
        start = datetime.fromisoformat(visit["start"])
        if self.network.clock.now() < start:
            self.until(start)
        visit = await self.move(visit, "ARRIVED")
        return await self.move(visit, "CHECKED_IN")

    async def write(self, encounter_id: str, **content: Any) -> dict[str, Any]:
        """The physician writes a document and signs it."""
        kinds = ("ConsultationNote", "ExamRequest", "Prescription", "MedicalCertificate")
        fields = " ".join(f"... on {kind} {{ id version status }}" for kind in kinds)
        draft = await self.physician.do(
            "writeDocument", fields, encounterId=encounter_id, content=content
        )
        return await self.physician.do(
            "signDocument", fields, id=draft["id"], expectedVersion=draft["version"]
        )

    async def see(self, visit: dict[str, Any], *exams: str) -> dict[str, Any]:
        """The whole visit, from arrival to the end; what was written comes with it."""
        visit = await self.receive(visit)
        encounter = await self.physician.do(
            "openEncounter", "id version", appointmentId=visit["id"]
        )
        visit = await self.move(visit, "IN_PROGRESS")
        note = {"assessment": "Hipertensão essencial.", "diagnoses": ["I10"]}
        documents = [await self.write(encounter["id"], consultationNote=note)]
        if exams:
            request = {"tussCodes": list(exams), "clinicalIndication": "Controle."}
            documents.append(await self.write(encounter["id"], examRequest=request))
        self.later(20)
        visit = await self.move(visit, "FULFILLED")
        return {**visit, "encounterId": encounter["id"], "documents": documents}


async def open_clinic(network: Network) -> World:
    """A manager registers clinic, catalogue and physician; billing publishes prices."""
    manager = network.person("manager", Role.MANAGER)
    clinic = await manager.do(
        "registerClinic",
        "id",
        name="Vida+ Saúde Centro",
        cnes="1234567",
        cnpj="11222333000181",
        city="São Paulo",
        uf="SP",
        timeZone="America/Sao_Paulo",
    )
    service = await manager.do(
        "registerHealthcareService",
        "id",
        name="Consulta em clínica médica",
        tussCode=CONSULTATION,
        durationMinutes=30,
    )
    physician = await manager.do(
        "registerPractitioner",
        "id",
        name="Dra. Helena Prado",
        council={"body": "CRM", "number": "123456", "uf": "SP"},
        cbo="225125",
        returnWindowDays=30,
        serviceIds=[service["id"]],
    )
    for weekday in range(1, 6):
        await open_agenda(manager, physician["id"], clinic["id"], weekday)
    biller = network.person("biller", Role.BILLING_CLERK)
    await publish(biller, "PRIVATE", PRIVATE_PRICES)
    return World(
        network,
        clinic["id"],
        service["id"],
        physician["id"],
        manager,
        network.person("reception", Role.RECEPTION),
        network.person("nurse", Role.NURSE),
        network.person("physician", Role.PHYSICIAN, practitioner_id=physician["id"]),
        biller,
        network.person("officer", Role.PRIVACY_OFFICER),
    )


async def open_agenda(manager: Person, practitioner_id: str, clinic_id: str, weekday: int) -> None:
    """The physician works there on a weekday, from eight to six."""
    await manager.do(
        "openAgenda",
        "id",
        practitionerId=practitioner_id,
        clinicId=clinic_id,
        weekday=weekday,
        opens="08:00:00",
        closes="18:00:00",
        validFrom="2026-01-01",
    )


async def publish(biller: Person, payer: str, prices: dict[str, str]) -> None:
    """A payer's prices for this year."""
    await biller.do(
        "publishPriceTable",
        "id",
        payer=payer,
        validFrom="2026-01-01",
        prices=[{"tussCode": code, "unitPrice": price} for code, price in prices.items()],
    )
