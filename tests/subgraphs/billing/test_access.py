"""Who may what in billing: each role, each way to a field, and money that takes two people."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import httpx
import pytest

from subgraphs.billing.app import BillingSettings, create
from subgraphs.billing.service.registering import CardEntry, register_coverage
from subgraphs.kit.auth.roles import Role
from subgraphs.kit.auth.settings import IdentitySettings
from subgraphs.kit.auth.tokens import Holder, Issuer, Verifier
from subgraphs.kit.clock import FixedClock

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from fastapi import FastAPI

    from tests.subgraphs.billing.conftest import Clinic

REFUSED = "UNAUTHORIZED_FIELD_OR_TYPE"
READERS = {Role.RECEPTION, Role.BILLING_CLERK, Role.MANAGER, Role.AUDITOR, Role.SERVICE}
WRITERS = {Role.BILLING_CLERK, Role.MANAGER}
BOOKERS = {Role.RECEPTION, Role.PHYSICIAN, Role.NURSE, Role.MANAGER}
EVERYBODY = [*Role, None]

NUMBER = "000101000000000123"


class Desk:
    """Billing that wants tokens, with a card of patient-1."""

    def __init__(self, app: FastAPI, identity: IdentitySettings) -> None:
        self.app, self.identity, self.card = app, identity, ""
        self.router: dict[str, str] = {}

    async def ask(self, query: str, role: Role | None, **more: Any) -> dict[str, Any]:
        """The answer to a role, as `subject`; to nobody where there is none."""
        headers = dict(self.router)
        if role:
            patient = more.pop("patient", "patient-1") if role is Role.PATIENT else None
            holder = Holder(more.pop("subject", role.value), role, patient_id=patient)
            token = Issuer(self.identity).issue(holder, timedelta(minutes=5))
            headers["authorization"] = f"Bearer {token}"
        transport = httpx.ASGITransport(app=self.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://billing") as http:
            body = {"query": query, "variables": more}
            answer: dict[str, Any] = (
                await http.post("/graphql", json=body, headers=headers)
            ).json()
        return answer


@pytest.fixture
async def desk(
    database_url: str, tmp_path: Path, clock: FixedClock, router_headers: dict[str, str]
) -> AsyncIterator[Desk]:
    identity = IdentitySettings(identity_folder=tmp_path / "identity")
    settings = BillingSettings(
        service="billing", database_url=database_url, identity_folder=identity.identity_folder
    )
    app = create(settings, clock)
    async with app.router.lifespan_context(app):
        desk = Desk(app, identity)
        desk.router = router_headers
        entry = CardEntry("patient-1", "000101", "Vida Plena", NUMBER, None, None)
        async with app.state.database.transaction() as session:
            desk.card = await register_coverage(session, entry, clock.now())
        yield desk


def refused(answer: dict[str, Any]) -> bool:
    codes = {error["extensions"]["code"] for error in answer.get("errors", [])}
    assert codes <= {REFUSED}
    return bool(codes)


def entity(kind: str, id: str, selection: str) -> str:
    return (
        f'{{ _entities(representations: [{{__typename: "{kind}", id: "{id}"}}])'
        f" {{ ... on {kind} {{ {selection} }} }} }}"
    )


READS = [
    ('{ invoice(id: "x") { id } }', READERS),
    ("{ invoices { edges { node { id } } } }", READERS),
    ('{ claim(id: "x") { id } }', READERS),
    ('{ receivables(asOf: "2026-11-24") { invoices } }', READERS),
    ('{ denials(firstDay: "2026-11-01", lastDay: "2026-11-30") { claims } }', READERS),
    (
        '{ _entities(representations: [{__typename: "Clinic", id: "c", timeZone:'
        ' "America/Manaus"}]) { ... on Clinic { cashClosing(day: "2026-11-24") { isFinal } } } }',
        READERS,
    ),
    ('{ authorization(id: "x") { password } }', READERS | BOOKERS),
    (entity("Invoice", "x", "id"), {*EVERYBODY}),
    (entity("Patient", "patient-1", "invoices { edges { node { id } } }"), READERS),
    (entity("Appointment", "a", "invoice { id }"), READERS),
    (entity("Appointment", "a", "x: chargeItems { id }"), READERS),
    (entity("ClinicalDocument", "d", "... { chargeItems { id } }"), READERS),
    (entity("ClinicalDocument", "d", "authorization { id }"), READERS | BOOKERS),
    (entity("Patient", "patient-1", "balance { amount }"), {*Role}),
    (entity("Patient", "patient-1", "coverages { id }"), {*Role}),
]


@pytest.mark.parametrize(("query", "allowed"), READS)
async def test_each_reads_what_their_work_needs(
    desk: Desk, query: str, allowed: set[Role | None]
) -> None:
    for role in EVERYBODY:
        answer = await desk.ask(query, role)
        assert refused(answer) == (role not in allowed), (role, answer)


KEY = 'idempotencyKey: "0198c7a1-0000-7000-8000-000000000000"'
CHANGES = {
    f'createInvoice(appointmentId: "a", {KEY})': WRITERS,
    f'issueInvoice(input: {{{KEY}, invoiceId: "x", expectedVersion: 1}})': WRITERS,
    f'cancelInvoice(input: {{{KEY}, invoiceId: "x", expectedVersion: 1, reason: "erro"}})': WRITERS,
    f'requestRefund(paymentId: "x", amount: "1.00", reason: "erro", {KEY})': WRITERS,
    f'decideRefund(refundId: "x", approve: true, {KEY})': WRITERS,
    f'openCashDesk(clinicId: "c", openingFloat: "0.00", {KEY})': WRITERS,
    f'submitClaims(ansRegistry: "000101", {KEY})': WRITERS,
    f'acceptDenial(claimId: "x", {KEY})': WRITERS,
    f'abortCharge(chargeItemId: "x", {KEY})': WRITERS,
    f'publishPriceTable(input: {{{KEY}, payer: "P", validFrom: "2026-01-01",'
    ' prices: []})': WRITERS,
    f'registerCoverage(input: {{{KEY}, patientId: "p", ansRegistry: "1", planName: "x",'
    ' cardNumber: "1"})': WRITERS | {Role.RECEPTION, Role.NURSE, Role.SERVICE},
    f'removeCoverage(id: "x", {KEY})': WRITERS | {Role.RECEPTION, Role.NURSE, Role.SERVICE},
    f'markInvoiceEnteredInError(input: {{{KEY}, invoiceId: "x", expectedVersion: 1,'
    ' reason: "erro"})': WRITERS,
    f'discountInvoice(input: {{{KEY}, invoiceId: "x", expectedVersion: 1, amount: "1.00",'
    ' reason: "erro"})': WRITERS,
    f'appealDenial(claimId: "x", justification: "erro", {KEY})': WRITERS,
    'refreshClaimBatch(id: "x")': WRITERS,
    'refreshAppeal(claimId: "x")': WRITERS,
    'refreshAuthorization(id: "x")': WRITERS | BOOKERS,
}  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
async def test_each_change_is_for_those_whose_work_it_is(desk: Desk, change: str) -> None:
    for role in EVERYBODY:
        answer = await desk.ask(f"mutation {{ {change} {{ __typename }} }}", role)
        codes = {error["extensions"]["code"] for error in answer.get("errors", [])}
        assert (REFUSED in codes) == (role not in CHANGES[change]), (role, answer)


async def test_without_a_token_no_entity_is_to_be_had(desk: Desk) -> None:
    answer = await desk.ask(entity("Coverage", desk.card, "cardNumberMasked planName"), None)
    assert refused(answer)
    assert answer["data"] == {"_entities": [None]}
    assert NUMBER[-4:] not in str(answer)


async def test_a_patient_sees_the_own_card_and_nobody_elses(desk: Desk) -> None:
    for query in (
        entity("Coverage", desk.card, "id"),
        entity("Patient", "patient-1", "coverages { id } balance { amount }"),
    ):
        own = await desk.ask(query, Role.PATIENT)
        assert desk.card in str(own) or "coverages" in str(own)
        other = await desk.ask(query, Role.PATIENT, patient="patient-2")
        assert "errors" not in other
        assert desk.card not in str(other)
        assert "amount" not in str(other)


async def test_an_estimate_does_not_tell_the_terms_of_somebody_elses_card(desk: Desk) -> None:
    query = (
        "query($r: [_Any!]!) { _entities(representations: $r)"
        " { ... on Appointment { estimate { status } } } }"
    )
    visit = {
        "__typename": "Appointment",
        "id": "a",
        "start": "2026-11-24T14:00:00Z",
        "kind": "FIRST",
        "coverageId": desk.card,
        "returnOf": None,
        "service": {"id": "s", "tussCode": "10101012"},
        "clinic": {"id": "c", "timeZone": "America/Sao_Paulo"},
    }
    answer = await desk.ask(query, Role.PATIENT, patient="patient-2", r=[visit])
    assert answer == {"data": {"_entities": [{"estimate": None}]}}
    own = await desk.ask(query, Role.PATIENT, r=[visit])
    assert own["data"]["_entities"][0]["estimate"] is not None


async def test_the_neighbours_are_asked_with_a_service_token(
    clinic: Clinic, tmp_path: Path
) -> None:
    await clinic.draft(clinic.agenda.book())
    verifier = Verifier(IdentitySettings(identity_folder=tmp_path / "identity"))
    actors = [await verifier.actor_of(token) for token in clinic.agenda.tokens]
    assert {actor.id for actor in actors} == {"service:billing"}
    assert all("billing:write" not in actor.scopes for actor in actors)


async def test_a_key_of_one_clerk_is_not_the_key_of_another(desk: Desk) -> None:
    mutation = (
        'mutation($k: Uuid!, $c: ID!) { openCashDesk(clinicId: $c, openingFloat: "0.00",'
        " idempotencyKey: $k) { ... on CashDesk { id clerk } } }"
    )
    key, clinic = str(uuid4()), "clinic-1"
    opened = [
        (await desk.ask(mutation, Role.BILLING_CLERK, subject=who, k=key, c=clinic))["data"]
        for who in ("ana", "bia", "ana")
    ]
    assert [one["openCashDesk"]["clerk"] for one in opened] == ["ana", "bia", "ana"]
    assert opened[0] == opened[2] != opened[1]
