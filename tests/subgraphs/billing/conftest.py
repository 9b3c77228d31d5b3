"""Billing at work: the app on a real database, a real health plan, and an agenda to ask."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import orjson
import pytest
import uvicorn

from subgraphs.billing.app import BillingSettings, create
from subgraphs.billing.client.plan_call import Patience
from subgraphs.health_plan.app import create_app as create_health_plan
from subgraphs.health_plan.card import Card
from subgraphs.health_plan.settings import HealthPlanSettings
from subgraphs.kit.clock import FixedClock
from subgraphs.kit.database import Database

NOW = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)

RECORDS_PORT = 5003

ANALYSIS = timedelta(days=5)
"""How long the plan thinks."""

PATIENCE = Patience(
    call_seconds=0.3, budget_seconds=1.0, first_pause_seconds=0.01, rest_seconds=0.3
)

INVOICE = """
    id number version status serviceDay cancelReason consentedAt
    gross { amount } planPays { amount } patientPays { amount } discount { amount }
    dueFromPlan { amount } dueFromPatient { amount } paid { amount } patientOwes { amount }
    lines {
        tussCode quantity unitPrice priceTableVersion shareStatus authorizationRequired
        gross { amount } planPays { amount } patientPays { amount } copayCollectedBy
        deductible { amount } coinsurance { amount } copay { amount }
        chargeItem { id status }
    }
    payments { amount { amount } change { amount } method payer }
"""

REFUSAL = "__typename ... on UserError { code message path }"


@dataclass
class Agenda:
    """The appointments and the records service, as far as billing asks them."""

    visits: dict[str, dict[str, Any]] = field(default_factory=dict)
    documents: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    is_down: bool = False
    answers_nonsense: bool = False
    tokens: list[str] = field(default_factory=list)
    """With which bearer tokens the services were asked."""

    def book(self, *, coverage_id: str | None = None, **facts: Any) -> str:
        """A visit of patient-1, in São Paulo, arrived; `facts` change that."""
        visit_id = str(uuid4())
        self.visits[visit_id] = {
            "id": visit_id,
            "start": "2026-11-24T14:00:00Z",
            "status": "ARRIVED",
            "kind": "FIRST",
            "coverageId": coverage_id,
            "patient": {"id": "patient-1"},
            "service": {"id": "service-1", "tussCode": "10101012"},
            "clinic": {"id": "clinic-1", "cnes": "2077485", "timeZone": "America/Sao_Paulo"},
            "returnOf": None,
            **facts,
        }
        return visit_id

    def request_exams(self, visit_id: str, *tuss_codes: str, status: str = "SIGNED") -> str:
        """A document of the visit that requests procedures."""
        document_id = str(uuid4())
        document = {"documentId": document_id, "status": status, "tussCodes": list(tuss_codes)}
        self.documents.setdefault(visit_id, []).append(document)
        return document_id

    def answer(self, request: httpx.Request) -> httpx.Response:
        """What the services answer to billing's questions."""
        if self.is_down:
            raise httpx.ConnectError("nobody listens", request=request)
        if self.answers_nonsense:
            return httpx.Response(200, json={"data": {"_entities": [{"id": 7}]}})
        self.tokens.append(request.headers["authorization"].removeprefix("Bearer "))
        asked = orjson.loads(request.content)["variables"]["representations"]
        ids = [representation["id"] for representation in asked]
        if request.url.port == RECORDS_PORT:
            found: list[Any] = [
                {
                    "encounter": self.documents.get(key)
                    and {"procedureRequests": self.documents[key]}
                }
                for key in ids
            ]
        else:
            found = [self.visits.get(key) for key in ids]
        return httpx.Response(200, json={"data": {"_entities": found}})


