"""What happens in one service is known in the others, also after an outage and after a replay."""

from __future__ import annotations

from typing import Any

import pytest
from clinic import DOMAINS
from network import Network, eventually
from sqlalchemy import text
from workplace import BLOOD_COUNT, CONSULTATION, CREATININE, World

from subgraphs.health_plan.card import Card

pytestmark = pytest.mark.asyncio(loop_scope="module")

CHARGES = """query($id: ID!) { appointment(id: $id) { chargeItems { tussCode status } } }"""


async def charges(world: World, visit: dict[str, Any]) -> list[tuple[str, str]]:
    """The charges of a visit, as billing has them."""
    found = await world.biller.get(CHARGES, id=visit["id"])
    return sorted(
        (item["tussCode"], item["status"]) for item in found["appointment"]["chargeItems"]
    )


async def test_what_was_signed_and_what_took_place_become_charges(
    network: Network, world: World
) -> None:
    patient = await world.patient("Ana Beatriz Lima", cpf="529.982.247-25")
    visit = await world.book(patient["id"])

    visit = await world.see(visit, BLOOD_COUNT, CREATININE)
    await network.settled()

    expected = [(CONSULTATION, "BILLABLE"), (CREATININE, "PLANNED"), (BLOOD_COUNT, "PLANNED")]
    assert await charges(world, visit) == sorted(expected)

    request = visit["documents"][1]
    await world.physician.do(
        "strikeDocument",
        "... on ExamRequest { status }",
        id=request["id"],
        expectedVersion=request["version"],
        reason="Pedido do paciente errado.",
    )
    await network.settled()
    assert [status for _, status in await charges(world, visit)] == [
        "BILLABLE",
        "ABORTED",
        "ABORTED",
    ]


async def test_a_card_reaches_the_registration(network: Network, world: World) -> None:
    patient = await world.patient("Bruno Castro", birthDate="1979-02-03", sex="MALE")

    coverage_id = await register_card(world, patient, member=12_345_678)
    await network.settled()

    assert await holder_in_patients(network, coverage_id) == patient["id"]


async def test_who_was_away_catches_up_in_order(network: Network, world: World) -> None:
    patient = await world.patient("Carla Dias", birthDate="1990-09-09")
    await network.settled()
    visit = await world.book(patient["id"])
    await network.services["billing"].stop()

    version, visit = patient["version"], await world.see(visit, BLOOD_COUNT)
    for name in ("Carla Dias Alves", "Carla Alves", "Carla Nunes Alves"):
        corrected = await world.reception.do(
            "correctPatient",
            "version displayName",
            patientId=patient["id"],
            expectedVersion=version,
            legalName=name,
        )
        version = corrected["version"]
    await network.services["billing"].start()
    await network.settled()

    assert await charges(world, visit) == [(CONSULTATION, "BILLABLE"), (BLOOD_COUNT, "PLANNED")]
    assert await agenda_name(world, visit) == "Carla Nunes Alves"


async def test_a_merge_and_an_erasure_reach_all_and_survive_a_replay(
    network: Network, world: World
) -> None:
    kept = await world.patient("Daniela Rocha", birthDate="1972-07-01")
    double = await world.patient("Daniela Roxa", birthDate="1972-07-01")
    erased = await world.patient(
        "Eva Moreira", birthDate="1961-01-30", phone="+5511987654321", email="eva@example.org"
    )
    visits = [await world.book(one["id"], day="2026-11-24") for one in (double, erased)]
    card = await register_card(world, erased, member=23_456_789)
    await network.settled()
    assert await holder_in_patients(network, card) == erased["id"]

    await world.manager.do("mergePatients", "id", sourceId=double["id"], targetId=kept["id"])
    await world.officer.do(
        "eraseContactData",
        "id status",
        patientId=erased["id"],
        expectedVersion=erased["version"],
        legalBasis="LGPD, art. 18, VI",
    )
    await network.settled()
    before = await standing(world, visits, kept, double)
    assert before["names"] == ["Daniela Rocha", "(dados eliminados)"]
    assert before["visits"] == [visits[0]["id"]]
    assert await holder_in_patients(network, card) is None, "nothing rested on it"

    for service in DOMAINS:
        for subscription in network.services[service].app.state.subscriptions:
            async with network.database(service).transaction() as session:
                await subscription.consumer.inbox.forget(session, subscription.name)
    await network.settled()

    assert await standing(world, visits, kept, double) == before
    assert await holder_in_patients(network, card) is None


async def register_card(world: World, patient: dict[str, Any], member: int) -> str:
    """A card is noted at the desk; billing keeps it."""
    card = Card("000101", "03", member)
    coverage = await world.reception.do(
        "registerCoverage",
        "id",
        patientId=patient["id"],
        ansRegistry=card.ans_registry,
        planName="Vida Plena Pleno",
        cardNumber=card.number,
    )
    return str(coverage["id"])


async def holder_in_patients(network: Network, coverage_id: str) -> str | None:
    """Whose card it is as far as the patients service knows."""
    wanted = text("SELECT patient_id FROM patient_coverages WHERE coverage_id = :id")
    async with network.database("patients").read() as session:
        holder: str | None = await session.scalar(wanted, {"id": coverage_id})
    return holder


async def agenda_name(world: World, visit: dict[str, Any]) -> str:
    """The name that the agenda shows, which is its own copy."""
    found = await world.reception.get(
        "query($id: ID!) { appointment(id: $id) { patient { displayName } } }", id=visit["id"]
    )
    name: str = found["appointment"]["patient"]["displayName"]
    return name


async def standing(
    world: World, visits: list[dict[str, Any]], kept: dict[str, Any], double: dict[str, Any]
) -> dict[str, Any]:
    """How a merge and an erasure show in agenda, records and billing."""

    async def moved() -> bool:
        found = await world.reception.get(APPOINTMENTS_OF, id=kept["id"])
        return bool(found["patient"]["appointments"]["edges"])

    await eventually(moved)
    found = await world.reception.get(APPOINTMENTS_OF, id=kept["id"])
    other: dict[str, list[tuple[Any, ...]]] = {}
    for service, table in (("records", "patient_replicas"), ("billing", "merged_patients")):
        async with world.network.database(service).read() as session:
            rows = await session.execute(text(f"SELECT * FROM {table} ORDER BY 1"))
            other[service] = [tuple(map(str, row)) for row in rows]
            assert any(double["id"] in row for row in other[service]), service
    return {
        "names": [await agenda_name(world, visit) for visit in visits],
        "visits": [edge["node"]["id"] for edge in found["patient"]["appointments"]["edges"]],
        **other,
    }


APPOINTMENTS_OF = "query($id: ID!) { patient(id: $id) { appointments { edges { node { id } } } } }"
