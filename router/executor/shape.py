"""The client's answer as a tree of shapes: what CollectFields() gives for each concrete type.

Read from the plan's output, with its conditions decided, and the API schema. The two ways to
complete an answer, generated code and the interpreter, both work from it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from graphql import (
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    is_abstract_type,
    is_composite_type,
)

from router.errors import PlanError
from router.executor.leaves import Leaf, leaf_of
from router.query_plan.nodes import Output, OutputField, OutputFragment, QueryPlan
from router.supergraph.type_reference import TypeReference, type_reference

InternalPath = tuple[str, ...]
"""A path of internal names in the answer's tree, without list indexes."""

Path = tuple[str | int, ...]
"""A path in the client's answer."""


@dataclass(frozen=True, slots=True, eq=False)
class FieldShape:
    """A field of the answer; `value` says what stands in it, inside any lists."""

    response_name: str
    source: str
    name: str
    type: TypeReference
    value: Leaf | ObjectShape


@dataclass(frozen=True, slots=True, eq=False)
class TypenameShape:
    """`__typename`, whose value is the name of the object's type."""

    response_name: str


@dataclass(frozen=True, slots=True, eq=False)
class IntrospectionShape:
    """`__schema` or `__type`, which the router answers itself."""

    response_name: str


@dataclass(frozen=True, slots=True, eq=False)
class UnreachableShape:
    """A field that no subgraph can answer from here: null, and an error."""

    response_name: str
    name: str
    type: TypeReference


@dataclass(frozen=True, slots=True, eq=False)
class RefusedShape:
    """A field that the asker may not read: null, and the error of its marker."""

    response_name: str
    marker: str
    type: TypeReference


AnyFieldShape = FieldShape | TypenameShape | IntrospectionShape | UnreachableShape | RefusedShape
Fields = tuple[AnyFieldShape, ...]


@dataclass(slots=True, eq=False)
class ObjectShape:
    """A selection set at one place of the answer.

    `by_type` has the fields for each type that an object may have here. `default` are the fields
    where the type's name is not known (an interface object's, or one that the plan had no need to
    fetch), and None where the answer depends on it. `is_uniform` says that all are the same, so
    that nothing depends on the type.
    """

    type_name: str
    path: InternalPath
    by_type: Mapping[str, Fields]
    default: Fields | None
    is_uniform: bool

    def fields_for(self, typename: object) -> Fields | None:
        """The fields of an object with this `__typename`, None where it may not stand here."""
        if typename is None or self.is_uniform:
            return self.default
        return self.by_type.get(typename) if isinstance(typename, str) else None

    def all_fields(self) -> Iterator[Fields]:
        """The fields for each type, and where it is not known."""
        yield from self.by_type.values()
        if self.default is not None:
            yield self.default


def answer_shape(plan: QueryPlan, schema: GraphQLSchema, *, hides_types: bool) -> ObjectShape:
    """The shape of the plan's answer. `hides_types`: the supergraph has types that the API hides.

    Raises `PlanError` where the plan's output does not fit the API schema.
    """
    return _Shapes(schema, hides_types).object(plan.root_type, plan.output, ())


