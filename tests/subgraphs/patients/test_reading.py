"""Finding patients, and answering for them to the router, on both databases."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from fastapi import FastAPI

from subgraphs.kit import migrations
from subgraphs.kit.database import Database
from subgraphs.patients.models import Base

Register = Callable[..., Awaitable[Any]]

SEARCH = """
query ($search: String, $status: PatientStatus, $first: Int! = 20, $after: String) {
  patients(search: $search, status: $status, first: $first, after: $after) {
    edges { cursor node { displayName } }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    totalCount
  }
}
"""


async def names(patients: Any, search: str | None, **variables: Any) -> list[str]:
    answer = await patients.data(SEARCH, search=search, **variables)
    return [edge["node"]["displayName"] for edge in answer["patients"]["edges"]]


@pytest.fixture
async def some(register: Register) -> None:
    for legal, more in {
        "José da Silva": {"cpf": "529.982.247-25", "birthDate": "1980-03-02"},
        "Josefa Silveira": {"phone": "(11) 98765-4321"},
        "ÂNGELA Prado": {"birthDate": "1980-03-02"},
        "João D'Ávila": {"socialName": "Joana D'Ávila"},
        "Percentual 100% Souza": {},
    }.items():
        assert (await register(legalName=legal, **more))["__typename"] == "Patient"


@pytest.mark.usefixtures("some")
@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("jose", ["José da Silva", "Josefa Silveira"]),
        ("SILVA josé", ["José da Silva"]),
        ("silv", ["José da Silva", "Josefa Silveira"]),
        ("ilva", []),
        ("angela", ["ÂNGELA Prado"]),
        ("davila", []),
        ("d'avila", ["Joana D'Ávila"]),
        ("joao", ["Joana D'Ávila"]),
        ("joana", ["Joana D'Ávila"]),
        ("529.982.247-25", ["José da Silva"]),
        ("52998224725", ["José da Silva"]),
        ("111.444.777-35", []),
        ("11 98765-4321", ["Josefa Silveira"]),
        ("02/03/1980 jose", ["José da Silva", "Josefa Silveira"]),
        ("angela 02/03/1980", ["ÂNGELA Prado"]),
        ("angela 03/03/1980", []),
        ("100", ["Percentual 100% Souza"]),
        ("_", None),
        (
            "  ",
            [
                "ÂNGELA Prado",
                "Joana D'Ávila",
                "José da Silva",
                "Josefa Silveira",
                "Percentual 100% Souza",
            ],
        ),
    ],
)
async def test_a_search_finds(patients: Any, search: str, found: list[str] | None) -> None:
    if found is None:
        answer = await patients.ask(SEARCH, search=search)
        assert answer["errors"][0]["extensions"]["code"] == "INVALID_INPUT"
    else:
        assert await names(patients, search) == found


@pytest.mark.usefixtures("some")
async def test_pages_follow_each_other_without_gap_or_repetition(patients: Any) -> None:
    seen: list[str] = []
    after = None
    for _ in range(3):
        answer = (await patients.data(SEARCH, first=2, after=after))["patients"]
        seen += [edge["node"]["displayName"] for edge in answer["edges"]]
        info = answer["pageInfo"]
        assert info["hasPreviousPage"] == (after is not None)
        assert info["endCursor"] == answer["edges"][-1]["cursor"]
        after = info["endCursor"]
    assert not info["hasNextPage"]
    assert seen == await names(patients, None)
    assert answer["totalCount"] == 5


async def test_names_that_begin_with_a_word_come_before_those_that_hold_it(
    patients: Any, register: Register
) -> None:
    for name in ("Zélia Maria", "Ana Maria Silva", "Silva Maria", "Maria Silva", "Maria da Silva"):
        await register(legalName=name)
    expected = ["Maria da Silva", "Maria Silva", "Silva Maria", "Ana Maria Silva"]
    assert await names(patients, "maria silva") == expected
    assert (await names(patients, "silva maria"))[:2] == ["Silva Maria", "Maria da Silva"]
    paged, after, more = [], None, True
    while more:
        answer = await patients.data(SEARCH, search="maria silva", first=1, after=after)
        paged += [edge["node"]["displayName"] for edge in answer["patients"]["edges"]]
        after, more = (answer["patients"]["pageInfo"][k] for k in ("endCursor", "hasNextPage"))
    assert paged == expected


@pytest.mark.usefixtures("some")
async def test_a_cursor_is_refused_elsewhere_or_when_changed(patients: Any) -> None:
    answer = await patients.data(SEARCH, search="jos", first=1)
    cursor = answer["patients"]["pageInfo"]["endCursor"]
    assert await names(patients, "jos", after=cursor) == ["Josefa Silveira"]
    for search, after in (("silv", cursor), ("jos", cursor[:-2] + "AA"), ("jos", "nonsense")):
        refused = await patients.ask(SEARCH, search=search, after=after)
        assert refused["errors"][0]["extensions"]["path"] == ["after"]


@pytest.mark.parametrize("first", [0, -1, 101, 100000])
async def test_a_page_has_between_one_and_a_hundred(patients: Any, first: int) -> None:
    refused = await patients.ask(SEARCH, first=first)
    assert refused["errors"][0]["extensions"]["path"] == ["first"]


async def test_a_status_can_be_searched_for(patients: Any, register: Register) -> None:
    await register()
    assert len(await names(patients, None, status="ACTIVE")) == 1
    assert await names(patients, None, status="INACTIVE") == []


async def test_a_patient_is_found_by_cpf(patients: Any, register: Register) -> None:
    made = await register(cpf="529.982.247-25")
    query = "query ($cpf: String!) { patientByCpf(cpf: $cpf) { id } }"
    assert await patients.data(query, cpf="52998224725") == {"patientByCpf": {"id": made["id"]}}
    assert await patients.data(query, cpf="111.444.777-35") == {"patientByCpf": None}
    refused = await patients.ask(query, cpf="111.111.111-11")
    assert refused["errors"][0]["extensions"]["code"] == "INVALID_DOCUMENT"


async def test_a_thousand_entities_cost_a_bounded_number_of_statements(
    patients: Any, register: Register, app: FastAPI, statements: Any
) -> None:
    made = [(await register(legalName=f"Ana {chr(97 + n)}"))["id"] for n in range(20)]
    wanted = [made[n % 20] if n % 3 else f"nobody-{n}" for n in range(1000)]
    representations = [{"__typename": "Patient", "id": id} for id in wanted]
    with statements(app.state.database) as ran:
        found = await patients.entities(
            "... on Patient { id displayName coverages { id } history { version } }",
            representations,
        )
    assert [entity and entity["id"] for entity in found] == [
        id if id in made else None for id in wanted
    ]
    assert len(ran) <= 4, ran


async def test_the_raw_cpf_is_for_services_alone(patients: Any, register: Register) -> None:
    made = await register(cpf="529.982.247-25")
    [entity] = await patients.entities(
        "... on Patient { cpfRaw birthDate }", [{"__typename": "Patient", "id": made["id"]}]
    )
    assert entity == {"cpfRaw": "52998224725", "birthDate": "1980-03-02"}
    sdl = (await patients.data("{ _service { sdl } }"))["_service"]["sdl"]
    assert "cpfRaw: String @inaccessible" in sdl


async def test_the_migrations_make_what_the_models_say(database: Database) -> None:
    await migrations.upgrade(database, "subgraphs.patients.migrations")
    assert await migrations.differences(database, Base.metadata) == []
    await migrations.upgrade(database, "subgraphs.patients.migrations")


async def test_the_migrations_lead_back_to_nothing_and_up_again(database: Database) -> None:
    package = "subgraphs.patients.migrations"
    await migrations.upgrade(database, package)
    await migrations.downgrade(database, package)
    assert await migrations.applied(database) == set()
    await migrations.upgrade(database, package)
    assert await migrations.differences(database, Base.metadata) == []
