"""Who sees and changes which appointments: each role, by each way."""

from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from subgraphs.kit.auth.roles import Role

REFUSED = "UNAUTHORIZED_FIELD_OR_TYPE"
READERS = [Role.PHYSICIAN, Role.NURSE, Role.RECEPTION, Role.BILLING_CLERK, Role.MANAGER]
READERS += [Role.AUDITOR, Role.SERVICE]
WRITERS = [Role.PHYSICIAN, Role.NURSE, Role.RECEPTION, Role.MANAGER]

WAYS = {
    "appointment": "query ($i: ID!) { appointment(id: $i) { start } }",
    "entity": """query ($r: [_Any!]!) { _entities(representations: $r) {
      ... on Appointment { start } } }""",
    "patient": """query ($p: [_Any!]!) { _entities(representations: $p) {
      ... on Patient { appointments { edges { node { start } } } } } }""",
    "name": """query ($p: [_Any!]!) { _entities(representations: $p) {
      ... on Patient { displayName } } }""",
}
STAFF_ONLY = {
    "agenda": "{ appointments { edges { node { id } } } }",
    "waiting room": '{ waitingRoom(clinicId: "paulista") { id } }',
    "history": "query ($i: ID!) { appointment(id: $i) { history { actor } } }",
}
CANCEL = """mutation ($input: CancelAppointmentInput!) { cancelAppointment(input: $input) {
  __typename ... on UserError { code } } }"""
HOLD = """mutation ($input: BookInput!) { holdSlot(input: $input) {
  __typename ... on Appointment { status } ... on PatientNotBookable { reason } } }"""
CLINIC = """mutation ($input: RegisterClinicInput!) { registerClinic(input: $input) {
  __typename } }"""
SLOTS = """query ($search: SlotSearchInput!) { availableSlots(search: $search, first: 1) {
  token practitioner { name } clinic { name } } }"""


@pytest.fixture
async def graph(open_graph: Callable[..., Any], network: Any) -> AsyncIterator[Any]:
    await network.store(network.visit(id="anas"), network.visit(id="bias", **BIAS))
    async with open_graph("required") as graph:
        yield graph


BIAS = {"patient_id": "bia", "practitioner_id": "reis"}


async def ask(graph: Any, query: str, id: str = "anas", patient: str = "ana") -> dict[str, Any]:
    given = {
        "i": id,
        "r": [{"__typename": "Appointment", "id": id}],
        "p": [{"__typename": "Patient", "id": patient}],
    }
    answer: dict[str, Any] = await graph.answer(
        query, **{name: value for name, value in given.items() if f"${name}:" in query}
    )
    return answer


def codes(answer: dict[str, Any]) -> set[str]:
    return {error["extensions"]["code"] for error in answer.get("errors", [])}


@pytest.mark.parametrize("query", [*WAYS.values(), *STAFF_ONLY.values()])
async def test_without_a_token_nothing_of_a_patient_is_to_be_had(graph: Any, query: str) -> None:
    answer = await ask(graph, query)
    assert codes(answer) == {REFUSED}
    assert "2026-03" not in str(answer)
    assert "Paciente" not in str(answer)


@pytest.mark.parametrize("query", [*WAYS.values(), *STAFF_ONLY.values()])
async def test_staff_reads_agendas(graph: Any, query: str, token_of: Any) -> None:
    for role in READERS:
        assert "errors" not in await ask(graph.signed_in(token_of(role)), query)


async def test_a_patient_sees_what_is_their_own_alone(graph: Any, token_of: Any) -> None:
    ana = graph.signed_in(token_of(Role.PATIENT, patient="ana"))
    for query in WAYS.values():
        assert "errors" not in await ask(ana, query)
        other = await ask(ana, query, id="bias", patient="bia")
        assert "2026-03" not in str(other)
        assert "Paciente" not in str(other)
    for query in STAFF_ONLY.values():
        assert codes(await ask(ana, query)) == {REFUSED}


async def test_free_slots_and_who_works_where_are_for_everybody(graph: Any, clock: Any) -> None:
    search = {
        "serviceId": "consulta",
        "from": clock.now().isoformat(),
        "to": (clock.now() + timedelta(days=1)).isoformat(),
    }
    assert (await graph(SLOTS, search=search))["availableSlots"][0]["practitioner"]
    query = '{ practitioner(id: "lima") { name } clinics { name } healthcareServices { name } }'
    assert "errors" not in await graph.answer(query)


async def test_who_writes_agendas(graph: Any, token_of: Any) -> None:
    cancel = {"id": "anas", "expectedVersion": 7, "reason": "x", "cancelledBy": "PATIENT"}
    for role in Role:
        by = graph.signed_in(token_of(role, patient="ana" if role is Role.PATIENT else None))
        answer = await by.answer(CANCEL, input={**cancel, "idempotencyKey": str(uuid4())})
        if role in WRITERS:
            assert answer["data"]["cancelAppointment"]["code"] == "STALE_VERSION"
        else:
            assert codes(answer) == {REFUSED}


async def test_the_network_is_the_managers_to_change(graph: Any, token_of: Any) -> None:
    clinic = {
        "idempotencyKey": str(uuid4()),
        "name": "Vida+ Recife",
        "cnes": "2345678",
        "cnpj": "12ABC34501DE35",
        "city": "Recife",
        "uf": "PE",
        "timeZone": "America/Recife",
    }
    for role in Role:
        answer = await graph.signed_in(token_of(role)).answer(CLINIC, input=clinic)
        if role is Role.MANAGER:
            assert answer["data"]["registerClinic"]["__typename"] == "Clinic"
        else:
            assert codes(answer) == {REFUSED}


async def test_a_patient_keeps_a_slot_for_themself_alone(
    graph: Any, token_of: Any, clock: Any, patients_service: Any
) -> None:
    search = {
        "serviceId": "consulta",
        "from": (clock.now() + timedelta(days=2)).isoformat(),
        "to": (clock.now() + timedelta(days=3)).isoformat(),
    }
    token = (await graph(SLOTS, search=search))["availableSlots"][0]["token"]
    wanted = {"slotToken": token, "patientId": "ana", "kind": "FIRST"}

    def with_key() -> dict[str, Any]:
        return {**wanted, "idempotencyKey": str(uuid4())}

    bia = graph.signed_in(token_of(Role.PATIENT, patient="bia"))
    refused = (await bia(HOLD, input=with_key()))["holdSlot"]
    assert refused == {"__typename": "PatientNotBookable", "reason": "NOT_FOUND"}
    assert patients_service.asked == 0
    assert codes(await graph.answer(HOLD, input=with_key())) == {REFUSED}
    ana = graph.signed_in(token_of(Role.PATIENT, subject="ana", patient="ana"))
    assert (await ana(HOLD, input=with_key()))["holdSlot"]["status"] == "PENDING"
