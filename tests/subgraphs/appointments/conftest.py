"""A small network of clinics, a patients service to ask, and the app in front of both."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from fastapi import FastAPI
from other_services import PatientsService, RecordsService, Switchboard
from patient_feed import feed as feed
from patient_feed import move as move
from patient_feed import repoint as repoint
from patient_feed import take as take
from patient_feed import tokens as tokens
from sqlalchemy import event

from subgraphs.appointments.app import AppointmentsSettings, create
from subgraphs.appointments.models import (
    Appointment,
    Availability,
    Clinic,
    HealthcareService,
    PatientReplica,
    Practitioner,
    PractitionerService,
)
from subgraphs.kit.auth.roles import Role
from subgraphs.kit.auth.settings import IdentitySettings
from subgraphs.kit.auth.tokens import Holder, Issuer
from subgraphs.kit.clock import FixedClock
from subgraphs.kit.database import Database
from subgraphs.kit.migrations import upgrade

MONDAY_9_AM = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
"""Nine o'clock in São Paulo, on a Monday."""


@pytest.fixture
def records_service() -> RecordsService:
    return RecordsService()


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(MONDAY_9_AM)


@pytest.fixture
def patients_service() -> PatientsService:
    return PatientsService()


def rows_of_the_network() -> list[Any]:
    """Two clinics in two zones, two physicians in the first of them, one in both."""
    year = {"valid_from": date(2016, 1, 1), "valid_until": None}

    def practitioner(id: str, name: str, number: str, window: int | None) -> Practitioner:
        return Practitioner(
            id=id,
            name=name,
            council_body="CRM",
            council_number=number,
            council_uf="SP",
            cbo="225125",
            specialties=["Clínica médica"],
            rqe=[],
            return_window_days=window,
        )

    def clinic(id: str, name: str, cnes: str, city: tuple[str, str], zone: str) -> Clinic:
        return Clinic(
            id=id,
            name=name,
            cnes=cnes,
            cnpj="12ABC34501DE35",
            city=city[0],
            uf=city[1],
            time_zone=zone,
        )

    people = [
        practitioner("lima", "Dra. Helena Lima", "123456", 30),
        practitioner("reis", "Dr. Otávio Reis", "654321", None),
    ]
    places = [
        clinic("paulista", "Vida+ Paulista", "2077485", ("São Paulo", "SP"), "America/Sao_Paulo"),
        clinic("manaus", "Vida+ Manaus", "2013606", ("Manaus", "AM"), "America/Manaus"),
    ]
    service = HealthcareService(
        id="consulta",
        name="Consulta em clínica médica",
        tuss_code="10101012",
        duration_minutes=30,
        buffer_minutes=0,
    )
    openings = [
        Availability(
            id=f"{who}-{where}-{weekday}",
            practitioner_id=who,
            clinic_id=where,
            weekday=weekday,
            opens=opens,
            closes=closes,
            **year,
        )
        for who, where, weekdays, opens, closes in (
            ("lima", "paulista", (1, 2, 3, 4), time(8), time(12)),
            ("lima", "manaus", (5,), time(8), time(10)),
            ("reis", "paulista", (1, 3, 5), time(13), time(18)),
        )
        for weekday in weekdays
    ]
    offered = [
        PractitionerService(practitioner_id=person.id, service_id="consulta") for person in people
    ]
    return [*people, *places, service, *openings, *offered]


def replica(patient_id: str) -> PatientReplica:
    """A patient that this service has seen before."""
    return PatientReplica(
        id=patient_id,
        display_name=f"Paciente {patient_id}",
        status="ACTIVE",
        version=1,
        refreshed_at=MONDAY_9_AM - timedelta(days=1),
    )


