"""Whether a plan touches values of custom scalars, which may be numbers of any length."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from graphql import GraphQLEnumType, GraphQLSchema, get_named_type, is_composite_type

from router.executor.leaves import BUILT_IN, CUSTOM
from router.executor.shape import FieldShape, ObjectShape
from router.query_plan.nodes import (
    Fetch,
    RepresentationField,
    RepresentationSelection,
)


def has_custom_scalars(shape: ObjectShape, fetches: Iterable[Fetch], schema: GraphQLSchema) -> bool:
    """Whether the answer shows one, or a fetch may carry one to another subgraph."""
    return _shows_one(shape, set()) or any(
        fetch.contexts
        or any(
            _carries_one(schema, name, one.selections)
            for entry in fetch.entries
            for one in entry.representations
            for name in one.types
        )
        for fetch in fetches
    )


def _shows_one(shape: ObjectShape, seen: set[ObjectShape]) -> bool:
    if shape in seen:
        return False
    seen.add(shape)
    fields = {each for some in shape.all_fields() for each in some}
    return any(
        each.value is CUSTOM
        or (isinstance(each.value, ObjectShape) and _shows_one(each.value, seen))
        for each in fields
        if isinstance(each, FieldShape)
    )


def _carries_one(
    schema: GraphQLSchema, type_name: str, selections: Iterable[RepresentationSelection]
) -> bool:
    return any(_may_be_one(schema, owner, field) for owner, field in _fields(type_name, selections))


def _fields(
    type_name: str, selections: Iterable[RepresentationSelection]
) -> Iterator[tuple[str, RepresentationField]]:
    for one in selections:
        if isinstance(one, RepresentationField):
            yield type_name, one
        else:
            yield from _fields(one.type_condition, one.selections)


def _may_be_one(schema: GraphQLSchema, type_name: str, field: RepresentationField) -> bool:
    """What the API does not show may be anything."""
    if field.name == "__typename":
        return False
    owner = schema.type_map.get(type_name)
    definition = getattr(owner, "fields", {}).get(field.name)
    if definition is None:
        return True
    named = get_named_type(definition.type)
    if is_composite_type(named):
        return _carries_one(schema, named.name, field.selections)
    return not (named.name in BUILT_IN or isinstance(named, GraphQLEnumType))
