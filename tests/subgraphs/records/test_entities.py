"""What other services refer to: in order, null where unknown, few statements; pages of records."""

from datetime import timedelta

import pytest

from subgraphs.records.models import ClinicalDocument, Encounter

ENTITIES = """query ($r: [_Any!]!) {
  _entities(representations: $r) {
    __typename
    ... on Encounter { id }
    ... on Appointment { id encounter { id } }
    ... on ClinicalDocument { id status }
    ... on Patient { id }
  }
}"""
RECORD = """query ($r: [_Any!]!, $first: Int! = 20, $after: String) {
  _entities(representations: $r) {
    ... on Patient { record(first: $first, after: $after) {
      edges { cursor node { __typename id signedAt } }
      pageInfo { hasNextPage endCursor }
    } }
  }
}"""


def selects(statements: list[str]) -> int:
    return sum(statement.startswith("SELECT") for statement in statements)


async def test_a_document_is_found_by_its_own_type_and_by_the_interface(office, graph) -> None:
    signed = await office.signed(await office.encounter())
    references = [
        {"__typename": "ConsultationNote", "id": signed["id"]},
        {"__typename": "ClinicalDocument", "id": signed["id"]},
        {"__typename": "ClinicalDocument", "id": "unknown"},
    ]
    found = (await graph(ENTITIES, r=references))["_entities"]
    expected = {"__typename": "ConsultationNote", "id": signed["id"], "status": "SIGNED"}
    assert found == [expected, expected, None]


async def seed(graph, now) -> None:
    async with graph.database.transaction() as session:
        for number in range(500):
            session.add(
                Encounter(
                    id=f"Encounter-{number}",
                    appointment_id=f"Appointment-{number}",
                    patient_id="ana",
                    practitioner_id="lima",
                    practitioner_name="x",
                    practitioner_council="x",
                    service_day=now.date(),
                    started_at=now,
                )
            )
        await session.flush()
        for number in range(500):
            session.add(
                ClinicalDocument(
                    id=f"ConsultationNote-{number}",
                    kind="CONSULTATION_NOTE",
                    status="DRAFT",
                    encounter_id=f"Encounter-{number}",
                    patient_id="ana",
                    author_id="lima",
                    author_name="x",
                    author_council="x",
                    content="{}",
                    created_at=now,
                )
            )


@pytest.mark.parametrize("kind", ["Encounter", "ConsultationNote", "ClinicalDocument"])
async def test_a_thousand_references_in_order_with_one_statement(graph, clock, kind) -> None:
    await seed(graph, clock.now())
    prefix = "ConsultationNote" if kind == "ClinicalDocument" else kind
    wanted = [f"{prefix}-{number}" for number in range(999, -1, -1)]
    references = [{"__typename": kind, "id": id} for id in wanted]
    with graph.counting_statements() as statements:
        found = (await graph(ENTITIES, r=references))["_entities"]
    assert selects(statements) == 1
    expected = [id if int(id.rpartition("-")[2]) < 500 else None for id in wanted]
    assert [entity and entity["id"] for entity in found] == expected


async def test_a_thousand_appointments_get_their_encounters_with_one_statement(
    graph, clock
) -> None:
    await seed(graph, clock.now())
    references = [{"__typename": "Appointment", "id": f"Appointment-{n}"} for n in range(1000)]
    with graph.counting_statements() as statements:
        found = (await graph(ENTITIES, r=references))["_entities"]
    assert selects(statements) == 1
    assert found[499]["encounter"] == {"id": "Encounter-499"}
    assert found[500]["encounter"] is None


async def test_a_record_holds_what_was_signed_the_latest_first(office, graph, clock) -> None:
    encounter = await office.encounter()
    signed = []
    for _ in range(5):
        signed.append((await office.signed(encounter))["id"])
        clock.advance(timedelta(minutes=1))
    await office.write(encounter)
    reference = [{"__typename": "Patient", "id": "ana"}]

    async def page(**variables):
        [entity] = (await graph(RECORD, r=reference, **variables))["_entities"]
        return entity["record"]

    first = await page(first=2)
    assert [edge["node"]["id"] for edge in first["edges"]] == [signed[4], signed[3]]
    assert first["pageInfo"]["hasNextPage"]
    newest = await office.signed(encounter)
    second = await page(first=2, after=first["pageInfo"]["endCursor"])
    assert [edge["node"]["id"] for edge in second["edges"]] == [signed[2], signed[1]]
    last = await page(first=2, after=second["pageInfo"]["endCursor"])
    assert [edge["node"]["id"] for edge in last["edges"]] == [signed[0]]
    assert not last["pageInfo"]["hasNextPage"]
    assert (await page())["edges"][0]["node"]["id"] == newest["id"]


@pytest.mark.parametrize("variables", [{"first": 0}, {"first": 101}, {"after": "forged"}])
async def test_a_page_that_cannot_be(graph, variables) -> None:
    reference = [{"__typename": "Patient", "id": "ana"}]
    answer = await graph.answer(RECORD, r=reference, **variables)
    assert answer["errors"][0]["extensions"]["code"] == "INVALID_INPUT"
    assert answer["data"]["_entities"] == [{"record": None}]


async def test_the_records_of_many_patients_with_two_statements(office, graph) -> None:
    people = [f"patient-{number}" for number in range(6)]
    for person in people:
        await office.signed(await office.encounter(f"visit of {person}", person))
    references = [{"__typename": "Patient", "id": id} for id in [*people, "stranger"]]
    with graph.counting_statements() as statements:
        found = (await graph(RECORD, r=references))["_entities"]
    assert selects(statements) == 2  # the persons, and their documents
    assert [len(entity["record"]["edges"]) for entity in found] == [1] * 6 + [0]


async def test_diagnoses_are_found_by_words(graph) -> None:
    query = "query ($s: String!) { cid10Codes(search: $s, first: 3) { cid10 description } }"
    found = (await graph(query, s="enxaqueca"))["cid10Codes"]
    assert found == [{"cid10": "G43.9", "description": "Enxaqueca"}]
