"""A field that moves from one service to another answers alike before, during and after."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from clinic import DOMAINS, ROUTER_SECRET, SUPERGRAPH, Clinic
from network import eventually
from staff import Staff

from router import Router
from router.gateway import GatewayOptions
from router.gateway.options import ServiceOptions
from subgraphs.health_plan.card import Card

CARDS = "query Cards($id: ID!) { patient(id: $id) { coverages { id planName } } }"


@asynccontextmanager
async def moved_by(clinic: Clinic, percent: int) -> AsyncIterator[Router]:
    """A router with so much of the traffic at the new place."""
    options = GatewayOptions(
        services={name: ServiceOptions(clinic.services[name].address) for name in DOMAINS},
        insert_headers=(("router-secret", ROUTER_SECRET),),
    )
    sdl = SUPERGRAPH.read_text(encoding="utf-8").replace("percent(25)", f"percent({percent})")
    router = Router(sdl, options=options)
    try:
        yield router
    finally:
        await router.close()


@pytest.fixture
def told(clinic: Clinic) -> Callable[[str], Any]:
    """Whether the old place has heard of a patient's card."""

    async def told(patient: str) -> bool:
        async with moved_by(clinic, 0) as router:
            answer = await router.execute(CARDS, variables={"id": patient})
        return bool(answer.data["patient"]["coverages"])

    return told


async def test_cards_are_the_same_at_none_some_and_all_of_the_traffic(
    clinic: Clinic, staff: Staff, told: Callable[[str], Any]
) -> None:
    patient = await staff.register_patient(cpf="529.982.247-25")
    card = await staff.do(
        "registerCoverage: RegisterCoverageInput",
        "... on Coverage { id }",
        patientId=patient["id"],
        ansRegistry="000101",
        planName="Vida Plena",
        cardNumber=Card("000101", "03", 12).number,
    )
    await eventually(lambda: told(patient["id"]))

    answers = []
    for percent in (0, 25, 100):
        async with moved_by(clinic, percent) as router:
            for _ in range(12):
                response = await router.execute(CARDS, variables={"id": patient["id"]})
                assert not response.errors
                answers.append(response.data)

    expected = {"patient": {"coverages": [{"id": card["id"], "planName": "Vida Plena"}]}}
    assert answers == [expected] * 36


async def test_the_label_is_the_one_that_the_schema_has() -> None:
    assert 'overrideLabel: "percent(25)"' in SUPERGRAPH.read_text(encoding="utf-8")
