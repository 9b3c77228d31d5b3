"""Field sets (`id`, `council { number }`) resolved against a subgraph's schema, or what is wrong.

Source: federation specification, "FieldSet"; the `fields` of @key, @requires and @provides.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from graphql import (
    ArgumentNode,
    FieldNode,
    FragmentSpreadNode,
    GraphQLError,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    is_input_type,
    parse,
    parse_type,
    type_from_ast,
)
from graphql.utilities.validate_input_value import validate_input_literal

from router.composition.subgraph_schema import (
    FieldDefinition,
    InputDefinition,
    SubgraphSchema,
    TypeDefinition,
)

COMPOSITE = frozenset({"object", "interface", "union"})


@dataclass(frozen=True, slots=True)
class Selected:
    """A field of a field set, with the type it is selected on."""

    parent: TypeDefinition
    field: FieldDefinition
    node: FieldNode
    selections: tuple[Selected, ...]


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a field set; `kind` is the code without the directive's name."""

    kind: str
    reason: str


@dataclass(frozen=True, slots=True)
class FieldSet:
    """A field set as read: what it selects, and its problems."""

    selections: tuple[Selected, ...]
    problems: tuple[Problem, ...] = ()

    def fields(self) -> Iterator[FieldDefinition]:
        """Yield every field that is selected, also in inner selections."""
        yield from _all_fields(self.selections)


def _all_fields(selections: tuple[Selected, ...]) -> Iterator[FieldDefinition]:
    for selected in selections:
        yield selected.field
        yield from _all_fields(selected.selections)


def read_field_set(schema: SubgraphSchema, type_name: str, text: str) -> FieldSet:
    """Resolve a field set on a type of the subgraph."""
    selection_set = parse_field_set(text)
    if isinstance(selection_set, Problem):
        return FieldSet((), (selection_set,))
    return FieldSet(*resolve(schema, schema.types[type_name], selection_set))


def resolve(
    schema: SubgraphSchema, parent: TypeDefinition, selection_set: SelectionSetNode
) -> tuple[tuple[Selected, ...], tuple[Problem, ...]]:
    """Resolve a selection on a type: what it selects, and its problems."""
    resolver = _Resolver(schema)
    selections = tuple(resolver.resolve(parent, selection_set))
    return selections, tuple(resolver.problems)


def parse_field_set(text: str) -> SelectionSetNode | Problem:
    """Parse a field set, which may stand in braces."""
    stripped = text.strip()
    braced = stripped if stripped.startswith("{") else "{" + text + "\n}"
    try:
        definitions = parse(braced, no_location=True).definitions
    except (GraphQLError, RecursionError) as error:
        reason = error.message if isinstance(error, GraphQLError) else "it is nested too deeply"
        return Problem("INVALID_FIELDS", reason)
    definition = definitions[0]
    if len(definitions) != 1 or not isinstance(definition, OperationDefinitionNode):
        return Problem("INVALID_FIELDS", "it is no selection of fields")
    return definition.selection_set


class _Resolver:
    def __init__(self, schema: SubgraphSchema) -> None:
        self._schema = schema
        self.problems: list[Problem] = []

    def _problem(self, kind: str, reason: str) -> None:
        self.problems.append(Problem(kind, reason))

    def resolve(
        self, parent: TypeDefinition, selection_set: SelectionSetNode
    ) -> Iterator[Selected]:
        if not selection_set.selections:
            self._problem("INVALID_FIELDS", f'nothing is selected on "{parent.name}"')
        for node in selection_set.selections:
            self._check_directives(node)
            if isinstance(node, FieldNode):
                selected = self._field(parent, node)
                if selected is not None:
                    yield selected
            elif isinstance(node, InlineFragmentNode):
                yield from self._fragment(parent, node)
            else:
                assert isinstance(node, FragmentSpreadNode)
                self._problem(
                    "INVALID_FIELDS",
                    f'it spreads the fragment "{node.name.value}", of which'
                    " there is none in a field set",
                )

    def _check_directives(self, node: SelectionNode) -> None:
        for directive in getattr(node, "directives", None) or ():
            name = directive.name.value
            if self._schema.graphql.get_directive(name) is None:
                self._problem("INVALID_FIELDS", f"there is no directive @{name}")
            else:
                self._problem("DIRECTIVE_IN_FIELDS_ARG", f"it holds the directive @{name}")

    def _fragment(self, parent: TypeDefinition, node: InlineFragmentNode) -> Iterator[Selected]:
        name = node.type_condition.name.value if node.type_condition else parent.name
        narrowed = self._schema.types.get(name)
        if narrowed is None or narrowed.kind not in COMPOSITE:
            self._problem("INVALID_FIELDS", f'"{name}" is no composite type of this subgraph')
        elif not self._can_be(parent.name, name):
            self._problem("INVALID_FIELDS", f'"{parent.name}" can never be "{name}"')
        else:
            yield from self.resolve(narrowed, node.selection_set)

    def _can_be(self, parent: str, name: str) -> bool:
        possible = self._schema.possible_types
        return parent == name or bool(possible(parent) & possible(name))

    def _field(self, parent: TypeDefinition, node: FieldNode) -> Selected | None:
        name = node.name.value
        if node.alias is not None:
            self._problem("INVALID_FIELDS", f'it has the alias "{node.alias.value}"')
        if name == "__typename":
            return None
        definition = parent.fields.get(name)
        if definition is None:
            self._problem("INVALID_FIELDS", f'"{parent.name}" has no field "{name}"')
            return None
        self._check_arguments(definition, node)
        return Selected(parent, definition, node, self._inner(definition, node))

    def _inner(self, definition: FieldDefinition, node: FieldNode) -> tuple[Selected, ...]:
        returned = self._schema.types.get(definition.type.name)
        is_composite = returned is not None and returned.kind in COMPOSITE
        if node.selection_set is None:
            if is_composite:
                self._problem(
                    "INVALID_FIELDS",
                    f'"{definition.coordinate}" is of type {definition.type}, so needs a selection'
                    " of its own fields",
                )
            return ()
        if returned is None or not is_composite:
            self._problem(
                "INVALID_FIELDS",
                f'"{definition.coordinate}" is of type {definition.type}, so has no fields to'
                " select",
            )
            return ()
        return tuple(self.resolve(returned, node.selection_set))

    def _check_arguments(self, definition: FieldDefinition, node: FieldNode) -> None:
        given: Mapping[str, ArgumentNode] = {a.name.value: a for a in node.arguments or ()}
        for name, node_argument in given.items():
            if name not in definition.arguments:
                self._problem(
                    "INVALID_FIELDS", f'"{definition.coordinate}" has no argument "{name}"'
                )
            else:
                self._check_value(definition.arguments[name], node_argument)
        for name, argument in definition.arguments.items():
            is_required = argument.type.is_non_null and argument.default is None
            if is_required and name not in given:
                self._problem(
                    "INVALID_FIELDS",
                    f'"{definition.coordinate}" needs a value for its argument "{name}"',
                )

    def _check_value(self, argument: InputDefinition, given: ArgumentNode) -> None:
        expected = type_from_ast(self._schema.graphql, parse_type(argument.type.text))
        assert is_input_type(expected)
        reasons: list[str] = []
        validate_input_literal(given.value, expected, lambda e, _path: reasons.append(e.message))
        for reason in reasons:
            self._problem("INVALID_FIELDS", f'the value for "{argument.coordinate}": {reason}')
