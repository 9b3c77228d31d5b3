"""Leaf values of the answer: what each scalar and enum accepts, and what it makes of it.

GraphQL specification, "Result Coercion": the built-in scalars coerce as graphql-core's do; an
enum accepts its visible values only; a custom scalar is the subgraph's business and untouched.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from graphql import (
    GraphQLBoolean,
    GraphQLEnumType,
    GraphQLError,
    GraphQLFloat,
    GraphQLID,
    GraphQLInt,
    GraphQLScalarType,
    GraphQLSchema,
    GraphQLString,
)

from router.errors import PlanError


class Misfit(Exception):
    """A value that its type does not accept."""


@dataclass(frozen=True, slots=True, eq=False)
class Leaf:
    """A leaf type. `values` are an enum's visible ones; `coerce` raises `Misfit`, also for null."""

    name: str
    coerce: Callable[[Any], Any]
    values: frozenset[str] | None = None


def _coerce_by(scalar: GraphQLScalarType) -> Callable[[Any], Any]:
    serialize = scalar.serialize

    def coerce(value: Any) -> Any:
        if value is None:
            raise Misfit
        try:
            return serialize(value)
        except GraphQLError as error:
            raise Misfit(f"{scalar.name} cannot represent the value that was given.") from error

    return coerce


def _accept_any(value: Any) -> Any:
    if value is None:
        raise Misfit
    return value


BUILT_IN: Mapping[str, Leaf] = {
    scalar.name: Leaf(scalar.name, _coerce_by(scalar))
    for scalar in (GraphQLInt, GraphQLFloat, GraphQLString, GraphQLBoolean, GraphQLID)
}
CUSTOM = Leaf("", _accept_any)


def _enum_leaf(enum: GraphQLEnumType) -> Leaf:
    values = frozenset(enum.values)

    def coerce(value: Any) -> Any:
        if value.__class__ is str and value in values:
            return value
        raise Misfit(f"Enum '{enum.name}' cannot represent the value that was given.")

    return Leaf(enum.name, coerce, values)


def leaf_of(schema: GraphQLSchema, name: str) -> Leaf:
    """The leaf type of this name in the API schema. Raises `PlanError` where there is none."""
    if name in BUILT_IN:
        return BUILT_IN[name]
    named = schema.type_map.get(name)
    if isinstance(named, GraphQLEnumType):
        return _enum_leaf(named)
    if isinstance(named, GraphQLScalarType):
        return CUSTOM
    raise PlanError(f"The plan completes a leaf as '{name}', which is no leaf of the API schema.")
