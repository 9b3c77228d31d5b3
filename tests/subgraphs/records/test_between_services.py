"""Patients, appointments and records as they are, asking each other over HTTP calls."""

from contextlib import AsyncExitStack
from datetime import UTC, datetime, time, timedelta
from uuid import uuid4

import httpx
import pytest

from subgraphs.appointments import models
from subgraphs.appointments.app import AppointmentsSettings
from subgraphs.appointments.app import create as create_appointments
from subgraphs.kit.app import create_app
from subgraphs.kit.clock import FixedClock
from subgraphs.kit.settings import ServiceSettings
from subgraphs.patients.app import domain as patients_domain
from subgraphs.records.app import RecordsSettings
from subgraphs.records.app import create as create_records

MONDAY = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


class Services:
    """The three services, each with a database of its own."""

    def __init__(self, folder, clock: FixedClock) -> None:
        def address(name: str) -> dict[str, str]:
            return {
                "service": name,
                "database_url": f"sqlite:///{folder}/{name}.db",
                "authentication": "optional",
                "identity_folder": f"{folder}/identity",
            }

        self.patients = create_app(patients_domain, ServiceSettings(**address("patients")), clock)
        self.appointments = create_appointments(
            AppointmentsSettings(**address("appointments")),
            clock,
            httpx.ASGITransport(self.patients),
        )
        self.records = create_records(
            RecordsSettings(**address("records")), clock, httpx.ASGITransport(self.appointments)
        )

    async def ask(self, app, query: str, **variables):
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(app), base_url="http://sgm"
        ) as http:
            response = await http.post("/graphql", json={"query": query, "variables": variables})
        answer = response.json()
        assert "errors" not in answer, answer
        return answer["data"]


@pytest.fixture
async def services(tmp_path):
    services = Services(tmp_path, FixedClock(MONDAY))
    async with AsyncExitStack() as stack:
        for app in (services.patients, services.appointments, services.records):
            await stack.enter_async_context(app.router.lifespan_context(app))
        async with services.appointments.state.database.transaction() as session:
            session.add_all(
                [
                    models.Practitioner(
                        id="lima",
                        name="Dra. Helena Lima",
                        council_body="CRM",
                        council_number="123456",
                        council_uf="SP",
                        cbo="225125",
                        specialties=[],
                        rqe=[],
                    ),
                    models.Clinic(
                        id="paulista",
                        name="Vida+ Paulista",
                        cnes="2077485",
                        cnpj="12ABC34501DE35",
                        city="São Paulo",
                        uf="SP",
                        time_zone="America/Sao_Paulo",
                    ),
                    models.HealthcareService(
                        id="consulta",
                        name="Consulta",
                        tuss_code="10101012",
                        duration_minutes=30,
                        buffer_minutes=0,
                    ),
                ]
            )
            await session.flush()
            session.add_all(
                [
                    models.PractitionerService(practitioner_id="lima", service_id="consulta"),
                    models.Availability(
                        id="mondays",
                        practitioner_id="lima",
                        clinic_id="paulista",
                        weekday=1,
                        opens=time(8),
                        closes=time(12),
                        valid_from=MONDAY.date(),
                    ),
                ]
            )
        yield services


async def test_from_registration_to_an_open_encounter(services) -> None:
    registered = await services.ask(
        services.patients,
        """mutation ($input: RegisterPatientInput!) {
          registerPatient(input: $input) { ... on Patient { id } } }""",
        input={
            "idempotencyKey": str(uuid4()),
            "legalName": "Ana Souza",
            "birthDate": "1990-05-01",
            "sex": "FEMALE",
        },
    )
    patient_id = registered["registerPatient"]["id"]
    offers = await services.ask(
        services.appointments,
        "query ($search: SlotSearchInput!) { availableSlots(search: $search) { token } }",
        search={
            "serviceId": "consulta",
            "from": MONDAY.isoformat(),
            "to": (MONDAY + timedelta(hours=4)).isoformat(),
        },
    )
    token = offers["availableSlots"][0]["token"]
    book = """mutation ($input: BookInput!) {
      bookAppointment(input: $input) {
        __typename ... on Appointment { id patient { displayName } }
        ... on PatientNotBookable { reason } } }"""
    refused = await services.ask(
        services.appointments,
        book,
        input={"idempotencyKey": str(uuid4()), "slotToken": token, "patientId": "nobody"},
    )
    assert refused["bookAppointment"] == {
        "__typename": "PatientNotBookable",
        "reason": "NOT_FOUND",
    }
    booked = await services.ask(
        services.appointments,
        book,
        input={"idempotencyKey": str(uuid4()), "slotToken": token, "patientId": patient_id},
    )
    appointment_id = booked["bookAppointment"]["id"]
    assert booked["bookAppointment"]["patient"] == {"displayName": "Ana Souza"}
    opened = """mutation ($input: OpenEncounterInput!) {
      openEncounter(input: $input) {
        __typename ... on Encounter { patient { id } }
        ... on AppointmentNotEligible { reason } } }"""
    too_early = await services.ask(
        services.records,
        opened,
        input={"idempotencyKey": str(uuid4()), "appointmentId": appointment_id},
    )
    assert too_early["openEncounter"]["reason"] == "BOOKED"
    await services.ask(
        services.appointments,
        """mutation ($input: TransitionAppointmentInput!) {
          transitionAppointment(input: $input) { ... on Appointment { status } } }""",
        input={
            "idempotencyKey": str(uuid4()),
            "id": appointment_id,
            "to": "ARRIVED",
            "expectedVersion": 1,
        },
    )
    encounter = await services.ask(
        services.records,
        opened,
        input={"idempotencyKey": str(uuid4()), "appointmentId": appointment_id},
    )
    assert encounter["openEncounter"] == {
        "__typename": "Encounter",
        "patient": {"id": patient_id},
    }
