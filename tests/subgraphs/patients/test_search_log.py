"""Every search for patients is noted before anything is shown, refused ones too."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from subgraphs.kit.app import create_app
from subgraphs.kit.auth.roles import Role
from subgraphs.kit.auth.settings import IdentitySettings
from subgraphs.kit.auth.tokens import Holder, Issuer
from subgraphs.kit.clock import FixedClock
from subgraphs.kit.settings import ServiceSettings
from subgraphs.patients.app import domain

LOG = """query ($actor: ID, $first: Int! = 50, $after: String) {
  patientSearchLog(actorId: $actor, first: $first, after: $after) {
    edges { node { actorId actorRoles kind shown patientId granted } }
    pageInfo { hasNextPage endCursor } } }"""
SEARCH = "query ($search: String) { patients(search: $search) { edges { node { id } } } }"
CPF = '{ patientByCpf(cpf: "529.982.247-25") { id } }'


@pytest.fixture
def app(database_url: str, clock: FixedClock, tmp_path: Path) -> FastAPI:
    settings = ServiceSettings(
        service="patients", database_url=database_url, identity_folder=tmp_path / "identity"
    )
    return create_app(domain, settings, clock)


@pytest.fixture
def become(patients: Any, tmp_path: Path) -> Callable[[Role | None], Any]:
    """Ask as somebody of a role from now on."""
    issuer = Issuer(IdentitySettings(identity_folder=tmp_path / "identity"))

    def become(role: Role | None) -> Any:
        patients.http.headers.pop("authorization", None)
        if role:
            token = issuer.issue(Holder(role.value, role), timedelta(minutes=5))
            patients.http.headers["authorization"] = f"Bearer {token}"
        return patients

    return become


async def log(become: Callable[[Role | None], Any], **given: Any) -> list[dict[str, Any]]:
    """The log, the first search first."""
    found = await become(Role.AUDITOR).data(LOG, **given)
    return [edge["node"] for edge in reversed(found["patientSearchLog"]["edges"])]


async def test_a_search_is_noted_by_its_kind_and_by_whom_it_showed(
    become: Callable[[Role | None], Any], register: Any
) -> None:
    become(Role.RECEPTION)
    maria = await register(legalName="Maria Souza", cpf="529.982.247-25")
    await register(legalName="Mariana Lima", phone="(11) 98765-4321")
    for search in ("mari", "souza", "02/03/1980", "(11) 98765-4321", "529.982.247-25", None):
        await become(Role.RECEPTION).data(SEARCH, search=search)
    await become(Role.NURSE).data(CPF)
    noted = await log(become)
    assert [(event["kind"], event["shown"]) for event in noted] == [
        ("NAME", 2),
        ("NAME", 1),
        ("BIRTH_DATE", 2),
        ("NUMBER", 1),
        ("NUMBER", 1),
        ("LIST", 2),
        ("NUMBER", 1),
    ]
    assert noted[1]["patientId"] == noted[-1]["patientId"] == maria["id"]
    assert noted[0]["patientId"] is None
    assert noted[-1]["actorRoles"] == ["nurse"]
    assert all(event["granted"] for event in noted)
    assert [event["actorId"] for event in await log(become, actor="nurse")] == ["nurse"]


async def test_a_refused_search_is_noted_too(become: Callable[[Role | None], Any]) -> None:
    await become(Role.PATIENT).ask(SEARCH, search="souza")
    await become(None).ask(CPF)
    noted = await log(become)
    assert [(event["actorId"], event["kind"], event["granted"]) for event in noted] == [
        ("patient", "NAME", False),
        ("anonymous", "NUMBER", False),
    ]


async def test_what_was_typed_is_nowhere(
    become: Callable[[Role | None], Any], app: FastAPI, register: Any
) -> None:
    become(Role.RECEPTION)
    await register(cpf="52998224725")
    await become(Role.RECEPTION).data(SEARCH, search="529.982.247-25")
    await become(Role.RECEPTION).data(SEARCH, search="conceicao")
    async with app.state.database.read() as session:
        rows = (await session.execute(text("SELECT * FROM search_events"))).all()
    assert len(rows) == 2
    assert "52998224725" not in str(rows)
    assert "conceicao" not in str(rows)


async def test_the_log_is_for_auditors_and_comes_in_pages(
    become: Callable[[Role | None], Any],
) -> None:
    for _ in range(3):
        await become(Role.RECEPTION).data(SEARCH, search="x")
    page = (await become(Role.AUDITOR).data(LOG, first=2))["patientSearchLog"]
    assert (len(page["edges"]), page["pageInfo"]["hasNextPage"]) == (2, True)
    after = page["pageInfo"]["endCursor"]
    page = (await become(Role.AUDITOR).data(LOG, first=2, after=after))["patientSearchLog"]
    assert (len(page["edges"]), page["pageInfo"]["hasNextPage"]) == (1, False)
    for role in (Role.RECEPTION, Role.PHYSICIAN, Role.MANAGER, Role.PATIENT, None):
        answer = await become(role).ask(LOG)
        assert answer["errors"][0]["extensions"]["code"] == "UNAUTHORIZED_FIELD_OR_TYPE"


@pytest.mark.parametrize(
    "statement", ["UPDATE search_events SET shown = 0", "DELETE FROM search_events"]
)
async def test_the_log_only_grows_also_by_sql_typed_by_hand(
    become: Callable[[Role | None], Any], app: FastAPI, statement: str
) -> None:
    await become(Role.RECEPTION).data(SEARCH, search="x")
    with pytest.raises(DBAPIError, match="search_events"):
        async with app.state.database.transaction() as session:
            await session.execute(text(statement))


async def test_what_cannot_be_noted_is_not_shown(
    become: Callable[[Role | None], Any], app: FastAPI, register: Any
) -> None:
    become(Role.RECEPTION)
    await register()
    async with app.state.database.transaction() as session:
        await session.execute(text("ALTER TABLE search_events RENAME TO elsewhere"))
    answer = await become(Role.RECEPTION).ask(SEARCH, search="maria")
    assert answer["data"] is None
    assert answer["errors"][0]["extensions"]["code"] == "INTERNAL_SERVER_ERROR"