class _Shapes:
    def __init__(self, schema: GraphQLSchema, hides_types: bool) -> None:
        self.schema = schema
        self.hides_types = hides_types
        self.known: dict[tuple[object, ...], ObjectShape] = {}
        self.leaves: dict[str, Leaf] = {}
        self.known_fields: dict[tuple[Any, ...], AnyFieldShape] = {}

    def object(
        self, type_name: str, selections: tuple[Output, ...], path: InternalPath
    ) -> ObjectShape:
        # The same selections of the same type are one shape, or nested interfaces with many
        # implementations would multiply.
        key = (type_name, path, *map(id, selections))
        shape = self.known.get(key)
        if shape is None:
            shape = self.known[key] = self.new_object(type_name, selections, path)
        return shape

    def new_object(
        self, type_name: str, selections: tuple[Output, ...], path: InternalPath
    ) -> ObjectShape:
        named = self.schema.type_map.get(type_name)
        if not is_composite_type(named):
            raise PlanError(f"The plan completes objects of '{type_name}', which the API lacks.")
        if isinstance(named, GraphQLObjectType):
            fields = self.fields(type_name, selections, path)
            return ObjectShape(type_name, path, {type_name: fields}, fields, True)
        assert is_abstract_type(named)
        possible = [possible.name for possible in self.schema.get_possible_types(named)]
        by_type = {name: self.fields(name, selections, path) for name in possible}
        default = self.default_fields(type_name, selections, path, frozenset(possible))
        is_uniform = (
            not self.hides_types
            and default is not None
            and all(fields == default for fields in by_type.values())
        )
        if default is not None:
            # The name that an interface object bears.
            for interface in self.interface_names(type_name, possible):
                by_type[interface] = default
        return ObjectShape(type_name, path, by_type, default, is_uniform)

    def interface_names(self, type_name: str, possible: Iterable[str]) -> Iterator[str]:
        if isinstance(self.schema.type_map[type_name], GraphQLInterfaceType):
            yield type_name
        for name in possible:
            concrete = self.schema.type_map[name]
            assert isinstance(concrete, GraphQLObjectType)
            yield from (interface.name for interface in concrete.interfaces)

    def default_fields(
        self,
        type_name: str,
        selections: tuple[Output, ...],
        path: InternalPath,
        possible: frozenset[str],
    ) -> Fields | None:
        collected = _collect(selections, None, possible)
        if collected is None or any(
            occurrences[0].name == "__typename" for occurrences in collected.values()
        ):
            return None
        return self.shapes(type_name, collected, path)

    def fields(self, concrete: str, selections: tuple[Output, ...], path: InternalPath) -> Fields:
        collected = _collect(selections, concrete, frozenset())
        assert collected is not None
        return self.shapes(concrete, collected, path)

    def shapes(
        self, owner: str, collected: Mapping[str, list[OutputField]], path: InternalPath
    ) -> Fields:
        return tuple(self.field(owner, occurrences, path) for occurrences in collected.values())

    def field(
        self, owner: str, occurrences: list[OutputField], path: InternalPath
    ) -> AnyFieldShape:
        first = occurrences[0]
        if first.name == "__typename":
            return self.once(
                (TypenameShape, first.response_name), TypenameShape(first.response_name)
            )
        if first.name in ("__schema", "__type"):
            return IntrospectionShape(first.response_name)
        reference = self.type_in(owner, first)
        if first.refused is not None:
            refused = RefusedShape(first.response_name, first.refused, reference)
            return self.once((RefusedShape, refused.marker, reference.text), refused)
        if all(each.is_unreachable for each in occurrences):
            return UnreachableShape(first.response_name, first.name, reference)
        selections = tuple(child for each in occurrences for child in each.selections)
        value: Leaf | ObjectShape
        if selections or is_composite_type(self.schema.type_map.get(reference.name)):
            value = self.object(reference.name, selections, (*path, first.source))
        else:
            value = self.leaf(reference.name)
        key = (FieldShape, first.response_name, first.source, first.name, reference.text, value)
        shape = FieldShape(first.response_name, first.source, first.name, reference, value)
        return self.once(key, shape)

    def once(self, key: tuple[Any, ...], shape: AnyFieldShape) -> AnyFieldShape:
        return self.known_fields.setdefault(key, shape)

    def leaf(self, name: str) -> Leaf:
        if name not in self.leaves:
            self.leaves[name] = leaf_of(self.schema, name)
        return self.leaves[name]

    def type_in(self, owner: str, field: OutputField) -> TypeReference:
        # An object's own field may refuse null where its interface's does not.
        named = self.schema.type_map.get(owner)
        if (
            isinstance(named, GraphQLObjectType | GraphQLInterfaceType)
            and field.name in named.fields
        ):
            return type_reference(str(named.fields[field.name].type))
        return field.type


def _collect(
    selections: Iterable[Output], concrete: str | None, possible: frozenset[str]
) -> dict[str, list[OutputField]] | None:
    """CollectFields(): the fields for a concrete type, by response name, in order.

    For no concrete type, the fields that do not depend on which of `possible` it is, and None
    where some do.
    """
    collected: dict[str, list[OutputField]] = {}
    for selection in selections:
        if isinstance(selection, OutputFragment):
            if not _applies(selection, concrete, possible):
                if concrete is None and selection.types and selection.types & possible:
                    return None
                continue
            inner = _collect(selection.selections, concrete, possible)
            if inner is None:
                return None
            for name, fields in inner.items():
                collected.setdefault(name, []).extend(fields)
        else:
            collected.setdefault(selection.response_name, []).append(selection)
    return collected


def _applies(fragment: OutputFragment, concrete: str | None, possible: frozenset[str]) -> bool:
    if fragment.types is None:
        return True
    return possible <= fragment.types if concrete is None else concrete in fragment.types
