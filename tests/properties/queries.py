"""Random queries against a schema: aliases, arguments, fragments, conditions on variables."""

from __future__ import annotations

from dataclasses import dataclass, field

from graphql import (
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    get_named_type,
    is_leaf_type,
)
from hypothesis import strategies as st

MAX_DEPTH = 4
ALIASES = ("",) * 12 + ("x: ", "y: ", "z: ", "id: ")
Composite = GraphQLObjectType | GraphQLInterfaceType | GraphQLUnionType


@dataclass
class Query:
    """A query and the variables it is asked with."""

    text: str
    variables: dict[str, object] = field(default_factory=dict)


@st.composite
def queries(draw: st.DrawFn, schema: GraphQLSchema) -> Query:
    """Draw a query; it may yet break a validation rule (overlapping fields)."""
    variables: dict[str, object] = {}
    assert schema.query_type is not None
    selection = _selection(draw, schema, schema.query_type, variables, 0)
    kinds = {"b": "Boolean!", "n": "Int"}
    declared = ", ".join(f"${name}: {kinds[name[0]]}" for name in variables)
    return Query(f"query {f'({declared}) ' if declared else ''}{selection}", variables)


def _selection(
    draw: st.DrawFn,
    schema: GraphQLSchema,
    parent: Composite,
    variables: dict[str, object],
    depth: int,
) -> str:
    parts = []
    if draw(st.integers(0, 3)) == 0:
        parts.append("__typename")
    if not isinstance(parent, GraphQLUnionType):
        names = [
            name
            for name, definition in parent.fields.items()
            if depth < MAX_DEPTH or is_leaf_type(get_named_type(definition.type))
        ]
        for name in draw(st.lists(st.sampled_from(names), min_size=1, max_size=4)) if names else ():
            parts.append(_field(draw, schema, parent, name, variables, depth))
    if not isinstance(parent, GraphQLObjectType):
        for concrete in schema.get_possible_types(parent):
            if draw(st.booleans()):
                inner = _selection(draw, schema, concrete, variables, depth)
                parts.append(f"... on {concrete.name}{_condition(draw, variables)} {inner}")
    elif parent.interfaces and draw(st.integers(0, 4)) == 0:
        inner = _selection(draw, schema, parent.interfaces[0], variables, MAX_DEPTH)
        parts.append(f"... on {parent.interfaces[0].name} {inner}")
    return f"{{ {' '.join(parts or ['__typename'])} }}"


def _field(
    draw: st.DrawFn,
    schema: GraphQLSchema,
    parent: GraphQLObjectType | GraphQLInterfaceType,
    name: str,
    variables: dict[str, object],
    depth: int,
) -> str:
    definition = parent.fields[name]
    alias = draw(st.sampled_from(ALIASES))
    arguments = ""
    if "n" in definition.args:
        choices = ("", "(n: 2)", "(n: null)", "(n: $n0)")
        arguments = draw(st.sampled_from(choices))
        if "$" in arguments:
            variables["n0"] = 7
    condition = _condition(draw, variables)
    named = get_named_type(definition.type)
    inner = ""
    if isinstance(named, Composite):
        inner = " " + _selection(draw, schema, named, variables, depth + 1)
    return f"{alias}{name}{arguments}{condition}{inner}"


def _condition(draw: st.DrawFn, variables: dict[str, object]) -> str:
    if draw(st.integers(0, 5)):
        return ""
    name = draw(st.sampled_from(("b0", "b1")))
    variables.setdefault(name, draw(st.booleans()))
    return f" @{draw(st.sampled_from(('include', 'skip')))}(if: ${name})"
