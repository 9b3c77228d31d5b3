"""A graph with every kind of demand, and how it is asked: what the tests of enforcement share."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property
from typing import Annotated, Any

import httpx
import strawberry
from fastapi import FastAPI
from strawberry import ID
from strawberry.dataloader import DataLoader
from strawberry.federation import field as guarded_field
from strawberry.federation.schema_directives import RequiresScopes

from subgraphs.kit.auth.actor import Actor
from subgraphs.kit.auth.policies import Answers, policy
from subgraphs.kit.context import Context
from subgraphs.kit.directives import with_directives
from subgraphs.kit.graphql import build_schema

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


STEP = (
    '"""First."""\nrevision = "0001"\ndown_revision = None\n\n\ndef upgrade() -> None:\n    pass\n'
)


class PatientsContext(Context):
    @cached_property
    def loaders(self) -> DataLoader[str, str]:
        raise NotImplementedError


async def post(app: FastAPI, authorization: str | None = None) -> httpx.Response:
    headers = {"authorization": authorization} if authorization else {}
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://g") as client,
    ):
        return await client.post(
            "/graphql", json={"query": "{ patients { cpf } }"}, headers=headers
        )
