"""The rows behind a graph, and the truth: what each field of each row is.

Every schema, the whole one and those of the subgraphs, answers from the same rows, so that their
answers can be compared. A row is a dictionary with `__typename`. Fields that take more than a row:

- with `@requires`, text is made from what is required; anything else comes from the row
- with an argument from a context, text is made from the row's value and what the argument got
- with other arguments, text is made from the row's value and the arguments
- a `Failure` in a row is raised, and a `Counter` counts how often it was asked
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    FieldNode,
    GraphQLField,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    get_named_type,
    is_abstract_type,
    parse,
)
from graphql.execution.values import get_argument_values

Row = dict[str, Any]


@dataclass(frozen=True)
class Failure:
    """A value that cannot be had: its resolver raises."""

    message: str


@dataclass(frozen=True)
class Counter:
    """How often any of a world's counters was asked: shows order, and what was asked twice."""


@dataclass(frozen=True)
class Context:
    """An argument that is filled from the nearest object above that is of one of `holders`."""

    argument: str
    holders: frozenset[str]
    selection: str


@dataclass
class World:
    """Rows by type, and what fields are made from."""

    rows: dict[str, list[Row]] = field(default_factory=dict)
    requires: dict[tuple[str, str], str] = field(default_factory=dict)
    contexts: dict[tuple[str, str], Context] = field(default_factory=dict)
    members: dict[str, frozenset[str]] = field(default_factory=dict)
    """The object types behind the name of each interface and union."""
    absent: set[tuple[str, str, str]] = field(default_factory=set)
    """Entities that a subgraph does not know, by subgraph, type and `id`."""
    definitions: dict[tuple[str, str], GraphQLField] = field(default_factory=dict)
    """A definition of each field that takes arguments, from some schema."""
    counted: int = 0

    @property
    def root(self) -> Row:
        return self.rows["Query"][0]

    def stands_for(self, name: str) -> frozenset[str]:
        """The object types behind a name."""
        return self.members.get(name, frozenset({name}))

    def project(self, row: Any, field_set: str) -> Any:
        """What a field set selects of the truth."""
        return self._project(row, selections_of(field_set))

    def _project(self, row: Any, selections: SelectionSetNode | None) -> Any:
        if selections is None or row is None:
            return row
        if isinstance(row, list):
            return [self._project(item, selections) for item in row]
        found: dict[str, Any] = {}
        for node, name in fields_of(selections, row["__typename"], self):
            value = self.value(row, name, self._arguments(row, node))
            merge(found, name, self._project(value, node.selection_set))
        return found

    def _arguments(self, row: Row, node: FieldNode) -> dict[str, Any]:
        """The arguments of a field in a field set, with their defaults."""
        definition = self.definitions.get((row["__typename"], node.name.value))
        return get_argument_values(definition, node) if definition is not None else {}

    def value(
        self, row: Row, name: str, arguments: dict[str, Any], above: tuple[Row, ...] = ()
    ) -> Any:
        """A field's value. Raises `ValueError` for a `Failure`."""
        key = (row["__typename"], name)
        value = row.get(name)
        if isinstance(value, Failure):
            raise ValueError(value.message)
        if isinstance(value, Counter):
            self.counted += 1
            return self.counted
        if key in self.requires and not isinstance(value, dict | list):
            return text_of(self.project(row, self.requires[key]))
        if key in self.contexts and value is not None:
            return f"{value} in {self.from_context(self.contexts[key], above)}"
        if arguments and not isinstance(value, dict | list) and value is not None:
            return f"{value} of {text_of(arguments)}"
        return value

    def from_context(self, context: Context, above: tuple[Row, ...]) -> Any:
        """What fills an argument; `above` are the objects further up, the nearest last."""
        for row in reversed(above):
            if row["__typename"] in context.holders:
                found = self.project(row, context.selection)
                while isinstance(found, dict):
                    found = next(iter(found.values()), None)
                return found
        raise LookupError("nothing sets the context")


def selections_of(field_set: str) -> SelectionSetNode:
    """Read a field set."""
    text = field_set.strip()
    definition = parse(text if text.startswith("{") else f"{{ {text} }}", no_location=True)
    node = definition.definitions[0]
    assert isinstance(node, OperationDefinitionNode)
    return node.selection_set


def fields_of(
    selections: SelectionSetNode, type_name: str, world: World
) -> list[tuple[FieldNode, str]]:
    """The fields of a selection set for objects of one type."""
    found: list[tuple[FieldNode, str]] = []
    for node in selections.selections:
        if isinstance(node, FieldNode):
            if node.name.value != "__typename":
                found.append((node, node.name.value))
        elif isinstance(node, InlineFragmentNode):
            condition = node.type_condition
            if condition is None or type_name in world.stands_for(condition.name.value):
                found.extend(fields_of(node.selection_set, type_name, world))
    return found


def merge(found: dict[str, Any], name: str, value: Any) -> None:
    """Lay a value over what another selection of the same field gave."""
    earlier = found.get(name)
    if isinstance(earlier, dict) and isinstance(value, dict):
        for key, inner in value.items():
            merge(earlier, key, inner)
    elif isinstance(earlier, list) and isinstance(value, list):
        found[name] = [_merged(old, new) for old, new in zip(earlier, value, strict=True)]
    else:
        found[name] = value


def _merged(old: Any, new: Any) -> Any:
    box = {"": old}
    merge(box, "", new)
    return box[""]


def text_of(value: Any) -> str:
    """A value as text, the same for equal ones."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False)


@dataclass(frozen=True)
class Seen:
    """A row in an answer, and the rows that it was reached through."""

    row: Row
    above: tuple[Row, ...] = ()


def make_whole(schema: GraphQLSchema, world: World) -> GraphQLSchema:
    """Let a schema answer from the world: the truth in one piece."""
    for name, named in schema.type_map.items():
        if isinstance(named, GraphQLObjectType) and not name.startswith("__"):
            for field_name, definition in named.fields.items():
                is_leaf = not hasattr(get_named_type(definition.type), "fields")
                is_leaf = is_leaf and not is_abstract_type(get_named_type(definition.type))
                definition.resolve = _resolver(world, name, field_name, is_leaf)
        elif is_abstract_type(named):
            named.resolve_type = lambda seen, *_: str(seen.row["__typename"])
    return schema


def _resolver(world: World, type_name: str, name: str, is_leaf: bool) -> Any:
    def resolve(seen: Seen | None, _info: Any, **arguments: Any) -> Any:
        if seen is None:
            seen = Seen(world.rows[type_name][0])
        value = world.value(seen.row, name, arguments, seen.above)
        return value if is_leaf else stands(value, (*seen.above, seen.row))

    return resolve


def stands(value: Any, above: tuple[Row, ...]) -> Any:
    """Rows, lists of rows and nulls as they are seen below some objects."""
    if isinstance(value, list):
        return [stands(item, above) for item in value]
    if isinstance(value, Failure):
        return ValueError(value.message)
    return Seen(value, above) if isinstance(value, dict) else value
