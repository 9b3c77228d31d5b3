"""No way through the graph leads to a record, and no identifier leaks out of it."""

from __future__ import annotations

import re
from typing import Any

import pytest
import pytest_asyncio
from clinic import DOMAINS
from network import Network
from people import Person
from workplace import BLOOD_COUNT, World

from subgraphs.health_plan.card import Card
from subgraphs.kit.auth.roles import Role

pytestmark = pytest.mark.asyncio(loop_scope="module")

CPF, CARD = "52998224725", Card("000101", "03", 12_345).number
PHONE, EMAIL = "+5511987654321", "ana.lima@example.com"
SECRET = "Hipertensão essencial."
NOTE = "... on ConsultationNote { assessment }"
WAYS = {
    "from the patient": (
        f"query($p: ID!) {{ patient(id: $p) {{ record {{ edges {{ node {{ {NOTE} }} }} }} }} }}"
    ),
    "from the visit": (
        "query($a: ID!) { x: appointment(id: $a) { encounter {"
        " documents { __typename ...N } } } } fragment N on ConsultationNote { assessment }"
    ),
    "from the invoice": (
        "query($i: ID!) { invoice(id: $i) { appointment { patient {"
        f" record {{ edges {{ node {{ ... on ClinicalDocument {{ id {NOTE} }} }} }} }} }} }} }} }}"
    ),
    "by its id, twice": (
        f"query($d: ID!) {{ a: clinicalDocument(id: $d) {{ {NOTE} }}"
        f" b: clinicalDocument(id: $d) {{ {NOTE} }} }}"
    ),
    "as a copy": "query($p: ID!) { recordAsFhir(patientId: $p) { json } }",
}
LOG = """query($p: ID!) { recordAccessLog(patientId: $p, first: 100) {
  edges { node { actorId granted } } } }"""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def ids(network: Network, world: World) -> dict[str, str]:
    """Of a visit of Ana's, seen by the physician and billed."""
    patient = await world.patient("Ana Lima", cpf=CPF, phone=PHONE, email=EMAIL)
    await world.reception.do(
        "registerCoverage",
        "id",
        patientId=patient["id"],
        ansRegistry="000101",
        planName="Vida Plena",
        cardNumber=CARD,
    )
    visit = await world.see(await world.book(patient["id"]), BLOOD_COUNT)
    await world.physician.do("closeEncounter", "id", id=visit["encounterId"], expectedVersion=1)
    invoice = await world.biller.do("createInvoice", "id", appointmentId=visit["id"])
    await network.settled()
    return {
        "p": patient["id"],
        "a": visit["id"],
        "i": invoice["id"],
        "d": visit["documents"][0]["id"],
    }


async def ask(who: Person, query: str, ids: dict[str, str]) -> dict[str, Any]:
    return await who.ask(query, **{key: id for key, id in ids.items() if f"${key}:" in query})


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("role", list(Role))
async def test_no_way_leads_somebody_to_a_record_who_does_not_care_for_the_patient(
    network: Network, ids: dict[str, str], role: Role, way: str
) -> None:
    account = {"patient_id": "somebody"} if role is Role.PATIENT else {}
    account |= {"practitioner_id": "somebody"} if role is Role.PHYSICIAN else {}
    stranger = network.person(f"stranger {role.value}", role, **account)
    answer = await ask(stranger, WAYS[way], ids)
    assert SECRET not in str(answer)
    errors = answer.get("errors", [])
    # Of others a patient is told that there is nobody.
    assert errors or (role is Role.PATIENT and answer["data"] == {"patient": None})
    for error in errors:
        assert error["extensions"]["code"] == "UNAUTHORIZED_FIELD_OR_TYPE"
        assert CPF not in str(error)
        assert "Ana" not in str(error)


async def test_what_the_services_refused_is_in_the_log_as_what_they_showed(
    network: Network, world: World, ids: dict[str, str]
) -> None:
    stranger = network.person("another physician", Role.PHYSICIAN, practitioner_id="another")
    for way in WAYS.values():
        await ask(stranger, way, ids)
        assert SECRET in str(await ask(world.physician, WAYS["from the patient"], ids))
    log = await world.officer.get(LOG, p=ids["p"])
    events = [edge["node"] for edge in log["recordAccessLog"]["edges"]]
    assert {event["granted"] for event in events if event["actorId"] == "another physician"} == {
        False
    }
    assert {event["granted"] for event in events if event["actorId"] == "physician"} == {True}


async def test_the_graph_of_clients_has_no_hidden_field(world: World) -> None:
    schema = await world.manager.get("{ __schema { types { name fields { name } } } }")
    names = {
        field["name"] for type in schema["__schema"]["types"] for field in type["fields"] or ()
    }
    assert "cpfMasked" in names
    assert not names & {"cpfRaw", "linkCoverage", "_entities", "_service", "cardNumber"}
    for query in ("{ patients { edges { node { cpfRaw } } } }", "{ _service { sdl } }"):
        assert "Cannot query" in str(await world.manager.ask(query))


async def test_no_identifier_is_in_an_answer_an_event_a_log_or_a_metric(
    network: Network,
    world: World,
    ids: dict[str, str],
    capfd: pytest.CaptureFixture[str],
) -> None:
    everything = (
        "query($p: ID!) { patient(id: $p) { cpfMasked coverages { id } balance { amount } } }"
    )
    said = [str(await ask(world.reception, everything, ids))]
    said.append(
        str(
            await world.reception.attempt(  # refused, with the reason
                "registerPatient",
                "id",
                legalName="Ana Lima",
                birthDate="1985-04-12",
                sex="FEMALE",
                cpf=CPF,
            )
        )
    )
    for name in DOMAINS:
        said.append(str(await network.events(name)))
        metrics = await network.http.get(f"{network.services[name].origin}/metrics")
        said.append(metrics.text)
    out, err = capfd.readouterr()
    said += [out, err]
    for text in said:
        digits = re.sub(r"[.\-/ ]", "", text)
        assert CPF not in digits
        assert CARD not in digits
        assert world.reception.token not in text
    for text in said[2:]:
        assert PHONE not in text
        assert EMAIL not in text
