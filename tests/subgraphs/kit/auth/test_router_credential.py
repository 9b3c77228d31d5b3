"""``_entities``, and what is ``@inaccessible``, answer the router and other services alone."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Annotated, Any

import httpx
import pytest
import strawberry
from pydantic import SecretStr
from strawberry import ID
from strawberry.federation import field as guarded_field
from strawberry.federation.schema_directives import Inaccessible

from subgraphs.kit.app import Domain, create_app
from subgraphs.kit.auth.hiding import NotHidden
from subgraphs.kit.auth.keys import UnusableKeys
from subgraphs.kit.auth.roles import Role
from subgraphs.kit.auth.router_credential import router_secrets
from subgraphs.kit.auth.settings import IdentitySettings
from subgraphs.kit.context import Context
from subgraphs.kit.graphql import build_schema
from subgraphs.kit.settings import ServiceSettings

TokenFor = Callable[..., str]
Serving = Callable[..., AbstractAsyncContextManager[httpx.AsyncClient]]

STEP = """
from alembic import op
import sqlalchemy as sa
revision, down_revision = "0001", None
def upgrade() -> None:
    op.create_table("people", sa.Column("id", sa.Text(), primary_key=True))
"""
PEOPLE = [role for role in Role if role is not Role.SERVICE]
ENTITIES = (
    '{ _entities(representations: [{__typename: "Person", id: "1"}]) { ... on Person { %s } } }'
)
HIDDEN_WAYS = [
    "{ person { cpf } }",
    "{ x: person { name: cpf } }",
    "{ person { ...Personal } } fragment Personal on Person { cpf }",
    "{ person { secret { text } } }",
    "{ named { cpf } }",
]


@strawberry.federation.type(inaccessible=True)
class Secret:
    text: str = "52998224725"


@strawberry.federation.interface
class Named:
    cpf: str | None = guarded_field(inaccessible=True)


@strawberry.federation.type(keys=["id"])
class Person(Named):
    id: ID
    name: str = "Ana"
    cpf: str | None = "52998224725"
    secret: Secret | None = strawberry.field(default_factory=Secret)
    phone: str | None = guarded_field(default="+5511999990000", requires_scopes=[["patient:read"]])

    @classmethod
    def resolve_reference(cls, id: ID) -> "Person":
        return cls(id=id)


@strawberry.type
class Query:
    @strawberry.field
    def person(self) -> Person:
        return Person(id=ID("1"))

    @strawberry.field
    def named(self) -> Named:
        return Person(id=ID("1"))


class PeopleContext(Context):
    """Nothing beside what every request has."""


@pytest.fixture
def serving(identity: IdentitySettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Serving:
    package = tmp_path / "people_migrations"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "step_0001_first.py").write_text(STEP)
    monkeypatch.syspath_prepend(str(tmp_path))
    domain = Domain("people", build_schema(query=Query), PeopleContext, "people_migrations")

    @asynccontextmanager
    async def serving(**more: Any) -> Any:
        settings = ServiceSettings(
            database_url=f"sqlite:///{tmp_path}/people.db",
            identity_folder=identity.identity_folder,
            **more,
        )
        app = create_app(domain, settings)
        transport = httpx.ASGITransport(app=app)
        async with (
            app.router.lifespan_context(app),
            httpx.AsyncClient(transport=transport, base_url="http://people") as http,
        ):
            yield http

    return serving


async def ask(http: httpx.AsyncClient, query: str, **headers: str) -> httpx.Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return await http.post("/graphql", json={"query": query}, headers=named)


def refused(answer: httpx.Response) -> bool:
    """Whether it was refused to whoever is not the router, with nothing shown."""
    codes = {error["extensions"]["code"] for error in answer.json().get("errors", [])}
    assert codes <= {"FOR_THE_ROUTER_ALONE"}, answer.text
    assert not codes or "52998224725" not in answer.text
    return bool(codes)


@pytest.mark.parametrize("role", PEOPLE)
@pytest.mark.parametrize("query", [ENTITIES % "name", *HIDDEN_WAYS])
async def test_no_person_gets_it_at_the_services_port(
    serving: Serving, token_for: TokenFor, role: Role, query: str
) -> None:
    async with serving() as http:
        assert refused(await ask(http, query, authorization=f"Bearer {token_for(role)}"))
        assert refused(await ask(http, query))


@pytest.mark.parametrize("query", [ENTITIES % "name cpf", *HIDDEN_WAYS])
async def test_the_router_and_other_services_get_it(
    serving: Serving, token_for: TokenFor, router_headers: dict[str, str], query: str
) -> None:
    async with serving() as http:
        assert not refused(await ask(http, query, **router_headers))
        service = await ask(http, query, authorization=f"Bearer {token_for(Role.SERVICE)}")
        assert not refused(service)
        assert "52998224725" in service.text


async def test_by_the_router_nobody_gets_more_than_their_token_allows(
    serving: Serving, token_for: TokenFor, router_headers: dict[str, str]
) -> None:
    async with serving() as http:
        for role, allowed in ((Role.NURSE, True), (Role.PATIENT, False), (None, False)):
            headers = dict(router_headers)
            if role:
                headers["authorization"] = f"Bearer {token_for(role)}"
            answer = (await ask(http, ENTITIES % "name phone", **headers)).json()
            [person] = answer["data"]["_entities"]
            assert person == {"name": "Ana", "phone": "+5511999990000" if allowed else None}
            codes = [error["extensions"]["code"] for error in answer.get("errors", [])]
            assert codes == ([] if allowed else ["UNAUTHORIZED_FIELD_OR_TYPE"])


async def test_who_explores_without_a_token_sees_entities_and_nothing_hidden(
    serving: Serving,
) -> None:
    async with serving(authentication="optional") as http:
        assert not refused(await ask(http, ENTITIES % "name phone"))
        for query in (ENTITIES % "cpf", *HIDDEN_WAYS):
            assert refused(await ask(http, query))


async def test_a_wrong_secret_is_401_and_is_not_told(
    serving: Serving, token_for: TokenFor, capsys: pytest.CaptureFixture[str]
) -> None:
    async with serving() as http:
        answer = await ask(
            http,
            "{ person { name } }",
            authorization=f"Bearer {token_for(Role.NURSE)}",
            router_secret="a-guessed-one",
        )
    assert answer.status_code == 401
    assert answer.json()["errors"][0]["extensions"] == {"code": "ROUTER_UNKNOWN"}
    assert "the-router-of-the-tests" not in answer.text
    said = "".join(capsys.readouterr())
    assert "the-router-of-the-tests" not in said
    assert "a-guessed-one" not in said


async def test_the_old_secret_counts_while_it_is_changed(serving: Serving) -> None:
    async with serving(router_secret=SecretStr("new-one old-one")) as http:
        for secret in ("new-one", "old-one"):
            assert not refused(await ask(http, ENTITIES % "cpf", router_secret=secret))
        for secret in ("new-one old-one", "", "new"):
            assert (await ask(http, ENTITIES % "id", router_secret=secret)).status_code == 401


async def test_in_development_the_secret_lies_beside_the_keys(
    serving: Serving, identity: IdentitySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ROUTER_SECRET")
    path = identity.identity_folder / "router-secret"
    async with serving() as http:
        assert (await ask(http, ENTITIES % "cpf", router_secret="x")).status_code == 401
        secret = path.read_text()
        assert not refused(await ask(http, ENTITIES % "cpf", router_secret=secret))
    assert path.stat().st_mode & 0o077 == 0
    assert router_secrets(IdentitySettings(identity_folder=identity.identity_folder)) == [secret]


def test_production_makes_no_secret_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ROUTER_SECRET")
    with pytest.raises(UnusableKeys, match="ROUTER_SECRET is not set"):
        router_secrets(IdentitySettings(environment="production", jwt_keys="x"))


def test_what_the_service_could_not_hide_is_not_built() -> None:
    @strawberry.type(name="Query")
    class Careless:
        @strawberry.field
        def cpf(
            self,
            of: Annotated[str, strawberry.argument(directives=[Inaccessible()])],
        ) -> str:
            return of

    with pytest.raises(NotHidden, match=r"Query\.cpf\(of:\)"):
        build_schema(query=Careless)
