"""The answer is completed as graphql-core completes it: every null, in every nesting."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from random import Random
from typing import Any

import orjson
from graphql import (
    GraphQLList,
    GraphQLNonNull,
    build_schema,
    execute_sync,
    get_named_type,
    is_abstract_type,
    is_composite_type,
    parse,
    validate,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

_WRAPPERS = ["{}", "{}!", "[{}]", "[{}!]", "[{}]!", "[{}!]!", "[[{}!]]", "[[{}]!]!"]
_NAMED = ["Int", "Float", "String", "Boolean", "ID", "Color", "Any", "Dog", "Pet", "Being"]


def _fields() -> str:
    return "\n".join(
        f"  {named.lower()}{number}: {wrapper.format(named)}"
        for named in _NAMED
        for number, wrapper in enumerate(_WRAPPERS)
    )


SCHEMA = build_schema(
    f"""
    scalar Any
    enum Color {{ RED GREEN }}
    union Being = Dog | Cat | Human
    interface Pet {{
    {_fields()}
      name: String
    }}
    type Dog implements Pet {{
    {_fields()}
      name: String!
    }}
    type Cat implements Pet {{
    {_fields()}
      name: String
      lives: Int!
    }}
    type Human {{
      pets: [Pet!]!
    }}
    type Query {{
    {_fields()}
    }}
    """
)


@st.composite
def selection_sets(draw: st.DrawFn, type_name: str, depth: int) -> str:
    """A selection set of the type, as text, without conflicts of response names."""
    named = SCHEMA.type_map[type_name]
    choices = ["__typename"] if type_name == "Being" else ["__typename", *named.fields]
    parts = []
    for number in range(draw(st.integers(1, 4 if depth else 2))):
        name = draw(st.sampled_from(choices))
        alias = f"a{depth}{number}{type_name}: " if draw(st.booleans()) else f"{name}_: "
        if name == "__typename":
            parts.append(f"{alias}__typename")
            continue
        inner = get_named_type(named.fields[name].type)
        if is_composite_type(inner):
            if depth:
                parts.append(f"{alias}{name} {draw(selection_sets(inner.name, depth - 1))}")
        else:
            parts.append(f"{alias}{name}")
    if is_abstract_type(named) and draw(st.booleans()):
        concrete = draw(st.sampled_from(SCHEMA.get_possible_types(named)))
        parts.append(f"... on {concrete.name} {draw(selection_sets(concrete.name, depth))}")
    return "{ " + " ".join(parts or ["t: __typename"]) + " }"


_ODD = [None, None, 1, 1.0, 1.5, True, "x", "RED", "BLUE", 3_000_000_000, {}, []]

_LEAVES: dict[str, list[Any]] = {
    "Int": [-1, 0, 7],
    "Float": [0.5, -2.25, 3],
    "String": ["", "é", "text"],
    "ID": ["a", "b", 9],
    "Boolean": [True, False],
    "Color": ["RED", "GREEN"],
    "Any": [1, "a", True, None, {"b": [1]}, [2.5]],
}


class Rows:
    """Values for what a query names, now and then null or nonsense where they must not be."""

    def __init__(self, query: str, seed: int, oddity: float) -> None:
        self.names = set(re.findall(r"\w+", query))
        self.random = Random(seed)
        self.oddity = oddity

    def value(self, reference: Any, depth: int) -> Any:
        if self.random.random() < self.oddity:
            # graphql-core takes anything for an object of a known type; a subgraph's must be one.
            takes_any = is_composite_type(getattr(reference, "of_type", reference))
            return None if takes_any else self.random.choice(_ODD)
        if isinstance(reference, GraphQLNonNull):
            return self.value(reference.of_type, depth)
        if isinstance(reference, GraphQLList):
            return [self.value(reference.of_type, depth) for _ in range(self.random.randrange(3))]
        if not is_composite_type(reference):
            return self.random.choice(_LEAVES[reference.name])
        concrete = reference
        if is_abstract_type(reference):
            concrete = self.random.choice(SCHEMA.get_possible_types(reference))
        return self.object(concrete, depth - 1)

    def object(self, concrete: Any, depth: int) -> dict[str, Any]:
        fields = {
            name: self.value(field.type, depth)
            for name, field in concrete.fields.items()
            if name in self.names
            and (depth >= 0 or not is_composite_type(get_named_type(field.type)))
        }
        return {"__typename": concrete.name, **fields}


def _messages(errors: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    """Paths of all errors, and the messages of those that say which field refuses null."""
    return [
        (error["path"], error["message"] if error["message"].startswith("Cannot return") else "")
        for error in errors
    ]


@settings(max_examples=300, suppress_health_check=list(HealthCheck), deadline=None)
@given(
    query=selection_sets("Query", 2),
    seed=st.integers(0, 2**32),
    oddity=st.sampled_from([0, 0.01, 0.05, 0.2]),
)
def test_an_answer_is_completed_as_graphql_core_completes_it(
    query: str, seed: int, oddity: float, plan_of: Callable[..., Any], subgraphs: Any
) -> None:
    document = parse(query)
    if validate(SCHEMA, document):
        return
    tree = Rows(query, seed, oddity).object(SCHEMA.query_type, 2)
    expected = execute_sync(SCHEMA, document, root_value=tree).formatted
    answer = subgraphs(SCHEMA).respond(plan_of(SCHEMA, query), tree)
    assert orjson.dumps(answer["data"]) == orjson.dumps(expected["data"])
    assert _messages(answer.get("errors", [])) == _messages(expected.get("errors", []))


def test_a_refused_field_that_takes_null_is_written_by_the_generated_code(
    plan_of: Any, subgraphs: Any
) -> None:
    schema = build_schema("type Query { a: A } type A { id: ID cpf: String born: String! }")
    plan = plan_of(schema, "{ a { id cpf } }")
    [a] = plan.output
    refused = replace(a, selections=(a.selections[0], replace(a.selections[1], refused="m")))
    compiled = subgraphs(schema).compile(replace(plan, output=(refused,)), {})
    assert "'cpf': None," in compiled.source
    assert compiled.project({"a": {"id": "1"}}, [], {}) == {"a": {"id": "1", "cpf": None}}
