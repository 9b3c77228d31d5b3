"""The four services as they are, and what people do in them: a network to tell and to ask."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import httpx
from fastapi import FastAPI

from subgraphs.appointments.app import AppointmentsSettings
from subgraphs.appointments.app import create as create_appointments
from subgraphs.billing.app import BillingSettings
from subgraphs.billing.app import create as create_billing
from subgraphs.billing.models import INBOX
from subgraphs.billing.service.following import consumer as billing_consumer
from subgraphs.kit.app import create_app
from subgraphs.kit.auth.roles import Role
from subgraphs.kit.auth.router_credential import HEADER as ROUTER_HEADER
from subgraphs.kit.auth.router_credential import router_secrets
from subgraphs.kit.auth.service_auth import ServiceAuth
from subgraphs.kit.auth.settings import IdentitySettings
from subgraphs.kit.auth.tokens import Holder, Issuer
from subgraphs.kit.clock import FixedClock
from subgraphs.kit.events.source import HttpEventSource
from subgraphs.kit.events.subscription import Subscription
from subgraphs.kit.settings import ServiceSettings
from subgraphs.patients.app import domain as patients_domain
from subgraphs.records.app import RecordsSettings
from subgraphs.records.app import create as create_records
from subgraphs.records.service.following import consumer as records_consumer

if TYPE_CHECKING:
    from collections.abc import Mapping

NAMES = ("patients", "appointments", "records", "billing")


class Switch(httpx.AsyncBaseTransport):
    """The network: requests go to the app that their host names, unless it is down."""

    def __init__(self) -> None:
        self.apps: dict[str, FastAPI] = {}
        self.down: set[str] = set()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if request.url.host in self.down:
            raise httpx.ConnectError("nobody listens", request=request)
        transport = httpx.ASGITransport(self.apps[request.url.host])
        return await transport.handle_async_request(request)


@dataclass
class Network:
    """The four services, each with a database of its own, all of which want tokens."""

    identity: IdentitySettings
    clock: FixedClock
    switch: Switch = field(default_factory=Switch)

    def open(self, databases: Mapping[str, str]) -> dict[str, FastAPI]:
        """The apps, not yet started."""

        def settings(name: str) -> dict[str, Any]:
            urls = {f"{other}_url": f"http://{other}/graphql" for other in NAMES}
            return {
                "service": name,
                "database_url": databases[name],
                "identity_folder": self.identity.identity_folder,
                "authentication": "required",
                **urls,
            }

        agenda_settings = AppointmentsSettings(**settings("appointments"))
        records_settings = RecordsSettings(**settings("records"))
        billing_settings = BillingSettings(health_plan_url="http://nobody", **settings("billing"))
        self.switch.apps = {
            "patients": create_app(
                patients_domain, ServiceSettings(**settings("patients")), self.clock
            ),
            "appointments": create_appointments(agenda_settings, self.clock, self.switch),
            "records": create_records(records_settings, self.clock, self.switch),
            "billing": create_billing(billing_settings, self.clock, neighbours=self.switch),
        }
        return self.switch.apps

    def token(self, role: Role) -> str:
        practitioner = "lima" if role is Role.PHYSICIAN else None
        holder = Holder(role.value, role, practitioner)
        return Issuer(self.identity).issue(holder, timedelta(minutes=5))

    async def ask(self, service: str, role: Role, query: str, **variables: Any) -> Any:
        """Ask a service by the router, as somebody of a role; the data."""
        [secret] = router_secrets(self.identity)
        headers = {"authorization": f"Bearer {self.token(role)}", ROUTER_HEADER: secret}
        async with httpx.AsyncClient(transport=self.switch, headers=headers) as http:
            body = {"query": query, "variables": variables}
            answer = (await http.post(f"http://{service}/graphql", json=body)).json()
        assert "errors" not in answer, answer
        return answer["data"]

    async def do(
        self, service: str, role: Role, mutation: str, fields: str, **input: Any
    ) -> dict[str, Any]:
        """A mutation with an input; what its field answers."""
        name, _, kind = mutation.partition(":")
        query = (
            f"mutation ($input: {kind}!) {{ result: {name}(input: $input) {{ __typename {fields}"
            " ... on UserError { code message } } }"
        )
        input.setdefault("idempotencyKey", str(uuid4()))
        result: dict[str, Any] = (await self.ask(service, role, query, input=input))["result"]
        assert "code" not in result, result
        return result

    async def read(self, reader: str, *sources: str) -> None:
        """One service reads the whole feeds of others, as a service, over their `/events`."""
        consumer = {"billing": billing_consumer, "records": records_consumer}[reader]
        database = self.switch.apps[reader].state.database
        auth = ServiceAuth(reader, self.identity)
        async with httpx.AsyncClient(transport=self.switch, auth=auth) as http:
            for source in sources:
                feed = HttpEventSource(http, f"http://{source}")
                subscription = Subscription(source, feed, consumer, database, self.clock)
                while await subscription.step():
                    pass

    async def parked(self) -> int:
        """How many events billing could not use."""
        async with self.switch.apps["billing"].state.database.read() as session:
            return sum([await INBOX.parked(session, source) for source in NAMES])

    async def charges(self, visit_id: str) -> list[dict[str, Any]]:
        """What billing knows to charge for a visit."""
        found = await self.ask(
            "billing",
            Role.BILLING_CLERK,
            "query ($r: [_Any!]!) { _entities(representations: $r) { ... on Appointment {"
            " chargeItems { tussCode status serviceDay } } } }",
            r=[{"__typename": "Appointment", "id": visit_id}],
        )
        charges: list[dict[str, Any]] = found["_entities"][0]["chargeItems"]
        return sorted(charges, key=lambda charge: (charge["tussCode"], charge["status"]))

    async def register(self, cpf: str | None = None) -> str:
        """A patient."""
        details = {"legalName": "Ana Souza", "birthDate": "1990-05-01", "sex": "FEMALE"}
        made = await self.do(
            "patients",
            Role.RECEPTION,
            "registerPatient:RegisterPatientInput",
            "... on Patient { id version }",
            **details,
            cpf=cpf,
        )
        return str(made["id"])

    async def book(self, patient_id: str) -> dict[str, Any]:
        """The first free slot."""
        search = {
            "serviceId": "consulta",
            "from": self.clock.now().isoformat(),
            "to": (self.clock.now() + timedelta(hours=4)).isoformat(),
        }
        offers = await self.ask(
            "appointments",
            Role.RECEPTION,
            "query ($search: SlotSearchInput!) { availableSlots(search: $search) { token } }",
            search=search,
        )
        return await self.do(
            "appointments",
            Role.RECEPTION,
            "bookAppointment:BookInput",
            "... on Appointment { id version }",
            slotToken=offers["availableSlots"][0]["token"],
            patientId=patient_id,
        )

    async def move(self, visit: dict[str, Any], to: str, **more: Any) -> dict[str, Any]:
        """A visit's next state."""
        return await self.do(
            "appointments",
            Role.RECEPTION,
            "transitionAppointment:TransitionAppointmentInput",
            "... on Appointment { id version }",
            id=visit["id"],
            expectedVersion=visit["version"],
            to=to,
            **more,
        )

    async def arrive(self, patient_id: str) -> tuple[dict[str, Any], str]:
        """A visit whose patient is here, and its encounter."""
        visit = await self.move(await self.book(patient_id), "ARRIVED")
        encounter = await self.do(
            "records",
            Role.PHYSICIAN,
            "openEncounter:OpenEncounterInput",
            "... on Encounter { id }",
            appointmentId=visit["id"],
        )
        return visit, str(encounter["id"])

    async def fulfil(self, visit: dict[str, Any]) -> None:
        """The visit takes place."""
        for state in ("CHECKED_IN", "IN_PROGRESS"):
            visit = await self.move(visit, state)
        self.clock.advance(timedelta(minutes=40))
        await self.move(visit, "FULFILLED")

    async def request(self, encounter_id: str, *codes: str, **more: Any) -> dict[str, Any]:
        """A request for exams, not yet signed."""
        content = {"examRequest": {"tussCodes": list(codes), "clinicalIndication": "Anemia"}}
        return await self.do(
            "records",
            Role.PHYSICIAN,
            "writeDocument:WriteDocumentInput",
            "... on ExamRequest { id version }",
            encounterId=encounter_id,
            content=content,
            **more,
        )

    async def sign(self, document: dict[str, Any]) -> dict[str, Any]:
        """A document, signed."""
        return await self.do(
            "records",
            Role.PHYSICIAN,
            "signDocument:DocumentInput",
            "... on ExamRequest { id version }",
            id=document["id"],
            expectedVersion=document["version"],
        )

    async def strike(self, document: dict[str, Any]) -> None:
        """A signed document, struck."""
        await self.do(
            "records",
            Role.PHYSICIAN,
            "strikeDocument:StrikeDocumentInput",
            "... on ExamRequest { id }",
            id=document["id"],
            expectedVersion=document["version"],
            reason="Paciente errado",
        )

    async def cards(self, patient_id: str) -> list[str]:
        """The cards that billing shows as a patient's."""
        found = await self.ask(
            "billing",
            Role.BILLING_CLERK,
            "query ($r: [_Any!]!) { _entities(representations: $r) { ... on Patient {"
            " coverages { id } } } }",
            r=[{"__typename": "Patient", "id": patient_id}],
        )
        return [card["id"] for card in found["_entities"][0]["coverages"]]

    async def erase(self, patient_id: str) -> None:
        """What a person may have erased."""
        query = "query ($id: ID!) { patient(id: $id) { version } }"
        seen = await self.ask("patients", Role.PRIVACY_OFFICER, query, id=patient_id)
        await self.do(
            "patients",
            Role.PRIVACY_OFFICER,
            "eraseContactData:EraseContactDataInput",
            "... on Patient { status }",
            patientId=patient_id,
            expectedVersion=seen["patient"]["version"],
            legalBasis="LGPD art. 18, VI",
        )

    async def plan_charges(self, visit_id: str) -> dict[str, Any]:
        """What the clerk's button does: billing asks records itself."""
        query = (
            "mutation ($id: ID!, $key: Uuid!) { planCharges(appointmentId: $id, "
            "idempotencyKey: $key) { __typename ... on UserError { code } } }"
        )
        variables = {"id": visit_id, "key": str(uuid4())}
        asked = await self.ask("billing", Role.BILLING_CLERK, query, **variables)
        planned: dict[str, Any] = asked["planCharges"]
        return planned