@dataclass
class Network:
    """The stored network, and ways to write to it without the service in between."""

    database: Database
    monday_9_am: datetime = MONDAY_9_AM

    def visit(self, **values: Any) -> Appointment:
        """A visit of Ana to Dra. Lima, tomorrow at nine, unless said otherwise."""
        starts_at = values.pop("starts_at", MONDAY_9_AM + timedelta(days=1))
        minutes = values.pop("minutes", 30)
        defaults: dict[str, Any] = {
            "id": str(uuid4()),
            "version": 1,
            "status": "BOOKED",
            "kind": "FIRST",
            "starts_at": starts_at,
            "ends_at": starts_at + timedelta(minutes=minutes),
            "patient_id": "ana",
            "practitioner_id": "lima",
            "clinic_id": "paulista",
            "service_id": "consulta",
            "created_at": MONDAY_9_AM,
        }
        return Appointment(**(defaults | values))

    async def store(self, *rows: Any) -> None:
        """Write rows as they are, in order."""
        async with self.database.transaction() as session:
            for row in rows:
                session.add(row)
                await session.flush()

    async def store_patients(self, *patient_ids: str) -> None:
        """Patients that this service has seen before."""
        await self.store(*(replica(patient_id) for patient_id in patient_ids))


@pytest.fixture
async def network(database: Database) -> Network:
    """A migrated database with the network in it, and two patients known."""
    await upgrade(database, "subgraphs.appointments.migrations")
    network = Network(database)
    await network.store(*rows_of_the_network())
    await network.store_patients("ana", "bia")
    return network


class Graph:
    """Asks the app, as a client over HTTP does."""

    def __init__(self, http: httpx.AsyncClient, app: FastAPI, token: str | None = None) -> None:
        self._http = http
        self._headers = {"authorization": f"Bearer {token}"} if token else {}
        self.app = app
        self.database: Database = app.state.database

    def signed_in(self, token: str) -> "Graph":
        """The same app, asked with a token."""
        return Graph(self._http, self.app, token)

    async def answer(self, query: str, **variables: Any) -> dict[str, Any]:
        response = await self._http.post(
            "/graphql", json={"query": query, "variables": variables}, headers=self._headers
        )
        response.raise_for_status()
        answer: dict[str, Any] = response.json()
        return answer

    async def __call__(self, query: str, **variables: Any) -> dict[str, Any]:
        answer = await self.answer(query, **variables)
        assert "errors" not in answer, answer["errors"]
        data: dict[str, Any] = answer["data"]
        return data

    @contextmanager
    def counting_statements(self) -> Iterator[list[str]]:
        statements: list[str] = []

        def count(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
            statements.append(statement)

        engine = self.database.engine.sync_engine
        event.listen(engine, "before_cursor_execute", count)
        yield statements
        event.remove(engine, "before_cursor_execute", count)


@pytest.fixture
def identity(tmp_path: Path) -> IdentitySettings:
    return IdentitySettings(identity_folder=tmp_path / "identity")


@pytest.fixture
def token_of(identity: IdentitySettings) -> Callable[..., str]:
    """A token: ``token_of(Role.PHYSICIAN, practitioner="lima")``."""

    def issue(
        role: Role, subject: str = "", practitioner: str | None = None, patient: str | None = None
    ) -> str:
        holder = Holder(subject or role.value, role, practitioner, patient)
        return Issuer(identity).issue(holder, timedelta(minutes=5))

    return issue


@pytest.fixture
def neighbours(patients_service: PatientsService, records_service: RecordsService) -> Switchboard:
    """The other services, as this one reaches them."""
    return Switchboard(patients=patients_service.transport(), records=records_service.transport())


@pytest.fixture
def open_graph(
    network: Network,
    database_url: str,
    clock: FixedClock,
    identity: IdentitySettings,
    router_headers: dict[str, str],
    neighbours: Switchboard,
) -> Callable[[str], AbstractAsyncContextManager[Graph]]:
    """Opens the app: ``async with open_graph("required") as graph``."""

    @asynccontextmanager
    async def opened(authentication: str) -> AsyncIterator[Graph]:
        settings = AppointmentsSettings(
            service="appointments",
            database_url=database_url,
            patients_url="http://patients/graphql",
            records_url="http://records/graphql",
            authentication=authentication,
            identity_folder=identity.identity_folder,
        )
        app = create(settings, clock, neighbours)
        async with (
            app.router.lifespan_context(app),
            httpx.AsyncClient(
                transport=httpx.ASGITransport(app), base_url="http://sgm", headers=router_headers
            ) as http,
        ):
            yield Graph(http, app)

    return opened


@pytest.fixture
async def graph(open_graph: Callable[..., Any]) -> AsyncIterator[Graph]:
    """The app, asked by somebody without a token, whom it lets in everywhere."""
    async with open_graph("optional") as graph:
        yield graph
