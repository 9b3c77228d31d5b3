"""What the other services really tell and answer is what billing reads and asks."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager, AsyncExitStack
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from subgraphs.kit.auth.roles import Role
from subgraphs.kit.auth.settings import IdentitySettings
from subgraphs.kit.clock import FixedClock
from tests.subgraphs.billing.agenda_rows import SUNDAY_NIGHT, catalogue, opening_hours
from tests.subgraphs.billing.network import NAMES, Network

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

BLOOD_COUNT, CREATININE = "40304361", "40301630"


@pytest.fixture(params=["sqlite", "postgresql"])
async def network(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    postgresql_database: Callable[[], AbstractAsyncContextManager[str]],
) -> AsyncIterator[Network]:
    """The services, and a clinic in Manaus that is open on Sunday nights."""
    network = Network(
        IdentitySettings(identity_folder=tmp_path / "identity"), FixedClock(SUNDAY_NIGHT)
    )
    async with AsyncExitStack() as stack:
        databases = {name: f"sqlite:///{tmp_path}/{name}.db" for name in NAMES}
        if request.param == "postgresql":
            for name in NAMES:
                databases[name] = await stack.enter_async_context(postgresql_database())
        for app in network.open(databases).values():
            await stack.enter_async_context(app.router.lifespan_context(app))
        async with network.switch.apps["appointments"].state.database.transaction() as session:
            session.add_all(catalogue())
            await session.flush()
            session.add_all(opening_hours())
        yield network


async def test_a_visit_and_its_request_are_charged_as_their_owners_tell_them(
    network: Network,
) -> None:
    patient = await network.register()
    visit, encounter = await network.arrive(patient)
    await network.read("records", "patients", "appointments")
    await network.sign(await network.request(encounter, BLOOD_COUNT, CREATININE))
    await network.fulfil(visit)
    await network.read("billing", "patients", "appointments", "records")
    same = {"serviceDay": "2026-03-01"}
    expected = [
        {"tussCode": "10101012", "status": "BILLABLE"} | same,
        {"tussCode": CREATININE, "status": "PLANNED"} | same,
        {"tussCode": BLOOD_COUNT, "status": "PLANNED"} | same,
    ]
    assert await network.charges(visit["id"]) == expected
    assert await network.parked() == 0
    assert (await network.plan_charges(visit["id"]))["__typename"] == "Appointment"
    assert await network.charges(visit["id"]) == expected


async def test_what_was_amended_or_struck_is_not_charged(network: Network) -> None:
    visit, encounter = await network.arrive(await network.register())
    await network.read("records", "patients", "appointments")
    first = await network.sign(await network.request(encounter, BLOOD_COUNT))
    amending = await network.request(encounter, CREATININE, amendsId=first["id"])
    second = await network.sign(amending)
    await network.read("billing", "records")
    charges = [(c["tussCode"], c["status"]) for c in await network.charges(visit["id"])]
    assert charges == [(CREATININE, "PLANNED"), (BLOOD_COUNT, "ABORTED")]
    await network.strike(second)
    await network.read("billing", "records")
    assert {c["status"] for c in await network.charges(visit["id"])} == {"ABORTED"}
    assert await network.parked() == 0


async def test_billing_asks_records_as_a_service_and_learns_codes_alone(network: Network) -> None:
    """Without a reader of events: the clerk's button is enough."""
    visit, encounter = await network.arrive(await network.register())
    await network.read("records", "patients", "appointments")
    draft = await network.request(encounter, CREATININE)
    assert (await network.plan_charges(visit["id"]))["__typename"] == "Appointment"
    assert await network.charges(visit["id"]) == [], "a draft requests nothing yet"
    await network.sign(draft)
    await network.plan_charges(visit["id"])
    charges = await network.charges(visit["id"])
    assert [(c["tussCode"], c["status"]) for c in charges] == [(CREATININE, "PLANNED")]


async def test_no_encounter_is_an_answer_and_silence_is_not(network: Network) -> None:
    visit = await network.book(await network.register())
    assert (await network.plan_charges(visit["id"]))["__typename"] == "Appointment"
    network.switch.down.add("records")
    refused = await network.plan_charges(visit["id"])
    assert refused == {"__typename": "RecordsUnavailable", "code": "RECORDS_UNAVAILABLE"}
    network.switch.down = {"appointments"}
    refused = await network.plan_charges(visit["id"])
    assert refused["__typename"] == "AppointmentsUnavailable"


async def test_what_patients_tells_of_merges_and_erasure_reaches_the_cards(
    network: Network,
) -> None:
    source, target = await network.register(), await network.register("529.982.247-25")
    card = await network.do(
        "billing",
        Role.BILLING_CLERK,
        "registerCoverage:RegisterCoverageInput",
        "... on Coverage { id }",
        patientId=source,
        ansRegistry="000101",
        planName="Vida Plena",
        cardNumber="00010101000000015",
    )
    key = {"k": str(uuid4()), "source": source, "target": target}
    merge = (
        "mutation ($source: ID!, $target: ID!, $k: Uuid!) { mergePatients(sourceId: $source, "
        "targetId: $target, idempotencyKey: $k) { __typename } }"
    )
    merged = await network.ask("patients", Role.MANAGER, merge, **key)
    assert merged["mergePatients"]["__typename"] == "Patient"
    await network.read("billing", "patients")
    assert await network.cards(target) == [card["id"]]
    part = (
        "mutation ($source: ID!, $k: Uuid!) { unmergePatient(patientId: $source, "
        "idempotencyKey: $k) { __typename } }"
    )
    await network.ask("patients", Role.MANAGER, part, k=str(uuid4()), source=source)
    await network.read("billing", "patients")
    assert (await network.cards(target), await network.cards(source)) == ([], [card["id"]])
    await network.erase(source)
    await network.read("billing", "patients")
    assert await network.cards(source) == []
    assert await network.parked() == 0
