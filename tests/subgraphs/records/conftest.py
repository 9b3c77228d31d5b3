"""An appointments service to ask, and the records app in front of a database of its own."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from fastapi import FastAPI, Request, Response
from sqlalchemy import event
from ward import ward as ward

from subgraphs.kit.auth.roles import Role
from subgraphs.kit.auth.settings import IdentitySettings
from subgraphs.kit.auth.tokens import Holder, Issuer
from subgraphs.kit.clock import FixedClock
from subgraphs.kit.database import Database
from subgraphs.records.app import RecordsSettings, create

NOON = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)


PRACTITIONERS = {
    "lima": {
        "id": "lima",
        "name": "Dra. Helena Lima",
        "council": {"body": "CRM", "number": "123456", "uf": "SP"},
    },
    "reis": {
        "id": "reis",
        "name": "Dr. Otávio Reis",
        "council": {"body": "CRM", "number": "654321", "uf": "SP"},
    },
}


def appointment(id: str, patient: str = "ana", status: str = "ARRIVED") -> dict[str, Any]:
    return {
        "id": id,
        "status": status,
        "patient": {"id": patient},
        "practitioner": PRACTITIONERS["lima"],
        "start": NOON.isoformat(),
        "clinic": {"timeZone": "America/Sao_Paulo"},
    }


@dataclass
class AppointmentsService:
    """The appointments service as a small web app that can also misbehave."""

    appointments: dict[str, dict[str, Any]] = field(default_factory=dict)
    answer: Callable[[], Response] | None = None
    tokens: list[str] = field(default_factory=list)

    def add(self, id: str, patient: str = "ana", status: str = "ARRIVED") -> str:
        self.appointments[id] = appointment(id, patient, status)
        return id

    def transport(self) -> httpx.ASGITransport:
        app = FastAPI()

        @app.post("/graphql")
        async def graphql(request: Request) -> Any:
            if self.answer is not None:
                return self.answer()
            body = await request.json()
            self.tokens.append(request.headers.get("authorization", ""))
            asked = body["variables"]["id"]
            if "practitioner(id" in body["query"]:
                return {"data": {"practitioner": PRACTITIONERS.get(asked)}}
            return {"data": {"appointment": self.appointments.get(asked)}}

        return httpx.ASGITransport(app)


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOON)


@pytest.fixture
def appointments_service() -> AppointmentsService:
    return AppointmentsService()


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
def open_graph(
    database_url: str,
    clock: FixedClock,
    identity: IdentitySettings,
    router_headers: dict[str, str],
    appointments_service: AppointmentsService,
) -> Callable[[str], AbstractAsyncContextManager[Graph]]:
    """Opens the app: ``async with open_graph("required") as graph``."""

    @asynccontextmanager
    async def opened(authentication: str) -> AsyncIterator[Graph]:
        settings = RecordsSettings(
            service="records",
            database_url=database_url,
            appointments_url="http://appointments/graphql",
            authentication=authentication,
            identity_folder=identity.identity_folder,
        )
        app = create(settings, clock, appointments_service.transport())
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


DOCUMENT = """{
  __typename
  ... on ClinicalDocument {
    id version status createdAt signedAt sha256 signature authorName authorCouncil
    author { id } amends { id status } amendedBy { id }
    history { fromStatus toStatus reason }
  }
  ... on ConsultationNote { subjective objective assessment plan
                            diagnoses { cid10 description } }
  ... on ExamRequest { tussCodes clinicalIndication }
  ... on Prescription { items { medication dosage quantity } }
  ... on MedicalCertificate { days cidDisclosed }
  ... on Referral { specialty reason urgency referralDiagnoses: diagnoses { cid10 } }
  ... on UserError { code message path }
  ... on DocumentImmutable { documentSignedAt: signedAt }
  ... on StaleVersion { currentVersion }
}"""

ENCOUNTER = """{
  __typename
  ... on Encounter {
    id version startedAt closedAt appointment { id } patient { id } practitioner { id }
    documents { __typename id status }
  }
  ... on UserError { code message path }
}"""
OPENED = (
    ENCOUNTER[:-1]
    + """  ... on AppointmentNotEligible { reason }
  ... on AppointmentServiceUnavailable { retryAfterSeconds }
}"""
)

NOTE = {
    "consultationNote": {
        "subjective": "Tosse há três dias.",
        "objective": "Ausculta limpa.",
        "assessment": "Resfriado.",
        "plan": "Repouso.",
        "diagnoses": ["j00"],
    }
}


class Office:
    """Writes as a physician does."""

    def __init__(self, graph: Graph, appointments: AppointmentsService) -> None:
        self.graph = graph
        self.appointments = appointments

    async def do(self, mutation: str, kind: str, selection: str, **values: Any) -> dict[str, Any]:
        values.setdefault("idempotencyKey", str(uuid4()))
        query = f"mutation ($input: {kind}!) {{ result: {mutation}(input: $input) {selection} }}"
        result: dict[str, Any] = (await self.graph(query, input=values))["result"]
        return result

    async def open(self, appointment_id: str, **values: Any) -> dict[str, Any]:
        values["appointmentId"] = appointment_id
        return await self.do("openEncounter", "OpenEncounterInput", OPENED, **values)

    async def encounter(self, appointment_id: str = "a1", patient: str = "ana") -> str:
        self.appointments.add(appointment_id, patient)
        return str((await self.open(appointment_id))["id"])

    async def close(self, id: str, version: int = 1, **values: Any) -> dict[str, Any]:
        values |= {"id": id, "expectedVersion": version}
        return await self.do("closeEncounter", "CloseEncounterInput", ENCOUNTER, **values)

    async def write(
        self, encounter_id: str, content: dict[str, Any] | None = None, **values: Any
    ) -> dict[str, Any]:
        values |= {"encounterId": encounter_id, "content": content or NOTE}
        return await self.do("writeDocument", "WriteDocumentInput", DOCUMENT, **values)

    async def edit(
        self, id: str, version: int, content: dict[str, Any], **values: Any
    ) -> dict[str, Any]:
        values |= {"id": id, "expectedVersion": version, "content": content}
        return await self.do("editDocument", "EditDocumentInput", DOCUMENT, **values)

    async def sign(self, id: str, version: int = 1, **values: Any) -> dict[str, Any]:
        values |= {"id": id, "expectedVersion": version}
        return await self.do("signDocument", "DocumentInput", DOCUMENT, **values)

    async def discard(self, id: str, version: int = 1, **values: Any) -> dict[str, Any]:
        values |= {"id": id, "expectedVersion": version}
        return await self.do("discardDocument", "DocumentInput", DOCUMENT, **values)

    async def strike(
        self, id: str, version: int, reason: str = "Paciente errado", **values: Any
    ) -> dict[str, Any]:
        values |= {"id": id, "expectedVersion": version, "reason": reason}
        return await self.do("strikeDocument", "StrikeDocumentInput", DOCUMENT, **values)

    async def signed(self, encounter_id: str, **values: Any) -> dict[str, Any]:
        draft = await self.write(encounter_id, **values)
        return await self.sign(draft["id"])

    async def verify(self, patient: str = "ana") -> dict[str, Any]:
        query = "query ($id: ID!) { verifyRecord(patientId: $id) { documents brokenAt } }"
        verified: dict[str, Any] = (await self.graph(query, id=patient))["verifyRecord"]
        return verified


@pytest.fixture
def office(graph: Graph, appointments_service: AppointmentsService) -> Office:
    return Office(graph, appointments_service)


@pytest.fixture
def office_of(appointments_service: AppointmentsService) -> Callable[[Graph], Office]:
    """An office at which somebody else writes."""
    return lambda graph: Office(graph, appointments_service)