@dataclass
class Clinic:
    """What a test has in hand."""

    http: httpx.AsyncClient
    agenda: Agenda
    plan: httpx.AsyncClient
    database: Database
    clock: FixedClock

    async def ask(self, query: str, **variables: Any) -> dict[str, Any]:
        """Ask billing; the data, where there were no errors."""
        answer = await self.answer(query, **variables)
        assert "errors" not in answer, answer
        data: dict[str, Any] = answer["data"]
        return data

    async def answer(self, query: str, **variables: Any) -> dict[str, Any]:
        """Ask billing; everything that it answers."""
        body = {"query": query, "variables": variables}
        answer: dict[str, Any] = (await self.http.post("/graphql", json=body)).json()
        return answer

    async def mutate(self, name: str, **input: Any) -> dict[str, Any]:
        """A mutation with an input object, with a key of its own unless one is given."""
        input_type = name[0].upper() + name[1:] + "Input"
        if name == "markInvoiceEnteredInError":
            input_type = "CancelInvoiceInput"
        shown = {
            "registerCoverage": "... on Coverage { id }",
            "publishPriceTable": "... on PriceTable { id label }",
            "requestAuthorization": "... on Authorization { id status password guiaNumber }",
        }.get(name, f"... on Invoice {{ {INVOICE} }}")
        query = (
            f"mutation($input: {input_type}!) {{ {name}(input: $input) {{ {REFUSAL} {shown} }} }}"
        )
        input.setdefault("idempotencyKey", str(uuid4()))
        result: dict[str, Any] = (await self.ask(query, input=input))[name]
        return result

    async def draft(
        self, visit_id: str, key: str | None = None, *, urgent: bool = False
    ) -> dict[str, Any]:
        """The draft of a visit's invoice."""
        query = (
            "mutation($id: ID!, $key: Uuid!, $urgent: Boolean!)"
            " { createInvoice(appointmentId: $id, idempotencyKey: $key, urgent: $urgent)"
            f" {{ {REFUSAL} ... on AlreadyInvoiced {{ invoice {{ id }} }}"
            " ... on AppointmentsUnavailable { retryAfterSeconds }"
            f" ... on Invoice {{ {INVOICE} }} }} }}"
        )
        variables = {"id": visit_id, "key": key or str(uuid4()), "urgent": urgent}
        result: dict[str, Any] = (await self.ask(query, **variables))["createInvoice"]
        return result

    async def issue(self, invoice: dict[str, Any], **more: Any) -> dict[str, Any]:
        """Issue an invoice in the version shown."""
        return await self.mutate(
            "issueInvoice", invoiceId=invoice["id"], expectedVersion=invoice["version"], **more
        )

    async def pay(self, invoice: dict[str, Any], amount: str, **more: Any) -> dict[str, Any]:
        """Pay an invoice in the version shown."""
        more = {"method": "PIX", **more}
        return await self.mutate(
            "registerPayment",
            invoiceId=invoice["id"],
            expectedVersion=invoice["version"],
            amount=amount,
            **more,
        )

    async def open_desk(self) -> None:
        """A cash desk at clinic-1."""
        await self.ask(
            'mutation($key: Uuid!) { openCashDesk(clinicId: "clinic-1", openingFloat: "0.00",'
            " idempotencyKey: $key) { __typename } }",
            key=str(uuid4()),
        )

    async def cancel(self, invoice: dict[str, Any], reason: str = "lançada por engano") -> Any:
        """Call an invoice off in the version shown."""
        return await self.mutate(
            "cancelInvoice",
            invoiceId=invoice["id"],
            expectedVersion=invoice["version"],
            reason=reason,
        )

    async def register_card(self, card: Card, patient_id: str = "patient-1") -> str:
        """A patient's card; the coverage's id."""
        coverage = await self.mutate(
            "registerCoverage",
            patientId=patient_id,
            ansRegistry=card.ans_registry,
            planName="Vida Plena Saúde",
            cardNumber=card.number,
        )
        coverage_id: str = coverage["id"]
        return coverage_id

    async def publish(self, payer: str, valid_from: str, **prices: str) -> None:
        """A version of a price table; keyword `tuss_10101012="98.50"`."""
        table = [
            {"tussCode": code.removeprefix("tuss_"), "unitPrice": price}
            for code, price in prices.items()
        ]
        result = await self.mutate(
            "publishPriceTable", payer=payer, validFrom=valid_from, prices=table
        )
        assert result["__typename"] == "PriceTable", result

    def wait_for_the_plan(self, analyses: int = 1) -> None:
        """Let as many of the plan's analyses pass."""
        self.clock.advance(analyses * ANALYSIS)

    async def break_plan(self, mode: str, **more: Any) -> None:
        """Switch a failure of the health plan on."""
        await self.plan.put("/v1/failures", json={"failures": [{"mode": mode, **more}]})

    async def heal_plan(self) -> None:
        """Switch all failures off, and wait until billing would ask again."""
        await self.plan.put("/v1/failures", json={"failures": []})
        await asyncio.sleep(PATIENCE.rest_seconds)


@pytest.fixture
def clock() -> FixedClock:
    """The clock of billing and of the plan."""
    return FixedClock(NOW)


@pytest.fixture
async def plan(clock: FixedClock) -> AsyncIterator[httpx.AsyncClient]:
    """A health plan on a real socket."""
    settings = HealthPlanSettings(
        analysis_seconds=ANALYSIS.total_seconds(), failure_delay_seconds=0.6
    )
    app = create_health_plan(settings, now=clock.now)
    config = uvicorn.Config(app, port=0, log_level="error")
    server = uvicorn.Server(config)
    listener = config.bind_socket()
    listener.listen()  # from here on, whoever connects waits instead of failing
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    address = "http://{}:{}".format(*listener.getsockname())
    async with httpx.AsyncClient(base_url=address) as client:
        yield client
    server.should_exit = True
    await serving


@pytest.fixture
async def clinic(
    database_url: str, plan: httpx.AsyncClient, clock: FixedClock, tmp_path: Path
) -> AsyncIterator[Clinic]:
    """Billing with two price tables, on an empty database of either kind."""
    agenda = Agenda()
    settings = BillingSettings(
        service="billing",
        database_url=database_url,
        health_plan_url=str(plan.base_url),
        authentication="optional",
        identity_folder=tmp_path / "identity",
        pix_key="123e4567-e12b-12d1-a456-426655440000",
    )
    app = create(
        settings,
        clock,
        neighbours=httpx.MockTransport(agenda.answer),
        patience=PATIENCE,
    )
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://billing") as http,
    ):
        clinic = Clinic(http, agenda, plan, app.state.database, clock)
        await clinic.publish(
            "PRIVATE", "2026-01-01", tuss_10101012="180.00", tuss_41001095="900.00"
        )
        await clinic.publish("000101", "2026-01-01", tuss_10101012="98.50", tuss_41001095="480.00")
        yield clinic
