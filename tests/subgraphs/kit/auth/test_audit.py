"""What is guarded can be audited: each refusal, and each access that a policy was asked about."""

from dataclasses import dataclass, field, replace
from typing import Any

import strawberry
from strawberry import ID
from strawberry.federation import field as guarded_field

from subgraphs.kit.auth.actor import ANONYMOUS, EXPLORER, Actor
from subgraphs.kit.auth.policies import Access, Answers, policy
from subgraphs.kit.auth.roles import INTERNAL
from subgraphs.kit.graphql import build_schema


@dataclass
class Request:
    actor: Actor
    policy_answers: Answers = field(default_factory=Answers)
    noted: list[tuple[str, bool]] = field(default_factory=list)


@policy(about=lambda access: access.source.id)
async def in_care(context: Request, id: str) -> bool:
    return id in context.actor.id


async def note(access: Access, allowed: bool) -> None:
    if access.arguments.get("id") == "unwritable":
        raise ConnectionError
    access.context.noted.append((access.element, allowed))


@strawberry.federation.type(keys=["id"], requires_scopes=[["record:read"]], policy=[["in_care"]])
class Chart:
    id: ID
    diagnosis: str = "secret"

    @classmethod
    def resolve_reference(cls, id: ID) -> "Chart":
        return cls(id=id)


@strawberry.federation.type(requires_scopes=[["record:read"]])
class Code:
    text: str = "J00"


@strawberry.type
class Query:
    @strawberry.field
    def chart(self, id: ID) -> Chart | None:
        return Chart(id=id)

    @strawberry.field
    def code(self) -> Code | None:
        return Code()

    @guarded_field(requires_scopes=[["record:read"]])
    def number(self) -> int | None:
        return 1


schema = build_schema(query=Query, types=[Chart], policies={"in_care": in_care}, audit=note)


async def noted(actor: Actor, query: str, **variables: Any) -> tuple[Any, list[tuple[str, bool]]]:
    request = Request(actor)
    result = await schema.execute(query, variable_values=variables, context_value=request)
    return result.data, request.noted


PHYSICIAN = Actor("ana", scopes=frozenset({"record:read"}))


async def test_an_access_by_policy_is_noted_whether_or_not_it_is_allowed() -> None:
    assert await noted(PHYSICIAN, '{ chart(id: "a") { diagnosis } }') == (
        {"chart": {"diagnosis": "secret"}},
        [("Chart", True)],
    )
    assert await noted(PHYSICIAN, '{ chart(id: "x") { diagnosis } }') == (
        {"chart": None},
        [("Chart", False)],
    )


async def test_a_refusal_by_token_is_noted_on_every_way() -> None:
    assert await noted(ANONYMOUS, '{ chart(id: "a") { diagnosis } }') == (
        {"chart": None},
        [("Query.chart", False)],
    )
    assert await noted(ANONYMOUS, "{ number }") == ({"number": None}, [("Query.number", False)])
    entities = "query ($r: [_Any!]!) { _entities(representations: $r) { ... on Chart { id } } }"
    references = [{"__typename": "Chart", "id": "a"}]
    by_the_router = replace(ANONYMOUS, scopes=frozenset({INTERNAL}))
    assert await noted(by_the_router, entities, r=references) == (
        {"_entities": [None]},
        [("Chart", False)],
    )
    assert (await noted(PHYSICIAN, entities, r=references))[1] == [("Query._entities", False)]


async def test_an_access_that_the_token_allows_alone_is_not_noted() -> None:
    assert await noted(PHYSICIAN, "{ number code { text } }") == (
        {"number": 1, "code": {"text": "J00"}},
        [],
    )


async def test_an_explorer_is_let_in_and_noted() -> None:
    assert await noted(EXPLORER, '{ number chart(id: "x") { diagnosis } }') == (
        {"number": 1, "chart": {"diagnosis": "secret"}},
        [("Chart", True)],
    )


async def test_what_cannot_be_noted_is_not_shown() -> None:
    assert await noted(ANONYMOUS, '{ chart(id: "unwritable") { diagnosis } }') == (
        {"chart": None},
        [],
    )
