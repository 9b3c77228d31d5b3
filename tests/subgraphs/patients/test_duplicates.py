"""Who may be registered twice: the score, the warning, the queue."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subgraphs.patients.domain.duplicates import LIKELY, POSSIBLE, DuplicateReason, likeness
from subgraphs.patients.domain.patient import Demographics, Sex
from subgraphs.seed.generate.people import PeopleGenerator
from subgraphs.seed.plan import SeedPlan, Size

Register = Callable[..., Awaitable[Any]]
R = DuplicateReason

MARIA = Demographics(
    legal_name="Maria da Conceição Souza",
    birth_date=date(1980, 3, 2),
    sex=Sex.FEMALE,
    mother_name="Ana Souza",
    phone="+5511987654321",
    cpf="52998224725",
)


@pytest.mark.parametrize(
    ("changes", "reasons", "at_least"),
    [
        ({"cpf": None}, {R.SAME_NAME, R.SAME_BIRTH_DATE, R.SAME_MOTHER, R.SAME_PHONE}, LIKELY),
        ({"legal_name": "Maria da Conceicao Sousa"}, {R.SIMILAR_NAME}, LIKELY),
        ({"legal_name": "Maria da Conceição"}, {R.SIMILAR_NAME}, LIKELY),
        ({"birth_date": date(1980, 2, 3)}, {R.TRANSPOSED_BIRTH_DATE}, LIKELY),
        ({"phone": None, "mother_name": None}, {R.SAME_NAME, R.SAME_BIRTH_DATE}, POSSIBLE),
        ({"legal_name": "Joana", "social_name": "MARIA DA CONCEIÇÃO SOUZA"}, {R.SAME_NAME}, LIKELY),
    ],
)
def test_the_mistakes_of_front_desks_are_recognised(
    changes: dict[str, Any], reasons: set[DuplicateReason], at_least: Any
) -> None:
    found = likeness(MARIA, replace(MARIA, **changes))
    assert reasons <= set(found.reasons)
    assert found.score >= at_least


@pytest.mark.parametrize(
    "changes",
    [
        {"cpf": "11144477735"},
        {"legal_name": "Antônio Prado", "phone": None, "mother_name": None},
        {"birth_date": date(1950, 1, 1), "phone": None, "mother_name": None},
        {"legal_name": "Maria", "phone": None, "mother_name": None},
    ],
)
def test_others_are_not_held_back(changes: dict[str, Any]) -> None:
    assert likeness(MARIA, replace(MARIA, **changes)).score < LIKELY


def people(count: int = 3000) -> list[Any]:
    return PeopleGenerator(SeedPlan(Size(2, 1, count, 0), date(2026, 11, 24))).people()


def test_of_the_seeds_near_duplicates_nearly_all_are_found_and_strangers_are_not() -> None:
    made = people()
    by_id = {person.id: person for person in made}
    pairs = [(p, by_id[p.duplicate_of]) for p in made if p.duplicate_of]
    found = [likeness(a.demographics, b.demographics).score >= LIKELY for a, b in pairs]
    assert sum(found) / len(found) > 0.95
    strangers = zip(made[:1000], made[1500:2500], strict=True)
    assert not any(likeness(a.demographics, b.demographics).score >= LIKELY for a, b in strangers)


SOME = people(60)


@given(st.sampled_from(SOME), st.sampled_from(SOME))
def test_likeness_is_mutual_and_between_zero_and_one(one: Any, other: Any) -> None:
    a, b = (
        likeness(one.demographics, other.demographics),
        likeness(other.demographics, one.demographics),
    )
    assert a == b
    assert 0 <= a.score <= 1


CANDIDATES = """
query ($id: ID!, $first: Int! = 10) {
  duplicateCandidates(patientId: $id, first: $first) { score reasons patient { id legalName } }
}
"""


async def test_candidates_are_listed_with_reasons_the_likeliest_first(
    patients: Any, register: Register
) -> None:
    maria = await register(motherName="Ana Souza", phone="11987654321")
    twice = await register(motherName="Ana Sousa", phone="11987654321")
    namesake = await register(birthDate="1950-01-01")
    swapped = await register(birthDate="1980-02-03", phone="11987654321")
    await register(legalName="Antônio Prado", birthDate="1980-03-02")
    answer = await patients.data(CANDIDATES, id=maria["id"])
    found = answer["duplicateCandidates"]
    assert [c["patient"]["id"] for c in found] == [twice["id"], swapped["id"]]
    assert found[0]["reasons"] == ["SAME_NAME", "SAME_BIRTH_DATE", "SAME_MOTHER", "SAME_PHONE"]
    assert namesake["id"] not in str(found)
    assert len((await patients.data(CANDIDATES, id=maria["id"], first=1))["duplicateCandidates"])
    refused = await patients.ask(CANDIDATES, id=maria["id"], first=51)
    assert refused["errors"][0]["extensions"]["path"] == ["first"]
    missing = await patients.ask(CANDIDATES, id="nobody")
    assert missing["errors"][0]["extensions"]["code"] == "NOT_FOUND"


WARN = """
mutation ($input: RegisterPatientInput!) { registerPatient(input: $input) {
  __typename
  ... on PossibleDuplicates { code message duplicates { score reasons patient { id } } }
} }
"""


async def test_a_front_desk_is_warned_before_it_registers_somebody_twice(
    patients: Any, register: Register
) -> None:
    maria = await register(phone="11987654321", motherName="Ana Souza")
    again = {
        "idempotencyKey": str(uuid4()),
        "legalName": "Maria da Conceição Sousa",
        "birthDate": "1980-03-02",
        "motherName": "Ana Souza",
        "sex": "FEMALE",
        "refuseDuplicates": True,
    }
    for _ in range(2):  # a repetition gets the same answer
        warned = (await patients.data(WARN, input=again))["registerPatient"]
        assert warned["__typename"] == "PossibleDuplicates"
        assert [d["patient"]["id"] for d in warned["duplicates"]] == [maria["id"]]
    anyway = again | {"idempotencyKey": str(uuid4()), "refuseDuplicates": False}
    assert (await patients.data(WARN, input=anyway))["registerPatient"]["__typename"] == "Patient"
    other = again | {"idempotencyKey": str(uuid4()), "legalName": "Rita Prado", "motherName": None}
    assert (await patients.data(WARN, input=other))["registerPatient"]["__typename"] == "Patient"
