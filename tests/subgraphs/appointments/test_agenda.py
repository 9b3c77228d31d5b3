"""Agendas over the graph: by day of the clinic, by practitioner, by patient; page by page."""

from datetime import UTC, datetime, timedelta

import pytest

AGENDA = """
query ($filter: AppointmentFilter, $first: Int! = 50, $after: String) {
  appointments(filter: $filter, first: $first, after: $after) {
    edges { cursor node { id start patient { id displayName } practitioner { name } clinic { name }
                          service { name } } }
    pageInfo { hasNextPage hasPreviousPage endCursor }
  }
}
"""
HISTORY = """
query ($representations: [_Any!]!, $first: Int! = 20, $after: String,
       $status: [AppointmentStatus!]) {
  _entities(representations: $representations) {
    ... on Patient {
      id
      appointments(first: $first, after: $after, status: $status) {
        edges { node { id start } } pageInfo { hasNextPage endCursor }
      }
    }
  }
}
"""


def ids(connection) -> list[str]:
    return [edge["node"]["id"] for edge in connection["edges"]]


async def page(graph, **variables):
    return (await graph(AGENDA, **variables))["appointments"]


async def test_a_day_is_the_day_of_each_clinics_calendar(graph, network) -> None:
    # 23:30 of 2 March in both clinics; in UTC both are already 3 March.
    in_sao_paulo = datetime(2026, 3, 3, 2, 30, tzinfo=UTC)
    in_manaus = datetime(2026, 3, 3, 3, 30, tzinfo=UTC)
    await network.store(
        network.visit(id="sp", starts_at=in_sao_paulo),
        network.visit(
            id="am",
            starts_at=in_manaus,
            clinic_id="manaus",
            patient_id="bia",
            practitioner_id="reis",
        ),
        network.visit(id="sp-next", starts_at=in_manaus),
    )
    assert ids(await page(graph, filter={"day": "2026-03-02"})) == ["sp", "am"]
    assert ids(await page(graph, filter={"day": "2026-03-03"})) == ["sp-next"]
    assert ids(await page(graph, filter={"day": "2026-03-02", "clinicId": "manaus"})) == ["am"]
    assert ids(await page(graph, filter={"day": "2026-03-02", "clinicId": "none"})) == []


async def test_filters_narrow_together(graph, network) -> None:
    hour = timedelta(hours=1)
    await network.store(
        network.visit(id="1"),
        network.visit(id="2", practitioner_id="reis", patient_id="bia"),
        network.visit(id="3", starts_at=network.monday_9_am + 5 * hour, status="CANCELLED"),
    )
    assert ids(await page(graph)) == ["3", "1", "2"]
    assert ids(await page(graph, filter={"practitionerId": "lima"})) == ["3", "1"]
    assert ids(await page(graph, filter={"patientId": "bia"})) == ["2"]
    assert ids(await page(graph, filter={"status": ["BOOKED"]})) == ["1", "2"]
    both = {"status": ["BOOKED"], "practitionerId": "lima"}
    assert ids(await page(graph, filter=both)) == ["1"]


async def test_an_agenda_of_a_day_costs_few_statements(graph, network) -> None:
    await network.store(
        *(
            network.visit(starts_at=network.monday_9_am + timedelta(minutes=30 * number))
            for number in range(20)
        )
    )
    with graph.counting_statements() as statements:
        agenda = await page(graph, filter={"day": "2026-03-02"})
    assert len(agenda["edges"]) == 20
    assert agenda["edges"][0]["node"]["patient"]["displayName"] == "Paciente ana"
    selects = [statement for statement in statements if statement.startswith("SELECT")]
    assert len(selects) == 6  # clinics for the day, the page; patients, people, places, services


async def test_pages_stay_the_same_while_visits_are_booked(graph, network) -> None:
    start = network.monday_9_am
    await network.store(
        *(
            network.visit(id=f"{number}", starts_at=start + timedelta(hours=number))
            for number in range(5)
        )
    )
    first = await page(graph, first=2)
    await network.store(network.visit(id="before", starts_at=start - timedelta(hours=1)))
    second = await page(graph, first=2, after=first["pageInfo"]["endCursor"])
    await network.store(network.visit(id="between", starts_at=start + timedelta(minutes=210)))
    third = await page(graph, first=2, after=second["pageInfo"]["endCursor"])
    assert [ids(first), ids(second), ids(third)] == [["0", "1"], ["2", "3"], ["between", "4"]]
    assert first["pageInfo"]["hasNextPage"]
    assert not first["pageInfo"]["hasPreviousPage"]
    assert not third["pageInfo"]["hasNextPage"]
    assert third["pageInfo"]["hasPreviousPage"]


@pytest.mark.parametrize("first", [0, -1, 101, 100_000])
async def test_a_page_has_a_size(graph, first) -> None:
    answer = await graph.answer(AGENDA, first=first)
    assert answer["errors"][0]["extensions"]["code"] == "INVALID_INPUT"


async def test_a_forged_cursor_is_refused(graph, network) -> None:
    await network.store(network.visit())
    cursor = (await page(graph))["pageInfo"]["endCursor"]
    for forged in ("x", "", cursor[:-4] + "AAAA", cursor[4:]):
        answer = await graph.answer(AGENDA, after=forged)
        assert answer["errors"][0]["extensions"]["code"] == "INVALID_INPUT"


async def test_the_visits_of_many_patients_page_by_page_in_two_statements(graph, network) -> None:
    people = [f"patient-{number}" for number in range(10)]
    await network.store_patients(*people)
    await network.store(
        *(
            network.visit(
                id=f"{person}-{number}",
                patient_id=person,
                status="CANCELLED" if number == 1 else "BOOKED",
                starts_at=network.monday_9_am
                + timedelta(days=number, minutes=30 * people.index(person)),
            )
            for person in people
            for number in range(3)
        )
    )
    references = [{"__typename": "Patient", "id": person} for person in [*people, "stranger"]]
    with graph.counting_statements() as statements:
        data = await graph(HISTORY, representations=references, first=2)
    selects = [statement for statement in statements if statement.startswith("SELECT")]
    assert len(selects) == 2  # for whom each registration stands, and the visits
    entities = data["_entities"]
    for person, entity in zip(people, entities, strict=False):
        assert ids(entity["appointments"]) == [f"{person}-2", f"{person}-1"]
        assert entity["appointments"]["pageInfo"]["hasNextPage"]
    assert ids(entities[-1]["appointments"]) == []
    cursor = entities[0]["appointments"]["pageInfo"]["endCursor"]
    rest = await graph(HISTORY, representations=references[:1], first=2, after=cursor)
    assert ids(rest["_entities"][0]["appointments"]) == ["patient-0-0"]
    booked = await graph(HISTORY, representations=references[:1], status=["BOOKED"])
    assert ids(booked["_entities"][0]["appointments"]) == ["patient-0-2", "patient-0-0"]
