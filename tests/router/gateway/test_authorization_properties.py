"""Any operation, for anyone, is answered as one schema whose resolvers refuse would answer it."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from typing import Any

import pytest
from graphql import (
    GraphQLError,
    GraphQLNamedType,
    GraphQLObjectType,
    build_schema,
    default_field_resolver,
    get_named_type,
    graphql_sync,
    is_composite_type,
    is_interface_type,
    is_union_type,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from router import Router
from router.gateway import GatewayOptions

TOKENS = (None, "", "person:read", "person:read person:id", "admin")

READERS = {
    **dict.fromkeys(
        ["Query.clock", "Query.vault", "Query.grade", "Vault.code", "Person.born", "Book.title"],
        TOKENS[1:],
    ),
    **dict.fromkeys(["Person.cpf", "Person.debt"], TOKENS[3:]),
    **dict.fromkeys(["Query.stamp", "Bomb.weight", "Mutation.fire"], TOKENS[4:]),
}
"""Who may read what is guarded, by token; written down here apart from the router."""


def whole(world: Any) -> Any:
    people, billing = world.sources
    extra = billing.replace("type Query", "extend type Query").replace(
        "type Person @key", "extend type Person @key"
    )
    extra = re.sub(r"^  (id|cpf): .*\n", "", extra, flags=re.MULTILINE)
    return build_schema(re.sub(r"@\w+(\([^)]*\))?", "", people + extra))


def refusing(token: str | None) -> Callable[..., Any]:
    def resolve(source: Any, info: Any, **arguments: Any) -> Any:
        if token not in READERS.get(f"{info.parent_type.name}.{info.field_name}", TOKENS):
            raise GraphQLError("refused")
        if info.field_name == "debt":
            return len(source["cpf"])
        return default_field_resolver(source, info, **arguments)

    return resolve


def _some(choice: Any) -> Any:
    return st.lists(st.sampled_from(choice), max_size=5, unique=True)


def selection_set(draw: Any, schema: Any, named: GraphQLNamedType, depth: int) -> str:
    # With a name of ours in each, no object is left without anything that may be read.
    parts = ["__typename"]
    if is_interface_type(named) or is_union_type(named):
        for each in draw(_some(schema.get_possible_types(named))):
            parts.append(f"... on {each.name} {selection_set(draw, schema, each, depth)}")
    if isinstance(named, GraphQLObjectType):
        names = [
            name
            for name, field in named.fields.items()
            if depth or not is_composite_type(get_named_type(field.type))
        ]
        for name in draw(_some(names)):
            below = get_named_type(named.fields[name].type)
            inner = (
                selection_set(draw, schema, below, depth - 1) if is_composite_type(below) else ""
            )
            when = draw(st.sampled_from(["", "", "", " @include(if: $x)", " @skip(if: $y)"]))
            alias = draw(st.sampled_from(["", "", f"other_{name}: "]))
            parts.append(f"{alias}{name}{when} {inner}")
    return "{ " + " ".join(parts) + " }"


@pytest.mark.parametrize("token", TOKENS)
def test_the_answer_is_that_of_one_schema_that_refuses(
    token: str | None, guarded: Any, issuer: Any
) -> None:
    schema = whole(guarded)
    options = GatewayOptions(authentication=issuer.options())
    router = Router(guarded.supergraph, transports=guarded.transports, options=options)
    headers = None if token is None else issuer.bearer(token)

    @settings(max_examples=60, deadline=None)
    @given(st.data(), st.booleans(), st.booleans())
    def check(data: Any, x: bool, y: bool) -> None:
        selections = selection_set(data.draw, schema, schema.query_type, 3)
        query = (
            "query($x: Boolean = true, $y: Boolean = true) { ...Uses __typename" + selections[12:]
        )
        query += " fragment Uses on Query { a: __typename @include(if: $x) @skip(if: $y) }"
        variables = {"x": x, "y": y}
        expected = graphql_sync(
            schema,
            query,
            root_value=guarded.root,
            variable_values=variables,
            field_resolver=refusing(token),
        )
        guarded.requests.clear()
        response = asyncio.run(router.execute(query, variables=variables, headers=headers))
        assert response.data == expected.data
        assert list(response.data or ()) == list(expected.data or ())
        names = {names_of(error["path"]) for error in response.errors}
        assert names <= {names_of(error.path) for error in expected.errors or ()}
        assert bool(response.errors) == bool(expected.errors)
        if token not in READERS["Person.cpf"]:
            assert not re.search(r"\b(cpf|debt)\b(?!:)", guarded.text)

    check()


def names_of(path: Any) -> tuple[str, ...]:
    return tuple(step for step in path if isinstance(step, str))
