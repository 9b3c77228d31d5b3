"""Squeezing visits in: by permission, in a lane of its own, with a reason that stays."""

import asyncio
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from subgraphs.appointments.models import Closure
from subgraphs.kit.auth.roles import Role

OVERBOOK = """mutation ($input: OverbookAppointmentInput!) { overbookAppointment(input: $input) {
  __typename
  ... on Appointment { id overbooked start end history { toStatus actor reason } }
  ... on SlotTaken { alternatives { start } }
  ... on UserError { code path } } }"""
SLOTS = """query ($search: SlotSearchInput!) {
  availableSlots(search: $search, first: 500) { start } }"""
TUESDAY_9 = datetime(2026, 3, 3, 12, 0, tzinfo=UTC)
"""Nine o'clock in São Paulo; Dra. Lima is there from eight to noon."""


def wanted(**values: Any) -> dict[str, Any]:
    return {
        "idempotencyKey": str(uuid4()),
        "patientId": "bia",
        "practitionerId": "lima",
        "clinicId": "paulista",
        "serviceId": "consulta",
        "start": TUESDAY_9.isoformat(),
        "reason": "Dor forte",
    } | values


@pytest.fixture
def squeeze(graph: Any) -> Any:
    async def squeeze(**values: Any) -> Any:
        return (await graph(OVERBOOK, input=wanted(**values)))["overbookAppointment"]

    return squeeze


async def test_a_visit_is_squeezed_in_beside_another(squeeze: Any, network: Any) -> None:
    await network.store(network.visit())  # Ana, Tuesday at nine
    made = await squeeze()
    assert made["overbooked"]
    assert made["end"] == "2026-03-03T12:30:00Z"
    (begun,) = made["history"]
    assert begun == {"toStatus": "BOOKED", "actor": "anonymous", "reason": "Dor forte"}


async def test_two_at_most_are_squeezed_in_at_one_time(
    squeeze: Any, network: Any, patients_service: Any
) -> None:
    await network.store(network.visit())
    people = [f"p{number}" for number in range(8)]
    for id in people:
        patient = {"id": id, "displayName": id, "status": "ACTIVE", "version": 1}
        patients_service.patients[id] = patient
    found = await asyncio.gather(*(squeeze(patientId=id) for id in people))
    assert Counter(one["__typename"] for one in found) == {"Appointment": 2, "SlotTaken": 6}
    assert all(one["alternatives"] for one in found if one["__typename"] == "SlotTaken")


async def test_nobody_is_squeezed_in_at_two_places_at_once(squeeze: Any, network: Any) -> None:
    await network.store(network.visit(patient_id="bia"))
    assert (await squeeze())["code"] == "PATIENT_DOUBLE_BOOKED"


async def test_a_regular_slot_stays_free_beside_what_is_squeezed_in(
    squeeze: Any, graph: Any, clock: Any
) -> None:
    assert (await squeeze())["overbooked"]
    search = {
        "serviceId": "consulta",
        "from": TUESDAY_9.isoformat(),
        "to": (TUESDAY_9 + timedelta(minutes=30)).isoformat(),
        "practitionerIds": ["lima"],
    }
    slots = (await graph(SLOTS, search=search))["availableSlots"]
    assert slots == [{"start": "2026-03-03T12:00:00Z"}]


@pytest.mark.parametrize(
    ("values", "path"),
    [
        ({"reason": "  "}, "reason"),
        ({"kind": "RETURN"}, "kind"),
        ({"start": "2026-03-02T11:59:59Z"}, "start"),
        ({"start": "2026-03-03T10:59:00Z"}, "start"),
        ({"start": "2026-03-03T14:31:00Z"}, "start"),
        ({"start": "2026-03-06T12:00:00Z"}, "start"),
        ({"practitionerId": "nobody"}, "start"),
    ],
)
async def test_only_for_a_reason_and_within_opening_hours(
    squeeze: Any, values: dict[str, Any], path: str
) -> None:
    refused = await squeeze(**values)
    assert (refused["code"], refused["path"]) == ("INVALID_INPUT", [path])


async def test_not_while_the_clinic_is_closed(squeeze: Any, network: Any) -> None:
    day = datetime(2026, 3, 3)  # noqa: DTZ001 - wall time of the clinic
    await network.store(
        Closure(
            id="holiday",
            clinic_id="paulista",
            starts=day,
            ends=day + timedelta(days=1),
            reason="Feriado",
        )
    )
    assert (await squeeze())["path"] == ["start"]


async def test_by_permission_alone(open_graph: Any, network: Any, token_of: Any) -> None:
    async with open_graph("required") as graph:
        for role in Role:
            by = graph.signed_in(token_of(role))
            answer = await by.answer(OVERBOOK, input=wanted(reason=""))
            if role in (Role.PHYSICIAN, Role.MANAGER):
                assert answer["data"]["overbookAppointment"]["path"] == ["reason"]
            else:
                code = answer["errors"][0]["extensions"]["code"]
                assert code == "UNAUTHORIZED_FIELD_OR_TYPE"
