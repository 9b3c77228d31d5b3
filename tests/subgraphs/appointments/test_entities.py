"""The entities that other services refer to: in order, null where unknown, few statements."""

from datetime import timedelta

import pytest

from subgraphs.appointments.models import Clinic, HealthcareService, Practitioner

ENTITIES = """
query ($representations: [_Any!]!) {
  _entities(representations: $representations) {
    __typename
    ... on Appointment { id kind start coverageId service { id tussCode } }
    ... on Practitioner { id name council { body number uf } }
    ... on Clinic { id cnpj timeZone }
    ... on HealthcareService { id tussCode }
    ... on Patient { id }
  }
}
"""


async def resolve(graph, *references):
    data = await graph(ENTITIES, representations=list(references))
    return data["_entities"]


async def test_an_appointment_gives_what_billing_needs(graph, network) -> None:
    visit = network.visit(coverage_id="card-1")
    await network.store(visit)
    [found] = await resolve(graph, {"__typename": "Appointment", "id": visit.id})
    assert found == {
        "__typename": "Appointment",
        "id": visit.id,
        "kind": "FIRST",
        "start": "2026-03-03T12:00:00Z",
        "coverageId": "card-1",
        "service": {"id": "consulta", "tussCode": "10101012"},
    }


async def test_a_practitioner_is_found_by_id_and_by_council_registration(graph) -> None:
    by_id, by_council, unlike, unknown = await resolve(
        graph,
        {"__typename": "Practitioner", "id": "lima"},
        {"__typename": "Practitioner", "council": {"body": "CRM", "number": "123456", "uf": "SP"}},
        {
            "__typename": "Practitioner",
            "council": {"body": "CRM", "number": "0123.456", "uf": "sp"},
        },
        {"__typename": "Practitioner", "council": {"body": "XYZ", "number": "1", "uf": "SP"}},
    )
    assert by_id == by_council == unlike
    assert by_id["council"] == {"body": "CRM", "number": "123456", "uf": "SP"}
    assert unknown is None


def many(kind: str, number: int):
    match kind:
        case "Practitioner":
            return Practitioner(
                id=f"{kind}-{number}",
                name="x",
                council_body="COREN",
                council_number=str(number + 1),
                council_uf="RJ",
                cbo="223505",
                specialties=[],
                rqe=[],
            )
        case "Clinic":
            return Clinic(
                id=f"{kind}-{number}",
                name="x",
                cnes=f"{number:07d}",
                cnpj="x",
                city="x",
                uf="RJ",
                time_zone="America/Sao_Paulo",
            )
    return HealthcareService(
        id=f"{kind}-{number}",
        name="x",
        tuss_code="10101012",
        duration_minutes=30,
        buffer_minutes=0,
    )


@pytest.mark.parametrize("kind", ["Appointment", "Practitioner", "Clinic", "HealthcareService"])
async def test_a_thousand_references_in_order_with_few_statements(graph, network, kind) -> None:
    if kind == "Appointment":
        start = network.monday_9_am
        rows = [
            network.visit(id=f"{kind}-{number}", starts_at=start + timedelta(hours=number))
            for number in range(500)
        ]
    else:
        rows = [many(kind, number) for number in range(500)]
    async with network.database.transaction() as session:
        session.add_all(rows)
    wanted = [f"{kind}-{number}" for number in range(999, -1, -1)]
    with graph.counting_statements() as statements:
        found = await resolve(graph, *({"__typename": kind, "id": id} for id in wanted))
    selects = [statement for statement in statements if statement.startswith("SELECT")]
    assert len(selects) <= 2
    expected = [id if int(id.rpartition("-")[2]) < 500 else None for id in wanted]
    assert [entity and entity["id"] for entity in found] == expected


async def test_a_thousand_council_registrations_with_one_statement(graph, network) -> None:
    async with network.database.transaction() as session:
        session.add_all([many("Practitioner", number) for number in range(500)])
    references = [
        {
            "__typename": "Practitioner",
            "council": {"body": "COREN", "number": str(number + 1), "uf": "RJ"},
        }
        for number in range(1000)
    ]
    with graph.counting_statements() as statements:
        found = await resolve(graph, *references)
    assert len([statement for statement in statements if statement.startswith("SELECT")]) == 1
    assert [bool(entity) for entity in found] == [True] * 500 + [False] * 500


async def test_references_of_all_kinds_mixed(graph, network) -> None:
    visit = network.visit()
    await network.store(visit)
    found = await resolve(
        graph,
        {"__typename": "Clinic", "id": "manaus"},
        {"__typename": "Appointment", "id": "unknown"},
        {"__typename": "Patient", "id": "anyone"},
        {"__typename": "Appointment", "id": visit.id},
        {"__typename": "Clinic", "id": "manaus"},
    )
    assert [entity and entity["id"] for entity in found] == [
        "manaus",
        None,
        "anyone",
        visit.id,
        "manaus",
    ]


async def test_a_patients_name_comes_from_the_copy(graph) -> None:
    query = """query ($r: [_Any!]!) {
      _entities(representations: $r) { ... on Patient { displayName } } }"""
    references = [{"__typename": "Patient", "id": id} for id in ("ana", "stranger")]
    answer = await graph.answer(query, r=references)
    assert answer["data"]["_entities"] == [{"displayName": "Paciente ana"}, None]
    [error] = answer["errors"]
    assert error["path"] == ["_entities", 1, "displayName"]
    assert error["extensions"]["code"] == "NOT_FOUND"
