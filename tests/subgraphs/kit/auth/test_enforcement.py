"""The schema's directives are what the subgraph enforces, whichever way a field is asked for."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, cast

import httpx
import pytest
import strawberry
from fastapi import FastAPI
from graphql import ExecutionResult, parse, subscribe
from strawberry import ID
from strawberry.dataloader import DataLoader
from strawberry.federation import field as guarded_field
from strawberry.federation.schema_directives import RequiresScopes

from subgraphs.kit.app import Domain, create_app
from subgraphs.kit.auth.actor import ANONYMOUS, EXPLORER, Actor
from subgraphs.kit.auth.enforcement import UnknownPolicy
from subgraphs.kit.auth.policies import Answers, policy
from subgraphs.kit.auth.roles import INTERNAL, Role
from subgraphs.kit.auth.settings import IdentitySettings
from subgraphs.kit.context import Context
from subgraphs.kit.directives import with_directives
from subgraphs.kit.graphql import build_schema
from subgraphs.kit.settings import ServiceSettings

TokenFor = Callable[..., str]


@dataclass
class Request:
    """As much of a context as enforcement needs, and what the policies were asked."""

    actor: Actor
    policy_answers: Answers = field(default_factory=Answers)
    asked: list[tuple[str, Any]] = field(default_factory=list)


@policy(about=lambda access: access.source.id)
async def care_relationship(context: Request, patient_id: str) -> bool:
    context.asked.append(("care_relationship", patient_id))
    await asyncio.sleep(0)
    return patient_id in context.actor.id


@policy(about=lambda access: None)
async def break_glass(context: Request, _whole_request: None) -> bool:
    context.asked.append(("break_glass", None))
    return "emergency" in context.actor.id


@policy(about=lambda access: access.arguments["reason"])
async def has_reason(context: Request, reason: str) -> bool:
    if reason == "crash":
        raise KeyError("52998224725")
    return reason != ""


@strawberry.federation.enum(requires_scopes=[["audit:read"]])
class Suspicion(Enum):
    HIGH = "HIGH"


@strawberry.federation.interface
class Document:
    id: ID
    text: str = guarded_field(requires_scopes=[["record:read"]], resolver=lambda: "secret")


@strawberry.federation.type(keys=["id"])
class Letter(Document):
    @strawberry.field
    def text(self) -> str:
        return "secret"

    @classmethod
    def resolve_reference(cls, id: ID) -> "Letter":
        return cls(id=id)


@strawberry.federation.type(keys=["id"], requires_scopes=[["record:read"]])
class Note:
    id: ID
    title: str = "secret"

    @classmethod
    def resolve_reference(cls, id: ID) -> "Note":
        return cls(id=id)


@strawberry.federation.type(keys=["id"], policy=[["care_relationship"], ["break_glass"]])
class Chart:
    id: ID
    diagnosis: str = "secret"

    @classmethod
    def resolve_reference(cls, id: ID) -> "Chart":
        return cls(id=id)


@strawberry.federation.type(keys=["id"])
class Patient:
    id: ID
    name: str = "Ana"
    cpf: str | None = guarded_field(
        default="52998224725", requires_scopes=[["patient:read", "privacy:officer"], ["audit:read"]]
    )
    born: str = guarded_field(default="1990-01-01", authenticated=True)

    @guarded_field(policy=[["care_relationship"], ["break_glass"]])
    async def record(self) -> str | None:
        return f"record {self.id}"

    @guarded_field(
        authenticated=True, requires_scopes=[["record:read"]], policy=[["care_relationship"]]
    )
    def allergies(self) -> list[str] | None:
        return ["secret"]

    @classmethod
    def resolve_reference(cls, id: ID) -> "Patient":
        return cls(id=id)


Finding = Annotated[Note | Letter | Patient, strawberry.union("Finding")]
writes: list[str] = []


@strawberry.type
class Query:
    @strawberry.field
    def public(self) -> str:
        return "hello"

    @strawberry.field
    def patients(self, count: int = 1) -> list[Patient]:
        return [Patient(id=ID(str(number))) for number in range(count)]

    @strawberry.field
    def note(self) -> Note | None:
        writes.append("note was resolved")
        return Note(id=ID("1"))

    @strawberry.field
    def chart(self, id: ID) -> Chart | None:
        return Chart(id=id)

    @strawberry.field
    def findings(self) -> list[Finding | None]:
        return [Note(id=ID("1")), Letter(id=ID("2")), Patient(id=ID("3"))]

    @strawberry.field
    def document(self) -> Document | None:
        return Letter(id=ID("1"))

    @strawberry.field
    def suspicion(self) -> Suspicion | None:
        return Suspicion.HIGH

    @guarded_field(policy=[["has_reason"]])
    def reasoned(self, reason: str) -> str | None:
        return reason


@strawberry.type
class Mutation:
    @with_directives(RequiresScopes(scopes=[["patient:write"]]))
    @strawberry.field
    def write(self) -> str | None:
        writes.append("written")
        return "done"


@strawberry.type
class Subscription:
    @strawberry.subscription(directives=[RequiresScopes(scopes=[["appointment:read"]])])
    async def calls(self) -> AsyncGenerator[str, None]:
        yield "next"


POLICIES = {
    "care_relationship": care_relationship,
    "break_glass": break_glass,
    "has_reason": has_reason,
}
schema = build_schema(
    query=Query,
    mutation=Mutation,
    subscription=Subscription,
    types=[Letter, Chart],
    policies=POLICIES,
)


def actor(*scopes: str, id: str = "ana") -> Actor:
    return Actor(id, scopes=frozenset(scopes))


async def ask(who: Actor, query: str, **variables: Any) -> tuple[Any, dict[str, str]]:
    """The data, and by path the code of each error."""
    data, errors, _ = await ask_and_tell(Request(who), query, **variables)
    return data, errors


async def ask_and_tell(
    request: Request, query: str, **variables: Any
) -> tuple[Any, dict[str, str], Request]:
    result = await schema.execute(query, variable_values=variables, context_value=request)
    errors = {}
    for error in result.errors or []:
        path = ".".join(str(part) for part in error.path or [])
        errors[path] = (error.extensions or {})["code"]
    assert "secret" not in str(result.errors)
    return result.data, errors, request


REFUSED = "UNAUTHORIZED_FIELD_OR_TYPE"


async def test_what_declares_nothing_is_open_and_its_resolver_is_untouched() -> None:
    assert await ask(ANONYMOUS, "{ public patients { name } }") == (
        {"public": "hello", "patients": [{"name": "Ana"}]},
        {},
    )
    query_type = schema._schema.query_type
    assert query_type is not None
    assert "enforcement" not in query_type.fields["public"].resolve.__code__.co_filename  # type: ignore[union-attr]
    assert schema._schema.type_map["Patient"].is_type_of is None  # type: ignore[attr-defined]


async def test_an_unauthorised_field_is_null_with_its_path_and_the_rest_is_given() -> None:
    data, errors = await ask(actor(), "{ patients(count: 2) { name cpf } }")
    assert data == {"patients": [{"name": "Ana", "cpf": None}] * 2}
    assert errors == {"patients.0.cpf": REFUSED, "patients.1.cpf": REFUSED}


@pytest.mark.parametrize(
    ("scopes", "allowed"),
    [
        ([], False),
        (["patient:read"], False),
        (["privacy:officer"], False),
        (["patient:read", "privacy:officer"], True),
        (["audit:read"], True),
        (["audit:read:all"], False),
    ],
)
async def test_one_group_of_scopes_must_be_had_whole(scopes: list[str], allowed: bool) -> None:
    data, errors = await ask(actor(*scopes), "{ patients { cpf } }")
    assert data == {"patients": [{"cpf": "52998224725" if allowed else None}]}
    assert errors == ({} if allowed else {"patients.0.cpf": REFUSED})


async def test_a_null_that_cannot_be_bubbles() -> None:
    assert await ask(ANONYMOUS, "{ public patients { name born } }") == (
        None,
        {"patients.0.born": REFUSED},
    )
    assert await ask(actor(), "{ patients { born } }") == (
        {"patients": [{"born": "1990-01-01"}]},
        {},
    )


@pytest.mark.parametrize(
    "selection",
    [
        "_entities(representations: $r) { ... on Patient { cpf } }",
        "x: _entities(representations: $r) { ... on Patient { name: cpf } }",
        "_entities(representations: $r) { ...Personal }",
        "_entities(representations: $r) { ... on Patient { ... { cpf } } }",
        "_entities(representations: $r) { __typename ... on Patient @include(if: true) { cpf } }",
    ],
)
async def test_no_way_through_entities_leads_around_it(selection: str) -> None:
    query = f"query ($r: [_Any!]!) {{ {selection} }}"
    if "Personal" in selection:
        query += "fragment Personal on Patient { cpf }"
    data, errors = await ask(actor(INTERNAL), query, r=[{"__typename": "Patient", "id": "1"}])
    assert "52998224725" not in str(data)
    assert set(errors.values()) == {REFUSED}


async def test_a_guarded_type_is_refused_before_its_resolver_runs() -> None:
    writes.clear()
    assert await ask(actor(), "{ note { title } }") == ({"note": None}, {"note": REFUSED})
    assert writes == []
    data, errors = await ask(actor("record:read"), "{ note { title } }")
    assert (data, errors) == ({"note": {"title": "secret"}}, {})


async def test_a_guarded_type_is_refused_within_a_union_and_among_entities() -> None:
    query = "{ findings { __typename ... on Note { title } } }"
    data, errors = await ask(actor(), query)
    assert data == {"findings": [None, {"__typename": "Letter"}, {"__typename": "Patient"}]}
    assert errors == {"findings.0": REFUSED}
    query = "query ($r: [_Any!]!) { _entities(representations: $r) { __typename } }"
    kinds = ["Patient", "Note", "Letter"]
    references = [{"__typename": kind, "id": "1"} for kind in kinds]
    data, errors = await ask(actor(INTERNAL), query, r=references)
    assert data == {"_entities": [{"__typename": "Patient"}, None, {"__typename": "Letter"}]}
    assert errors == {"_entities.1": REFUSED}


async def test_what_an_interface_demands_of_a_field_its_objects_demand_too() -> None:
    for query in ("{ document { text } }", "{ document { ... on Letter { text } } }"):
        assert await ask(actor(), query) == ({"document": None}, {"document.text": REFUSED})
    assert (await ask(actor("record:read"), "{ document { text } }"))[1] == {}


async def test_a_field_of_a_guarded_enum_is_refused() -> None:
    assert await ask(actor(), "{ suspicion }") == ({"suspicion": None}, {"suspicion": REFUSED})
    assert await ask(actor("audit:read"), "{ suspicion }") == ({"suspicion": "HIGH"}, {})


async def test_a_refused_mutation_does_nothing() -> None:
    writes.clear()
    assert await ask(actor("patient:read"), "mutation { write }") == (
        {"write": None},
        {"write": REFUSED},
    )
    assert writes == []
    assert (await ask(actor("patient:write"), "mutation { write }"))[0] == {"write": "done"}


async def test_a_refused_subscription_does_not_start() -> None:
    async def start(who: Actor) -> Any:
        started: Any = subscribe(
            schema._schema, parse("subscription { calls }"), context_value=Request(who)
        )
        return await started if asyncio.iscoroutine(started) else started

    refused = await start(actor())
    assert isinstance(refused, ExecutionResult)
    assert refused.errors
    assert refused.errors[0].extensions["code"] == REFUSED, refused.errors[0].original_error  # type: ignore[index]
    events = cast(AsyncIterator[ExecutionResult], await start(actor("appointment:read")))
    assert [event.data async for event in events] == [{"calls": "next"}]


async def test_a_policy_decides_about_each_object() -> None:
    data, errors = await ask(actor(id="carer of 1"), "{ patients(count: 3) { record } }")
    assert data == {"patients": [{"record": None}, {"record": "record 1"}, {"record": None}]}
    assert errors == {"patients.0.record": REFUSED, "patients.2.record": REFUSED}


async def test_a_policy_is_asked_once_in_a_request_and_the_next_one_only_if_need_be() -> None:
    request = Request(actor(id="carer of 0 and 1"))
    query = "{ patients(count: 2) { record again: record } }"
    data, errors, request = await ask_and_tell(request, query)
    assert errors == {}
    assert sorted(request.asked) == [("care_relationship", "0"), ("care_relationship", "1")]
    request = Request(actor(id="emergency"))
    data, errors, request = await ask_and_tell(request, "{ patients(count: 50) { record } }")
    assert errors == {}
    assert data["patients"][49] == {"record": "record 49"}
    assert request.asked.count(("break_glass", None)) == 1
    assert len(request.asked) == 51


async def test_authentication_scopes_and_policies_must_hold_together() -> None:
    query = "{ patients { allergies } }"
    assert (await ask(actor("record:read", id="of 0"), query))[1] == {}
    for who in (actor(id="of 0"), actor("record:read", id="of 9"), ANONYMOUS):
        assert (await ask(who, query))[1] == {"patients.0.allergies": REFUSED}


async def test_policies_are_not_asked_where_the_token_is_not_enough() -> None:
    _, _, request = await ask_and_tell(Request(actor(id="of 0")), "{ patients { allergies } }")
    assert request.asked == []


async def test_a_policy_of_a_type_is_about_the_object_itself() -> None:
    assert (await ask(actor(id="of 1"), '{ chart(id: "1") { diagnosis } }'))[1] == {}
    assert await ask(actor(id="of 1"), '{ chart(id: "2") { diagnosis } }') == (
        {"chart": None},
        {"chart": REFUSED},
    )
    query = "query ($r: [_Any!]!) { _entities(representations: $r) { ... on Chart { diagnosis } } }"
    data, errors = await ask(
        actor(INTERNAL, id="of 2"), query, r=[{"__typename": "Chart", "id": id} for id in "123"]
    )
    assert data == {"_entities": [None, {"diagnosis": "secret"}, None]}
    assert errors == {"_entities.0": REFUSED, "_entities.2": REFUSED}


async def test_a_policy_that_fails_refuses_and_its_error_is_masked() -> None:
    data, errors = await ask(actor(), '{ reasoned(reason: "crash") }')
    assert (data, errors) == ({"reasoned": None}, {"reasoned": "INTERNAL_SERVER_ERROR"})
    assert (await ask(actor(), '{ reasoned(reason: "audit") }'))[0] == {"reasoned": "audit"}
    assert (await ask(actor(), '{ reasoned(reason: "") }'))[1] == {"reasoned": REFUSED}


async def test_who_explores_without_a_token_passes_everything() -> None:
    data, errors = await ask(EXPLORER, "{ note { title } patients { cpf record } suspicion }")
    assert errors == {}
    assert data["patients"] == [{"cpf": "52998224725", "record": "record 0"}]


def test_a_policy_that_nobody_registered_stops_the_build() -> None:
    with pytest.raises(UnknownPolicy, match="break_glass, care_relationship"):
        build_schema(query=Query, types=[Chart], policies={"has_reason": has_reason})


def test_the_same_declaration_is_in_the_sdl() -> None:
    sdl = str(schema)
    assert 'record: String @policy(policies: [["care_relationship"], ["break_glass"]])' in sdl
    assert 'type Note @key(fields: "id") @requiresScopes(scopes: [["record:read"]])' in sdl
    assert "born: String! @authenticated" in sdl
    for name in ("authenticated", "policy", "requiresScopes"):
        assert f'"@{name}"' in sdl


STEP = (
    '"""First."""\nrevision = "0001"\ndown_revision = None\n\n\ndef upgrade() -> None:\n    pass\n'
)


class PatientsContext(Context):
    @cached_property
    def loaders(self) -> DataLoader[str, str]:
        raise NotImplementedError


@pytest.fixture
def app(
    identity: IdentitySettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., FastAPI]:
    package = tmp_path / "open_migrations"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "step_0001_first.py").write_text(STEP)
    monkeypatch.syspath_prepend(str(tmp_path))

    def make(**settings: Any) -> FastAPI:
        return create_app(
            Domain("guarded", schema, PatientsContext, "open_migrations"),
            ServiceSettings(
                database_url=f"sqlite:///{tmp_path}/guarded.db",
                identity_folder=identity.identity_folder,
                **settings,
            ),
        )

    return make


async def post(app: FastAPI, authorization: str | None = None) -> httpx.Response:
    headers = {"authorization": authorization} if authorization else {}
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://g") as client,
    ):
        return await client.post(
            "/graphql", json={"query": "{ patients { cpf } }"}, headers=headers
        )


async def test_over_http_the_token_decides(
    app: Callable[..., FastAPI], token_for: TokenFor
) -> None:
    answer = await post(app(), f"Bearer {token_for(Role.AUDITOR)}")
    assert answer.json() == {"data": {"patients": [{"cpf": "52998224725"}]}}
    answer = await post(app(), f"bearer {token_for(Role.NURSE)}")
    assert answer.json()["errors"][0]["extensions"] == {"code": REFUSED}
    answer = await post(app())
    assert answer.status_code == 200
    assert answer.json()["errors"][0]["path"] == ["patients", 0, "cpf"]


@pytest.mark.parametrize("authorization", ["Bearer x.y.z", "Bearer", "Basic YW5hOjEyMw=="])
@pytest.mark.parametrize("authentication", ["required", "optional"])
async def test_a_token_that_does_not_count_is_401(
    app: Callable[..., FastAPI],
    authorization: str,
    authentication: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    answer = await post(app(authentication=authentication), authorization)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == 'Bearer error="invalid_token"'
    assert answer.json()["errors"][0]["extensions"] == {"code": "UNAUTHENTICATED"}
    assert "data" not in answer.json()
    assert "x.y.z" not in answer.text + "".join(capsys.readouterr())


async def test_where_authentication_is_optional_no_token_is_needed(
    app: Callable[..., FastAPI], token_for: TokenFor
) -> None:
    assert "errors" not in (await post(app(authentication="optional"))).json()
    answer = await post(app(authentication="optional"), f"Bearer {token_for(Role.NURSE)}")
    assert answer.json()["errors"][0]["extensions"] == {"code": REFUSED}


async def test_keys_that_cannot_be_read_are_a_503_and_not_a_refusal(
    app: Callable[..., FastAPI], token_for: TokenFor, tmp_path: Path
) -> None:
    answer = await post(
        app(jwt_keys=str(tmp_path / "none.json")), f"Bearer {token_for(Role.AUDITOR)}"
    )
    assert answer.status_code == 503
    assert answer.json()["errors"][0]["extensions"] == {"code": "AUTHENTICATION_UNAVAILABLE"}
