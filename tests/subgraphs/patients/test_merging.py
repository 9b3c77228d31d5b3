"""Two registrations become one, and two again; also when two people merge at once."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import uuid4

import pytest

Register = Callable[..., Awaitable[Any]]
Merge = Callable[..., Awaitable[Any]]

CPF, OTHER_CPF = "529.982.247-25", "111.444.777-35"

ANSWER = """
  __typename
  ... on Patient { id version status cpfMasked phone mergedInto { id } }
  ... on UserError { code path message }
"""
MERGE = f"""
mutation ($source: ID!, $target: ID!, $key: Uuid!) {{
  mergePatients(sourceId: $source, targetId: $target, idempotencyKey: $key) {{ {ANSWER} }}
}}
"""
UNMERGE = f"""
mutation ($id: ID!, $key: Uuid!) {{
  unmergePatient(patientId: $id, idempotencyKey: $key) {{ {ANSWER} }}
}}
"""
READ = """
query ($id: ID!) { patient(id: $id) {
  id version status cpfMasked phone legalName mergedInto { id status } history { version }
} }
"""


@pytest.fixture
def merge(patients: Any) -> Merge:
    async def merge(source: Any, target: Any, key: str | None = None) -> Any:
        variables = {"source": source["id"], "target": target["id"], "key": key or str(uuid4())}
        return (await patients.data(MERGE, **variables))["mergePatients"]

    return merge


@pytest.fixture
def unmerge(patients: Any) -> Merge:
    async def unmerge(patient: Any) -> Any:
        answer = await patients.data(UNMERGE, id=patient["id"], key=str(uuid4()))
        return answer["unmergePatient"]

    return unmerge


@pytest.fixture
def read(patients: Any) -> Callable[..., Awaitable[Any]]:
    async def read(patient: Any) -> Any:
        return (await patients.data(READ, id=patient["id"]))["patient"]

    return read


async def test_the_target_takes_what_it_lacks_and_the_source_points_to_it(
    register: Register, merge: Merge, read: Any, patients: Any
) -> None:
    source = await register(cpf=CPF, phone="11987654321", legalName="Maria Sousa")
    target = await register(legalName="Maria Souza")
    merged = await merge(source, target)
    assert (merged["id"], merged["cpfMasked"]) == (target["id"], "***.982.247-**")
    assert merged["phone"] == "+5511987654321"
    old = await read(source)
    assert (old["id"], old["status"]) == (source["id"], "MERGED")
    assert old["mergedInto"] == {"id": target["id"], "status": "ACTIVE"}
    assert old["legalName"] == "Maria Souza"
    by_cpf = "query ($cpf: String!) { patientByCpf(cpf: $cpf) { id } }"
    assert (await patients.data(by_cpf, cpf=CPF))["patientByCpf"] == {"id": target["id"]}


async def test_entities_of_a_merged_registration_are_answered(
    register: Register, merge: Merge, patients: Any
) -> None:
    source, target = await register(), await register()
    await merge(source, target)
    wanted = [source["id"], "nobody", target["id"]]
    found = await patients.entities(
        "... on Patient { id status bookable mergedInto { id } }",
        [{"__typename": "Patient", "id": id} for id in wanted],
    )
    assert found == [
        {
            "id": source["id"],
            "status": "MERGED",
            "bookable": False,
            "mergedInto": {"id": target["id"]},
        },
        None,
        {"id": target["id"], "status": "ACTIVE", "bookable": True, "mergedInto": None},
    ]


async def test_merging_again_changes_nothing(register: Register, merge: Merge, read: Any) -> None:
    source, target = await register(cpf=CPF), await register()
    key = str(uuid4())
    first = await merge(source, target, key)
    assert await merge(source, target, key) == first
    assert await merge(source, target) == first
    assert len((await read(source))["history"]) == 2


async def test_there_is_no_circle_and_a_chain_stays_flat(
    register: Register, merge: Merge, read: Any
) -> None:
    a, b, c = [await register(legalName=f"Maria {name}") for name in ("A", "B", "C")]
    await merge(a, b)
    assert (await merge(b, a))["code"] == "MERGE_REFUSED"
    await merge(b, c)
    assert (await read(a))["mergedInto"]["id"] == c["id"]
    assert (await read(a))["legalName"] == "Maria C"
    assert (await merge(c, a))["code"] == "MERGE_REFUSED"
    d = await register()
    assert (await merge(d, a))["id"] == c["id"]


async def test_what_cannot_be_merged_is_refused(
    register: Register, merge: Merge, patients: Any
) -> None:
    one, other = await register(cpf=CPF), await register(cpf=OTHER_CPF)
    assert (await merge(one, one))["code"] == "MERGE_REFUSED"
    refused = await merge(one, other)
    assert "CPFs diferentes" in refused["message"]
    assert (await merge({"id": "nobody"}, one))["path"] == ["sourceId"]
    assert (await merge(one, {"id": "nobody"}))["path"] == ["targetId"]
    third = await register()
    await merge(third, one)
    assert (await merge(third, other))["code"] == "MERGE_REFUSED"


async def test_a_merged_registration_cannot_be_corrected(
    register: Register, correct: Register, merge: Merge
) -> None:
    source, target = await register(), await register()
    await merge(source, target)
    assert (await correct(source["id"], 2, legalName="Ana"))["code"] == "PATIENT_NOT_EDITABLE"


async def test_unmerging_gives_back_what_each_had(
    register: Register, merge: Merge, unmerge: Merge, read: Any
) -> None:
    source = await register(cpf=CPF, phone="11987654321", legalName="Maria Sousa")
    target = await register(legalName="Maria Souza")
    await merge(source, target)
    parted = await unmerge(source)
    assert (parted["id"], parted["status"], parted["mergedInto"]) == (source["id"], "ACTIVE", None)
    assert (parted["cpfMasked"], parted["phone"]) == ("***.982.247-**", "+5511987654321")
    left = await read(target)
    assert (left["cpfMasked"], left["phone"]) == (None, None)
    assert (await unmerge(source))["code"] == "MERGE_REFUSED"
    assert (await unmerge({"id": "nobody"}))["code"] == "NOT_FOUND"
    assert (await merge(source, target))["id"] == target["id"]


async def test_unmerging_keeps_what_was_corrected_since(
    register: Register, correct: Register, merge: Merge, unmerge: Merge, read: Any
) -> None:
    source, target = await register(phone="11987654321"), await register()
    merged = await merge(source, target)
    await correct(target["id"], merged["version"], phone="11912345678")
    await unmerge(source)
    assert (await read(target))["phone"] == "+5511912345678"
    assert (await read(source))["phone"] == "+5511987654321"


async def test_unmerging_the_middle_of_a_chain_leads_back_to_it(
    register: Register, merge: Merge, unmerge: Merge, read: Any
) -> None:
    a, b, c = [await register() for _ in range(3)]
    await merge(a, b)
    await merge(b, c)
    assert (await unmerge(a))["code"] == "MERGE_REFUSED"
    await unmerge(b)
    assert (await read(a))["mergedInto"]["id"] == b["id"]
    assert (await unmerge(a))["status"] == "ACTIVE"


async def test_two_who_merge_crosswise_at_once_end_with_one_target(
    register: Register, merge: Merge, read: Any
) -> None:
    for _ in range(3):
        a, b = await register(), await register()
        answers = await asyncio.gather(merge(a, b), merge(b, a))
        kinds = sorted(answer["__typename"] for answer in answers)
        assert kinds == ["MergeRefused", "Patient"]
        statuses = sorted([(await read(a))["status"], (await read(b))["status"]])
        assert statuses == ["ACTIVE", "MERGED"]


async def test_unmerging_cannot_give_back_a_cpf_that_is_anothers_by_now(
    register: Register, correct: Register, merge: Merge, unmerge: Merge, read: Any
) -> None:
    source, target = await register(cpf=CPF), await register()
    merged = await merge(source, target)
    await correct(target["id"], merged["version"], cpf=OTHER_CPF)
    other = await register(cpf=CPF)
    refused = await unmerge(source)
    assert refused["__typename"] == "CpfAlreadyRegistered"
    assert (await read(source))["status"] == "MERGED"
    assert (await read(other))["cpfMasked"] == "***.982.247-**"


async def test_a_reason_that_is_too_long_is_refused(register: Register, patients: Any) -> None:
    source, target = await register(), await register()
    mutation = """mutation ($s: ID!, $t: ID!, $k: Uuid!, $r: String) {
      mergePatients(sourceId: $s, targetId: $t, idempotencyKey: $k, reason: $r) {
        __typename ... on UserError { path } } }"""
    given = {"s": source["id"], "t": target["id"], "k": str(uuid4()), "r": "x" * 501}
    answer = await patients.data(mutation, **given)
    assert answer["mergePatients"] == {"__typename": "InvalidInput", "path": ["reason"]}
