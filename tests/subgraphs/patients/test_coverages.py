"""Cards that billing registered are a patient's here too, so that both sides answer alike."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from fastapi import FastAPI

from subgraphs.billing.app import BillingSettings, create
from subgraphs.billing.service.following import consumer as billing_consumer
from subgraphs.kit.clock import FixedClock
from subgraphs.kit.events.consumer import Consumer
from subgraphs.kit.events.source import HttpEventSource
from subgraphs.kit.events.subscription import Subscription
from subgraphs.patients.models import inbox
from subgraphs.patients.service.following import consumer as patients_consumer

Register = Callable[..., Awaitable[Any]]

CARDS = "coverages { id }"
REGISTER = """mutation ($input: RegisterCoverageInput!) {
  registerCoverage(input: $input) { ... on Coverage { id } } }"""
MERGE = """mutation ($s: ID!, $t: ID!, $k: Uuid!) {
  mergePatients(sourceId: $s, targetId: $t, idempotencyKey: $k) { __typename } }"""
UNMERGE = """mutation ($p: ID!, $k: Uuid!) {
  unmergePatient(patientId: $p, idempotencyKey: $k) { __typename } }"""
ERASE = """mutation ($input: EraseContactDataInput!) {
  eraseContactData(input: $input) { __typename } }"""


@dataclass
class Both:
    """The two services, and each one's reading of the other's events."""

    patients: Any
    billing: Any
    patients_app: FastAPI
    readings: list[Subscription]

    async def settle(self) -> None:
        """Read until neither has anything new to tell."""
        while sum([await reading.step() for reading in self.readings]):
            pass

    async def card(self, patient_id: str) -> str:
        given = {
            "idempotencyKey": str(uuid4()),
            "patientId": patient_id,
            "ansRegistry": "000101",
            "planName": "Vida Plena",
            "cardNumber": str(uuid4().int)[:16],
        }
        answer = await self.billing.data(REGISTER, input=given)
        card: str = answer["registerCoverage"]["id"]
        return card

    async def cards(self, patient_id: str) -> list[str]:
        """A patient's cards, which both sides must answer alike."""
        asked = [{"__typename": "Patient", "id": patient_id}]
        selection = f"... on Patient {{ {CARDS} }}"
        [here] = await self.patients.entities(selection, asked)
        [there] = await self.billing.entities(selection, asked)
        assert here == there
        return [card["id"] for card in here["coverages"]]


@pytest.fixture
async def both(app: FastAPI, patients: Any, serve: Any, tmp_path: Path, clock: FixedClock) -> Both:
    settings = BillingSettings(
        service="billing",
        database_url=f"sqlite:///{tmp_path}/billing.db",
        authentication="optional",
        identity_folder=tmp_path / "identity",
    )
    billing_app = create(settings, clock)
    billing = await serve(billing_app)

    def reading(name: str, client: Any, consumer: Consumer, reader: FastAPI) -> Subscription:
        source = HttpEventSource(client.http, "http://service")
        return Subscription(name, source, consumer, reader.state.database, clock)

    return Both(
        patients,
        billing,
        app,
        [
            reading("billing", billing, patients_consumer, app),
            reading("patients", patients, billing_consumer, billing_app),
        ],
    )


async def test_a_card_registered_in_billing_is_answered_by_both(
    both: Both, register: Register
) -> None:
    maria = await register(cpf="52998224725")
    cards = [await both.card(maria["id"]) for _ in range(2)]
    await both.settle()
    assert await both.cards(maria["id"]) == cards


async def test_replay_changes_nothing(both: Both, register: Register) -> None:
    maria = await register(cpf="52998224725")
    card = await both.card(maria["id"])
    await both.settle()
    database = both.patients_app.state.database
    for wind_back in (inbox.rewind, inbox.forget):
        async with database.transaction() as session:
            await wind_back(session, "billing")
        await both.settle()
        assert await both.cards(maria["id"]) == [card]


async def test_the_cards_of_merged_patients_are_one_persons_on_both_sides(
    both: Both, register: Register
) -> None:
    maria, twin = await register(cpf="52998224725"), await register(phone="11987654321")
    cards = [await both.card(id) for id in (twin["id"], maria["id"])]
    await both.patients.data(MERGE, s=twin["id"], t=maria["id"], k=str(uuid4()))
    await both.settle()
    assert await both.cards(maria["id"]) == await both.cards(twin["id"]) == cards
    await both.patients.data(UNMERGE, p=twin["id"], k=str(uuid4()))
    await both.settle()
    assert await both.cards(twin["id"]) == cards[:1]
    assert await both.cards(maria["id"]) == cards[1:]


async def test_an_erased_patients_unused_card_is_gone_on_both_sides_and_stays_gone(
    both: Both, register: Register
) -> None:
    maria = await register(cpf="52998224725")
    await both.card(maria["id"])
    await both.settle()
    given = {
        "idempotencyKey": str(uuid4()),
        "patientId": maria["id"],
        "expectedVersion": 1,
        "legalBasis": "LGPD art. 18, VI",
    }
    await both.patients.data(ERASE, input=given)
    await both.settle()
    assert await both.cards(maria["id"]) == []
    async with both.patients_app.state.database.transaction() as session:
        await inbox.forget(session, "billing")
    await both.settle()
    assert await both.cards(maria["id"]) == []


async def test_a_card_of_an_unknown_patient_waits(both: Both) -> None:
    await both.card("nobody")
    await both.settle()
    async with both.patients_app.state.database.read() as session:
        assert await inbox.parked(session, "billing") == 1
