"""Whether a patient can be booked: what is remembered says, or the patients service, or later."""

from datetime import timedelta
from uuid import uuid4

import httpx
import pytest
from fastapi import Response

from subgraphs.appointments.background import Chores
from subgraphs.appointments.client import PatientsClient
from subgraphs.appointments.models import PatientReplica
from subgraphs.appointments.service.deferred import Checked, check_deferred

SLOTS = """query ($search: SlotSearchInput!) { availableSlots(search: $search) { token } }"""
BOOK = """mutation ($input: BookInput!) { bookAppointment(input: $input) {
  __typename ... on Appointment { id patientCheck } ... on PatientNotBookable { reason }
  ... on UserError { code } } }"""
CHECK = "query ($id: ID!) { appointment(id: $id) { patientCheck status } }"


@pytest.fixture
def book(graph, clock):
    async def book(patient: str = "ana", after: timedelta = timedelta()):
        search = {
            "serviceId": "consulta",
            "from": (clock.now() + after).isoformat(),
            "to": (clock.now() + after + timedelta(days=2)).isoformat(),
        }
        token = (await graph(SLOTS, search=search))["availableSlots"][0]["token"]
        given = {"slotToken": token, "patientId": patient, "idempotencyKey": str(uuid4())}
        return (await graph(BOOK, input=given))["bookAppointment"]

    return book


@pytest.fixture
async def client(patients_service):
    async with httpx.AsyncClient(transport=patients_service.transport()) as http:
        yield PatientsClient(http, "http://patients/graphql")


def down() -> Response:
    return Response(status_code=503)


async def test_what_was_said_a_moment_ago_is_not_asked_again(book, clock, patients_service) -> None:
    await book()
    clock.advance(timedelta(minutes=5) - timedelta(seconds=1))
    assert (await book(after=timedelta(hours=1)))["patientCheck"] == "VERIFIED"
    assert patients_service.asked == 1
    clock.advance(timedelta(seconds=1))
    await book(after=timedelta(hours=2))
    assert patients_service.asked == 2


async def test_a_fresh_no_is_a_no_without_asking(book, network, clock, patients_service) -> None:
    await network.store(
        PatientReplica(
            id="caio", display_name="x", status="MERGED", version=3, refreshed_at=clock.now()
        )
    )
    assert (await book("caio"))["reason"] == "MERGED"
    assert patients_service.asked == 0


async def test_who_is_known_as_active_is_booked_while_patients_is_down(
    book, graph, clock, client, patients_service
) -> None:
    patients_service.answer = down
    booked = await book()
    assert booked["patientCheck"] == "DEFERRED"
    assert await check_deferred(graph.database, client, clock.now()) == Checked()
    patients_service.answer = None
    assert await check_deferred(graph.database, client, clock.now()) == Checked(verified=1)
    assert await check_deferred(graph.database, client, clock.now()) == Checked()
    found = (await graph(CHECK, id=booked["id"]))["appointment"]
    assert found == {"patientCheck": "VERIFIED", "status": "BOOKED"}


@pytest.mark.parametrize("change", [{"status": "DECEASED", "version": 2}, None])
async def test_a_later_no_is_written_on_the_visit(
    book, graph, clock, client, patients_service, change
) -> None:
    patients_service.answer = down
    booked = await book()
    patients_service.answer = None
    if change:
        patients_service.patients["ana"].update(change)
    else:
        del patients_service.patients["ana"]
    await Chores(graph.database, client, clock).do_all()
    found = (await graph(CHECK, id=booked["id"]))["appointment"]
    assert found == {"patientCheck": "REFUSED", "status": "BOOKED"}


async def test_who_is_known_as_not_active_or_not_at_all_waits(
    book, network, clock, patients_service
) -> None:
    patients_service.answer = down
    stale = clock.now() - timedelta(days=3)
    await network.store(
        PatientReplica(
            id="duda", display_name="x", status="DECEASED", version=2, refreshed_at=stale
        )
    )
    for patient in ("duda", "nobody"):
        assert (await book(patient))["code"] == "PATIENT_SERVICE_UNAVAILABLE"


async def test_a_deferred_booking_does_not_make_the_patient_fresh(book, patients_service) -> None:
    patients_service.answer = down
    await book()
    patients_service.answer = None
    assert (await book(after=timedelta(hours=1)))["patientCheck"] == "VERIFIED"
