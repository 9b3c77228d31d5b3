"""Field sets (`id`, `council { number }`) read into data: what a key or a `@requires` asks for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from graphql import (
    FieldNode,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    parse,
    print_ast,
)

PossibleTypes = Callable[[str], frozenset[str]]
"""The object types that a type condition lets through."""


@dataclass(frozen=True, slots=True)
class FieldSetField:
    """A field of a field set.

    `arguments` is text such as `(currency: "USD")`, or empty; `types` are the object types for
    which it is asked, None where no type condition stands before it.
    """

    name: str
    arguments: str = ""
    types: frozenset[str] | None = None
    selections: FieldSet = ()


FieldSet = tuple[FieldSetField, ...]

FieldPath = tuple[tuple[str, frozenset[str] | None], ...]
"""The names of a field and of those around it, with the types for which they are asked."""


def parse_field_set(text: str, possible_types: PossibleTypes) -> FieldSet:
    """Read a field set. `__typename` is dropped: it is always sent.

    Raises `GraphQLSyntaxError` where the text is no selection set; composition refuses those first.
    """
    definition = parse("{" + text + "}", no_location=True).definitions[0]
    assert isinstance(definition, OperationDefinitionNode)
    return _read(definition.selection_set, None, possible_types)


def _read(
    selection_set: SelectionSetNode, types: frozenset[str] | None, possible_types: PossibleTypes
) -> FieldSet:
    fields: list[FieldSetField] = []
    for node in selection_set.selections:
        if isinstance(node, FieldNode):
            if node.name.value != "__typename":
                fields.append(_field(node, types, possible_types))
        elif isinstance(node, InlineFragmentNode):
            inner = _narrow(types, node, possible_types)
            fields.extend(_read(node.selection_set, inner, possible_types))
    return tuple(fields)


def _narrow(
    types: frozenset[str] | None, node: InlineFragmentNode, possible_types: PossibleTypes
) -> frozenset[str] | None:
    if node.type_condition is None:
        return types
    matching = possible_types(node.type_condition.name.value)
    return matching if types is None else types & matching


def _field(
    node: FieldNode, types: frozenset[str] | None, possible_types: PossibleTypes
) -> FieldSetField:
    arguments = ", ".join(print_ast(argument) for argument in node.arguments or ())
    selections = (
        _read(node.selection_set, None, possible_types) if node.selection_set is not None else ()
    )
    return FieldSetField(node.name.value, f"({arguments})" if arguments else "", types, selections)


def arguments_of(field_set: FieldSet, around: FieldPath = ()) -> Iterator[tuple[FieldPath, str]]:
    """Each field of a field set, by its path, with the arguments it is asked with."""
    for field in field_set:
        path = (*around, (field.name, field.types))
        yield path, field.arguments
        yield from arguments_of(field.selections, path)


def field_set_text(field_set: FieldSet) -> str:
    """Write a field set for a person to read."""
    return " ".join(_field_text(field) for field in field_set)


def _field_text(field: FieldSetField) -> str:
    inner = f" {{ {field_set_text(field.selections)} }}" if field.selections else ""
    text = f"{field.name}{field.arguments}{inner}"
    if field.types is None:
        return text
    return " ".join(f"... on {name} {{ {text} }}" for name in sorted(field.types))
