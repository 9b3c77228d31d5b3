"""The waiting list: what comes free is kept for whoever waits longest, and confirmed or let go."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest

from subgraphs.appointments.background import Chores
from subgraphs.appointments.client import PatientsClient
from subgraphs.appointments.models import OUTBOX
from subgraphs.kit.auth.roles import Role
from subgraphs.kit.database import Database

ENTRY = """{ __typename
  ... on WaitingListEntry { id version status offers from until
    patient { id displayName } practitioner { id } clinic { id } service { id }
    offer { id version status start holdUntil history { actor } } }
  ... on UserError { code path } ... on PatientNotBookable { reason } }"""
JOIN = "mutation ($input: JoinWaitingListInput!) { r: joinWaitingList(input: $input) " + ENTRY + "}"
LEAVE = (
    "mutation ($input: LeaveWaitingListInput!) { r: leaveWaitingList(input: $input) " + ENTRY + "}"
)
LIST = """query ($first: Int! = 50, $after: String, $clinic: ID) {
  waitingList(first: $first, after: $after, clinicId: $clinic) {
    edges { node { id status patient { id } offer { id version start status holdUntil } } }
    pageInfo { endCursor hasNextPage } } }"""
CANCEL = """mutation ($input: CancelAppointmentInput!) { cancelAppointment(input: $input) {
  __typename } }"""
MOVE = """mutation ($input: TransitionAppointmentInput!) { transitionAppointment(input: $input) {
  __typename ... on Appointment { status } } }"""


class Desk:
    """Puts people on the list, cancels visits, and does the chores."""

    def __init__(self, graph: Any, clock: Any, chores: Chores) -> None:
        self.graph, self.clock, self.chores = graph, clock, chores

    def wish(self, patient: str, **values: Any) -> dict[str, Any]:
        now = self.clock.now()
        return {
            "idempotencyKey": str(uuid4()),
            "patientId": patient,
            "serviceId": "consulta",
            "practitionerId": "lima",
            "from": (now + timedelta(days=1)).isoformat(),
            "until": (now + timedelta(days=1, hours=1)).isoformat(),
        } | values

    async def join(self, patient: str = "bia", **values: Any) -> Any:
        return (await self.graph(JOIN, input=self.wish(patient, **values)))["r"]

    async def waiting(self, **values: Any) -> list[Any]:
        found = await self.graph(LIST, **values)
        return [edge["node"] for edge in found["waitingList"]["edges"]]

    async def cancel(self, id: str, version: int = 1) -> None:
        given = {
            "idempotencyKey": str(uuid4()),
            "id": id,
            "expectedVersion": version,
            "reason": "Viagem",
            "cancelledBy": "PATIENT",
        }
        await self.graph(CANCEL, input=given)

    async def confirm(self, offer: Any) -> Any:
        given = {
            "idempotencyKey": str(uuid4()),
            "id": offer["id"],
            "expectedVersion": offer["version"],
            "to": "BOOKED",
        }
        return (await self.graph(MOVE, input=given))["transitionAppointment"]


@pytest.fixture
async def desk(graph: Any, clock: Any, network: Any, patients_service: Any) -> Any:
    for number in range(2):  # Tuesday from nine to ten is taken
        starts_at = network.monday_9_am + timedelta(days=1, minutes=30 * number)
        await network.store(network.visit(id=f"v{number}", starts_at=starts_at))
    for id in ("eva", "gil"):
        known = {"id": id, "displayName": id.title(), "status": "ACTIVE", "version": 1}
        patients_service.patients[id] = known
    async with httpx.AsyncClient(transport=patients_service.transport()) as http:
        client = PatientsClient(http, "http://patients/graphql")
        yield Desk(graph, clock, Chores(graph.database, client, clock))


async def test_what_is_cancelled_is_kept_for_whoever_waits_longest(desk: Desk) -> None:
    for patient in ("bia", "eva"):
        joined = await desk.join(patient)
        assert (joined["status"], joined["offers"], joined["offer"]) == ("WAITING", 0, None)
        desk.clock.advance(timedelta(minutes=1))
    await desk.chores.do_all()
    assert [one["status"] for one in await desk.waiting()] == ["WAITING", "WAITING"]
    await desk.cancel("v0")
    await desk.chores.do_all()
    bia, eva = await desk.waiting()
    assert (bia["patient"], bia["status"]) == ({"id": "bia"}, "OFFERED")
    assert (bia["offer"]["status"], bia["offer"]["start"]) == ("PENDING", "2026-03-03T12:00:00Z")
    assert bia["offer"]["holdUntil"] == "2026-03-02T14:02:00Z"
    assert eva["status"] == "WAITING"


async def test_an_offer_is_confirmed_like_any_hold(desk: Desk) -> None:
    await desk.join()
    await desk.cancel("v0")
    await desk.chores.do_all()
    (bia,) = await desk.waiting()
    assert (await desk.confirm(bia["offer"]))["status"] == "BOOKED"
    await desk.chores.do_all()
    assert await desk.waiting() == []


async def test_what_is_let_go_is_offered_to_the_next(desk: Desk) -> None:
    wish = desk.wish("bia")
    await desk.join("bia")
    desk.clock.advance(timedelta(minutes=1))
    await desk.join("eva", **{"from": wish["from"], "until": wish["until"]})
    await desk.cancel("v0")
    order = []
    for _ in range(3):
        await desk.chores.do_all()
        order += [
            one["patient"]["id"] for one in await desk.waiting() if one["status"] == "OFFERED"
        ]
        desk.clock.advance(timedelta(hours=2))
    assert order == ["bia", "eva", "bia"]


async def test_who_lets_three_offers_go_is_asked_no_more(desk: Desk) -> None:
    await desk.join()
    await desk.cancel("v0")
    for _ in range(3):
        await desk.chores.do_all()
        (bia,) = await desk.waiting()
        assert bia["status"] == "OFFERED"
        await desk.cancel(bia["offer"]["id"], bia["offer"]["version"])
    await desk.chores.do_all()
    assert await desk.waiting() == []


async def test_several_processes_offer_a_slot_once(
    desk: Desk, database_url: str, clock: Any
) -> None:
    for patient in ("bia", "eva", "gil"):
        await desk.join(patient)
    await desk.cancel("v0")
    others = [Database(database_url) for _ in range(3)]
    await asyncio.gather(*(Chores(one, None, clock).serve() for one in others))
    for one in others:
        await one.dispose()
    statuses = sorted(one["status"] for one in await desk.waiting())
    assert statuses == ["OFFERED", "WAITING", "WAITING"]


async def test_nothing_is_offered_at_short_notice_and_wishes_run_out(desk: Desk) -> None:
    await desk.join()
    desk.clock.advance(timedelta(hours=22))
    await desk.cancel("v0")
    await desk.chores.do_all()
    assert await desk.waiting() == []


async def test_a_patient_who_is_elsewhere_then_is_passed_over(desk: Desk, network: Any) -> None:
    there = network.visit(
        id="there",
        patient_id="bia",
        practitioner_id="reis",
        starts_at=network.monday_9_am + timedelta(days=1),
        minutes=60,
    )
    await network.store(there)
    await desk.join("bia")
    await desk.join("eva")
    await desk.cancel("v0")
    await desk.chores.do_all()
    assert [one["status"] for one in await desk.waiting()] == ["WAITING", "OFFERED"]


async def test_the_offer_is_told(desk: Desk) -> None:
    await desk.join()
    await desk.cancel("v0")
    await desk.chores.do_all()
    await OUTBOX.publish(desk.graph.database)
    async with desk.graph.database.read() as session:
        events = await OUTBOX.events_after(session, 0, 100)
    assert [event.type for event in events] == ["AppointmentCancelled", "WaitingListOffered"]
    assert events[1].payload["patientId"] == "bia"
    assert events[1].payload["keptUntil"] == "2026-03-02T14:00:00+00:00"


async def test_who_leaves_is_offered_nothing(desk: Desk) -> None:
    joined = await desk.join()
    given = {"id": joined["id"], "idempotencyKey": str(uuid4())}
    stale = (await desk.graph(LEAVE, input={**given, "expectedVersion": 9}))["r"]
    assert stale["code"] == "STALE_VERSION"
    given["idempotencyKey"] = str(uuid4())
    assert (await desk.graph(LEAVE, input={**given, "expectedVersion": 1}))["r"]["status"] == "LEFT"
    await desk.cancel("v0")
    await desk.chores.do_all()
    assert await desk.waiting() == []


@pytest.mark.parametrize(
    ("values", "code", "path"),
    [
        ({"kind": "RETURN"}, "INVALID_INPUT", "kind"),
        ({"until": "2026-03-02T11:00:00Z"}, "INVALID_INPUT", "until"),
        ({"until": "2026-06-01T12:00:01Z"}, "INVALID_INPUT", "until"),
        ({"from": "2026-03-04T12:00:00Z"}, "INVALID_INPUT", "until"),
        ({"serviceId": "nothing"}, "NOT_FOUND", "serviceId"),
        ({"practitionerId": "nobody"}, "NOT_FOUND", "practitionerId"),
        ({"clinicId": "nowhere"}, "NOT_FOUND", "clinicId"),
        ({"patientId": "nobody"}, "PATIENT_NOT_BOOKABLE", "patientId"),
    ],
)
async def test_a_wish_that_cannot_be(desk: Desk, values: Any, code: str, path: str) -> None:
    refused = await desk.join(**values)
    assert (refused["code"], refused["path"]) == (code, [path])


async def test_the_list_comes_in_pages_by_clinic(desk: Desk) -> None:
    for patient in ("bia", "eva", "gil"):
        await desk.join(patient, clinicId="paulista")
    await desk.join("ana")
    first = (await desk.graph(LIST, first=2, clinic="paulista"))["waitingList"]
    assert first["pageInfo"]["hasNextPage"]
    rest = await desk.waiting(after=first["pageInfo"]["endCursor"], clinic="paulista")
    assert [one["patient"]["id"] for one in rest] == ["gil"]


async def test_the_list_is_staffs(open_graph: Any, network: Any, token_of: Any) -> None:
    async with open_graph("required") as graph:
        for role in (Role.PATIENT, Role.PRIVACY_OFFICER):
            answer = await graph.signed_in(token_of(role)).answer(LIST)
            assert answer["errors"][0]["extensions"]["code"] == "UNAUTHORIZED_FIELD_OR_TYPE"
        assert "errors" not in await graph.signed_in(token_of(Role.RECEPTION)).answer(LIST)
