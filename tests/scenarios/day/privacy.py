"""The privacy officer: who read what, who was refused, what is kept about Maria."""

from __future__ import annotations

import json

from day.story import Day
from people import Person

from subgraphs.kit.auth.roles import Role

RECORD = "query($id: ID!) { patient(id: $id) { id record { edges { node { id status } } } } }"
LOG = """query($id: ID!) { recordAccessLog(patientId: $id) { edges { node {
    actorId granted breakGlass purpose element } } } }"""


async def privacy(day: Day) -> None:
    """A physician who does not care for Maria is refused, breaks the glass, and both are seen."""
    day.at("16:00")
    network, maria = day.world.network, day.patients["Maria"]["id"]
    stranger = network.person(
        "stranger", Role.PHYSICIAN, practitioner_id="0193a7c0-0000-7000-8000-00000000beef"
    )
    mine = await day.world.physician.get(RECORD, id=maria)
    assert len(mine["patient"]["record"]["edges"]) == 4

    assert await _is_refused(stranger, maria)
    await stranger.do(
        "breakGlass", "expiresAt", patientId=maria, justification="Parada cardíaca na recepção."
    )
    opened = await stranger.get(RECORD, id=maria)
    assert len(opened["patient"]["record"]["edges"]) == 4
    for name, role in (("reception", Role.RECEPTION), ("biller", Role.BILLING_CLERK)):
        assert await _is_refused(network.person(name, role), maria)

    seen = await day.world.officer.get(LOG, id=maria)
    reads = [edge["node"] for edge in seen["recordAccessLog"]["edges"]]
    of_stranger = [read for read in reads if read["actorId"] == "stranger"]
    assert {(read["granted"], read["breakGlass"]) for read in of_stranger} == {
        (False, False),
        (True, True),
    }
    assert any(read["actorId"] == "physician" and read["granted"] for read in reads)
    assert await _is_refused(day.world.officer, maria), "who watches does not read"
    await _exported(day, maria)


async def _is_refused(person: Person, patient_id: str) -> bool:
    answer = await person.ask(RECORD, id=patient_id)
    assert answer["data"]["patient"]["record"] is None
    return bool(answer["errors"])


async def _exported(day: Day, maria: str) -> None:
    export = await day.world.officer.do(
        "exportPersonalData",
        "json request { kind legalBasis doneBy }",
        patientId=maria,
        legalBasis="LGPD, art. 18, II",
    )
    assert json.loads(export["json"])
    assert export["request"]["doneBy"] == "officer"
    verified = await day.world.physician.get(
        "query($id: ID!) { verifyRecord(patientId: $id) { documents brokenAt } }", id=maria
    )
    assert verified["verifyRecord"] == {"documents": 4, "brokenAt": None}
