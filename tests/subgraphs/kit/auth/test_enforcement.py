"""The schema's directives are what the subgraph enforces, whichever way a field is asked for."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any, cast

import pytest
from graphql import ExecutionResult, parse, subscribe
from guarded_graph import (
    REFUSED,
    Request,
    actor,
    ask,
    schema,
    writes,
)

from subgraphs.kit.auth.actor import ANONYMOUS, Actor
from subgraphs.kit.auth.roles import INTERNAL


async def test_what_declares_nothing_is_open_and_its_resolver_is_untouched() -> None:
    assert await ask(ANONYMOUS, "{ public patients { name } }") == (
        {"public": "hello", "patients": [{"name": "Ana"}]},
        {},
    )
    query_type = schema._schema.query_type
    assert query_type is not None
    assert "enforcement" not in query_type.fields["public"].resolve.__code__.co_filename
    assert schema._schema.type_map["Patient"].is_type_of is None


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
    assert refused.errors[0].extensions["code"] == REFUSED, refused.errors[0].original_error
    events = cast(AsyncIterator[ExecutionResult], await start(actor("appointment:read")))
    assert [event.data async for event in events] == [{"calls": "next"}]


def test_the_same_declaration_is_in_the_sdl() -> None:
    sdl = str(schema)
    assert 'record: String @policy(policies: [["care_relationship"], ["break_glass"]])' in sdl
    assert 'type Note @key(fields: "id") @requiresScopes(scopes: [["record:read"]])' in sdl
    assert "born: String! @authenticated" in sdl
    for name in ("authenticated", "policy", "requiresScopes"):
        assert f'"@{name}"' in sdl
