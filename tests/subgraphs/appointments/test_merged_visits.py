"""The visits of merged patients go to the one registration that is left, and come back."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from patient_feed import LATER, OF_PATIENT, RESCHEDULE, Feed, patients_of
from sqlalchemy import select

from subgraphs.appointments.models import Repointing
from subgraphs.appointments.service.repointing import AT_ONCE, repoint_some


async def test_the_visits_of_a_merged_patient_go_to_the_other_and_back(
    feed: Feed, graph: Any, network: Any, repoint: Any
) -> None:
    await network.store(
        network.visit(id="v1"),
        network.visit(id="v2", status="CANCELLED"),
        network.visit(id="b1", patient_id="bia", practitioner_id="reis", starts_at=LATER),
    )
    before = await patients_of(graph)
    await feed.merge("ana", "bia")
    for id in ("ana", "bia"):  # the registration follows at once, whichever is asked for
        assert len(await shown(graph, id)) == 1
    await repoint()
    assert set((await patients_of(graph)).values()) == {"bia"}
    for id in ("ana", "bia"):
        assert len(await shown(graph, id)) == 3
    await feed.part("ana", 3)
    await repoint()
    assert await patients_of(graph) == before
    assert len(await shown(graph, "ana")) == 2


async def shown(graph: Any, id: str) -> list[Any]:
    found = await graph(OF_PATIENT, r=[{"__typename": "Patient", "id": id}])
    edges: list[Any] = found["_entities"][0]["appointments"]["edges"]
    return edges


async def test_a_chain_of_merges_ends_with_the_last_and_parts_where_it_was_joined(
    feed: Feed, graph: Any, network: Any, repoint: Any
) -> None:
    feed.tell("PatientRegistered", "eva", 1)
    await feed.deliver()
    await network.store(network.visit(id="v1"))
    await feed.merge("ana", "bia")
    await feed.merge("bia", "eva")
    await repoint()
    assert await patients_of(graph) == {"v1": "eva"}
    assert (await feed.replica("ana")).person_id == "eva"
    await feed.part("bia", 3)
    await repoint()
    assert await patients_of(graph) == {"v1": "bia"}
    await feed.part("ana", 3)
    await repoint()
    assert await patients_of(graph) == {"v1": "ana"}


async def test_a_visit_that_would_overlap_stays_and_is_counted(
    feed: Feed, graph: Any, network: Any, repoint: Any
) -> None:
    await network.store(
        network.visit(id="v1"),
        network.visit(id="v2", starts_at=LATER),
        network.visit(id="b1", patient_id="bia", practitioner_id="reis"),
    )
    await feed.merge("ana", "bia")
    await repoint()
    assert await patients_of(graph) == {"v1": "ana", "v2": "bia", "b1": "bia"}
    async with graph.database.read() as session:
        job = (await session.scalars(select(Repointing))).one()
    assert (job.moved, job.conflicts) == (1, 1)
    assert job.finished_at is not None


async def test_a_long_job_goes_on_from_where_it_was(
    feed: Feed, graph: Any, network: Any, repoint: Any, clock: Any
) -> None:
    start = clock.now() - timedelta(days=2000)
    await network.store(
        *(
            network.visit(id=f"v{n:04}", starts_at=start + timedelta(days=n))
            for n in range(AT_ONCE + 5)
        )
    )
    await feed.merge("ana", "bia")
    async with graph.database.transaction() as session:
        assert await repoint_some(session, clock.now())
    owners = list((await patients_of(graph)).values())
    assert (owners.count("bia"), owners.count("ana")) == (AT_ONCE, 5)
    await repoint()
    assert set((await patients_of(graph)).values()) == {"bia"}


async def test_who_was_merged_a_moment_ago_is_not_booked(
    feed: Feed, take: Any, tokens: Any, patients_service: Any, clock: Any
) -> None:
    first, second, *_ = await tokens()
    assert (await take("bookAppointment", first))["__typename"] == "Appointment"
    await feed.merge("ana", "bia")
    assert (await take("bookAppointment", second))["reason"] == "MERGED"
    clock.advance(timedelta(minutes=6))  # patients answers what it knew before
    assert (await take("bookAppointment", second))["reason"] == "MERGED"


async def test_a_visit_rescheduled_before_the_job_came_is_the_persons(
    feed: Feed, graph: Any, network: Any, tokens: Any, repoint: Any
) -> None:
    await network.store(network.visit(id="v1"))
    await feed.merge("ana", "bia")
    given = {
        "id": "v1",
        "expectedVersion": 1,
        "slotToken": (await tokens())[-1],
        "requestedBy": "PATIENT",
        "idempotencyKey": str(uuid4()),
    }
    new = (await graph(RESCHEDULE, input=given))["result"]
    assert new["patient"] == {"id": "bia"}
    await feed.part("ana", 3)
    await repoint()
    assert (await patients_of(graph))[new["id"]] == "ana"
