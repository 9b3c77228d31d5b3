"""What billing does when patients are merged, parted and erased."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

import pytest

from tests.subgraphs.billing.feeds import Feed, told

if TYPE_CHECKING:
    from tests.subgraphs.billing.conftest import Clinic


async def of_patient(clinic: Clinic, patient_id: str) -> dict[str, Any]:
    query = (
        "query($r: [_Any!]!) { _entities(representations: $r) { ... on Patient { id"
        " coverages { id } balance { amount }"
        " invoices(first: 2) { edges { node { id patient { id } } } pageInfo { hasNextPage } }"
        " } } }"
    )
    given = [{"__typename": "Patient", "id": patient_id}]
    found: dict[str, Any] = (await clinic.ask(query, r=given))["_entities"][0]
    return found


async def test_merged_patients_have_one_account_and_parted_ones_their_own(clinic: Clinic) -> None:
    feed = Feed(clinic, "patients")
    old = await clinic.issue(await clinic.draft(clinic.agenda.book(patient={"id": "twin"})))
    new = await clinic.issue(await clinic.draft(clinic.agenda.book()))
    apart = [await of_patient(clinic, id) for id in ("patient-1", "twin")]
    await feed.tell("PatientMerged", "Patient", "twin", 2, mergedInto="patient-1")
    for patient_id in ("patient-1", "twin"):
        together = await of_patient(clinic, patient_id)
        assert together["balance"]["amount"] == "360.00"
        nodes = [edge["node"] for edge in together["invoices"]["edges"]]
        assert [node["id"] for node in nodes] == [new["id"], old["id"]]
        assert {node["patient"]["id"] for node in nodes} == {"patient-1"}
        assert not together["invoices"]["pageInfo"]["hasNextPage"]
    await feed.tell("PatientUnmerged", "Patient", "twin", 3, mergedInto=None)
    assert [await of_patient(clinic, id) for id in ("patient-1", "twin")] == apart


async def test_a_chain_of_merges_ends_at_one_patient_and_replay_changes_nothing(
    clinic: Clinic,
) -> None:
    feed = Feed(clinic, "patients")
    for source, target in (("a", "b"), ("b", "patient-1"), ("d", "b")):
        await feed.tell("PatientMerged", "Patient", source, 2, mergedInto=target)
    await clinic.issue(await clinic.draft(clinic.agenda.book(patient={"id": "a"})))
    for _ in range(2):
        for patient_id in ("a", "b", "d", "patient-1"):
            assert (await of_patient(clinic, patient_id))["balance"]["amount"] == "180.00"
        await feed.again()
    assert await feed.parked() == 0


async def test_an_old_merge_that_comes_late_does_not_undo_the_parting(clinic: Clinic) -> None:
    feed = Feed(clinic, "patients")
    await feed.tell("PatientUnmerged", "Patient", "twin", 3, mergedInto=None)
    await feed.tell("PatientMerged", "Patient", "twin", 2, mergedInto="patient-1")
    await clinic.issue(await clinic.draft(clinic.agenda.book(patient={"id": "twin"})))
    assert (await of_patient(clinic, "patient-1"))["balance"]["amount"] == "0.00"


async def test_two_registrations_that_point_at_each_other_do_not_hang(clinic: Clinic) -> None:
    feed = Feed(clinic, "patients")
    await feed.tell("PatientMerged", "Patient", "a", 2, mergedInto="b")
    await feed.tell("PatientMerged", "Patient", "b", 2, mergedInto="a")
    assert (await of_patient(clinic, "a"))["balance"]["amount"] == "0.00"


async def test_erasure_removes_the_cards_that_nothing_rests_on(clinic: Clinic) -> None:
    feed = Feed(clinic, "patients")
    cards = [
        (
            await clinic.mutate(
                "registerCoverage",
                patientId="patient-1",
                ansRegistry="000101",
                planName="Vida Plena",
                cardNumber=f"00010100000000000{index}",
            )
        )["id"]
        for index in range(2)
    ]
    await clinic.draft(clinic.agenda.book(coverage_id=cards[0]))
    await feed.tell("PatientAnonymised", "Patient", "patient-1", 2, mergedInto=None)
    await feed.again()
    assert [c["id"] for c in (await of_patient(clinic, "patient-1"))["coverages"]] == [cards[0]]
    removed = await told(clinic, "CoverageRemoved")
    assert [(e.aggregate_id, e.payload["patientId"]) for e in removed] == [(cards[1], "patient-1")]


async def test_erasure_reaches_the_cards_of_merged_registrations(clinic: Clinic) -> None:
    feed = Feed(clinic, "patients")
    await clinic.mutate(
        "registerCoverage",
        patientId="patient-2",
        ansRegistry="000101",
        planName="Vida Plena",
        cardNumber="000101000000000001",
    )
    await feed.tell("PatientMerged", "Patient", "patient-2", 2, mergedInto="patient-1")
    assert len((await of_patient(clinic, "patient-1"))["coverages"]) == 1
    await feed.tell("PatientAnonymised", "Patient", "patient-1", 2, mergedInto=None)
    assert (await of_patient(clinic, "patient-1"))["coverages"] == []
    [removed] = await told(clinic, "CoverageRemoved")
    assert removed.payload["patientId"] == "patient-2"


@pytest.mark.parametrize("seed", range(3))
async def test_merges_end_alike_in_any_order_of_patients(clinic: Clinic, seed: int) -> None:
    feed = Feed(clinic, "patients")
    facts = [("a", 2, "PatientMerged", "b"), ("b", 2, "PatientMerged", "c"), ("d", 2,
             "PatientMerged", "c"), ("d", 3, "PatientUnmerged", None)]  # fmt: skip
    random.Random(seed).shuffle(facts)
    for source, version, type_, target in facts:
        await feed.tell(type_, "Patient", source, version, mergedInto=target)
    await clinic.issue(await clinic.draft(clinic.agenda.book(patient={"id": "a"})))
    owed = {id: (await of_patient(clinic, id))["balance"]["amount"] for id in "abcd"}
    assert owed == {"a": "180.00", "b": "180.00", "c": "180.00", "d": "0.00"}
