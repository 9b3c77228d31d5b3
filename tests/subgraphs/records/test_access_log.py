"""Who read what, or was refused it, is noted before anything is shown, and stays noted."""

from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from ward import LOG, REFUSED, SECRET, Ward, break_glass, code_of

from subgraphs.kit.auth.roles import Role


async def test_each_read_is_noted_with_what_it_was_for(ward: Ward) -> None:
    before = len(await ward.log())
    await ward.read("query", ward.office.graph)
    reis = ward.by(Role.PHYSICIAN, subject="reis", practitioner="reis")
    await ward.read("query", reis)
    await ward.read("query", ward.by(Role.RECEPTION, subject="joana"))
    await break_glass(reis)
    await ward.read("record", reis)
    noted = (await ward.log())[before:]
    assert [
        (e["actorId"], e["element"], e["documentId"], e["purpose"], e["granted"], e["breakGlass"])
        for e in noted
    ] == [
        ("lima", "ConsultationNote", ward.note["id"], "CARE", True, False),
        ("reis", "ConsultationNote", ward.note["id"], "NONE", False, False),
        ("joana", "Query.clinicalDocument", ward.note["id"], "NONE", False, False),
        ("reis", "Patient.record", None, "EMERGENCY", True, True),
        ("reis", "ConsultationNote", ward.note["id"], "EMERGENCY", True, True),
    ]
    assert noted[0]["actorRoles"] == ["physician"]


async def test_a_read_without_a_token_in_development_is_noted_as_that(
    office: Any, graph: Any
) -> None:
    note = await office.signed(await office.encounter())
    await graph("query ($d: ID!) { clinicalDocument(id: $d) { id } }", d=note["id"])
    nodes = (await graph(LOG, p="ana"))["recordAccessLog"]["edges"]
    assert {(n["node"]["actorId"], n["node"]["purpose"]) for n in nodes} == {
        ("anonymous", "EXPLORATION")
    }


async def test_ids_that_nobody_has_are_refused_and_noted_like_others(ward: Ward) -> None:
    query = "query ($d: ID!) { clinicalDocument(id: $d) { id } }"
    answer = await ward.by(Role.RECEPTION).answer(query, d="x" * 5000)
    assert code_of(answer) == {REFUSED}
    lima = ward.by(Role.PHYSICIAN, practitioner="lima")
    assert await lima(query, d="unknown") == {"clinicalDocument": None}


async def test_the_log_is_for_auditors_alone_and_comes_in_pages(ward: Ward) -> None:
    for role in (Role.PHYSICIAN, Role.MANAGER, Role.SERVICE, Role.PATIENT):
        assert code_of(await ward.by(role).answer(LOG, p="ana")) == {REFUSED}
    for _ in range(3):
        await ward.read("record", ward.by(Role.RECEPTION))
    privacy = ward.by(Role.PRIVACY_OFFICER)
    first = (await privacy(LOG, p="ana", first=2))["recordAccessLog"]
    assert first["pageInfo"]["hasNextPage"]
    cursor = first["pageInfo"]["endCursor"]
    rest = (await privacy(LOG, p="ana", after=cursor))["recordAccessLog"]
    assert len(first["edges"]) + len(rest["edges"]) == len(await ward.log())


@pytest.mark.parametrize("table", ["access_events", "break_glass"])
async def test_the_log_only_grows_also_by_sql_typed_by_hand(ward: Ward, table: str) -> None:
    await break_glass(ward.by(Role.PHYSICIAN))
    attempts = [f"DELETE FROM {table}", f"UPDATE {table} SET actor_id = 'nobody'"]
    if ward.graph.database.is_postgresql:
        attempts.append(f"TRUNCATE {table} CASCADE")
    for attempt in attempts:
        with pytest.raises(DBAPIError):
            async with ward.graph.database.transaction() as session:
                await session.execute(text(attempt))


async def test_what_cannot_be_noted_is_not_shown(ward: Ward) -> None:
    async with ward.graph.database.transaction() as session:
        await session.execute(text("ALTER TABLE access_events RENAME TO elsewhere"))
    answer = await ward.read("query", ward.office.graph)
    assert code_of(answer) == {"INTERNAL_SERVER_ERROR"}
    assert SECRET not in str(answer)
