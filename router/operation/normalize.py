"""Document → Operation: fragments inlined, fields collected, literal conditions resolved."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from graphql import (
    ArgumentNode,
    BooleanValueNode,
    DirectiveNode,
    FieldNode,
    FragmentSpreadNode,
    GraphQLError,
    InlineFragmentNode,
    SelectionNode,
    SelectionSetNode,
    StringValueNode,
    ValueNode,
    VariableNode,
    print_ast,
)

from router.operation.collect import collect
from router.operation.document import Document
from router.operation.model import Deferral, FieldSelection, Operation, VariableCondition
from router.operation.series import in_series
from router.supergraph.model import InterfaceType, ObjectType, Supergraph
from router.supergraph.type_reference import TypeReference, type_reference

_TYPENAME = type_reference("String!")
_INTROSPECTION = {"__schema": type_reference("__Schema!"), "__type": type_reference("__Type")}

PossibleTypes = Mapping[str, frozenset[str]]


def normalize(
    document: Document, supergraph: Supergraph, possible_types: PossibleTypes
) -> Operation:
    """Make an operation canonical.

    `possible_types` are the object types that each composite type lets through. Raises
    `GraphQLError` where the document names a type, field or fragment that is not there, which
    validation finds first.
    """
    operation = document.operation
    roots = {
        "query": supergraph.query,
        "mutation": supergraph.mutation,
        "subscription": supergraph.subscription,
    }
    root_type = roots[operation.operation.value]
    if root_type is None:
        raise GraphQLError(f"The schema has no {operation.operation.value} type.", operation)
    normalizer = _Normalizer(document, supergraph, possible_types)
    selections = normalizer.selection_set(root_type, [operation.selection_set])
    is_mutation = operation.operation.value == "mutation"
    return Operation(
        kind=operation.operation.value,
        name=operation.name.value if operation.name is not None else None,
        root_type=root_type,
        selections=in_series(selections) if is_mutation else selections,
        variables={
            definition.variable.name.value: print_ast(definition)
            for definition in operation.variable_definitions or ()
        },
    )


@dataclass(frozen=True, slots=True)
class _Scope:
    """What the fragments around a field say: its parent type, and when it is asked."""

    parent_type: str
    types: frozenset[str]
    conditions: tuple[VariableCondition, ...] = ()
    deferral: Deferral | None = None
    spread: tuple[str, ...] = ()


class _Normalizer:
    def __init__(
        self, document: Document, supergraph: Supergraph, possible_types: PossibleTypes
    ) -> None:
        self._document = document
        self._supergraph = supergraph
        self._possible_types = possible_types
        self._deferrals = 0
        self._directives = frozenset(
            definition.name.value
            for definition in supergraph.directive_definitions
            if any(location.value == "FIELD" for location in definition.locations)
        )

    def selection_set(
        self, type_name: str, selection_sets: list[SelectionSetNode]
    ) -> tuple[FieldSelection, ...]:
        """Normalize what is selected, in one or several places, on one position."""
        scope = _Scope(type_name, self._possible_types[type_name])
        return collect(
            field
            for selection_set in selection_sets
            for field in self._fields(selection_set, scope, scope.types)
        )

    def _fields(
        self, selection_set: SelectionSetNode, scope: _Scope, everything: frozenset[str]
    ) -> Iterator[FieldSelection]:
        for node in selection_set.selections:
            conditions = _conditions(node)
            if conditions is None:
                continue
            inner = _with_conditions(scope, conditions)
            if inner is None:
                continue
            if isinstance(node, FieldNode):
                yield self._field(node, inner, everything)
            else:
                yield from self._fragment(node, inner, everything)

    def _fragment(
        self, node: SelectionNode, scope: _Scope, everything: frozenset[str]
    ) -> Iterator[FieldSelection]:
        if isinstance(node, InlineFragmentNode):
            condition = node.type_condition.name.value if node.type_condition else None
            selection_set = node.selection_set
        else:
            assert isinstance(node, FragmentSpreadNode)
            name = node.name.value
            if name in scope.spread or name not in self._document.fragments:
                raise GraphQLError(f'Cannot spread fragment "{name}" here.', node)
            fragment = self._document.fragments[name]
            scope = replace(scope, spread=(*scope.spread, name))
            condition = fragment.type_condition.name.value
            selection_set = fragment.selection_set
        narrowed = self._narrow(scope, condition, node)
        if narrowed.types:
            narrowed = replace(narrowed, deferral=self._deferral(node, narrowed.deferral))
            yield from self._fields(selection_set, narrowed, everything)

    def _narrow(self, scope: _Scope, condition: str | None, node: SelectionNode) -> _Scope:
        if condition is None:
            return scope
        possible = self._possible_types.get(condition)
        if possible is None:
            raise GraphQLError(f'Unknown type "{condition}".', node)
        return replace(scope, parent_type=condition, types=scope.types & possible)

    def _deferral(self, node: SelectionNode, parent: Deferral | None) -> Deferral | None:
        for directive in node.directives or ():
            if directive.name.value != "defer":
                continue
            decided = _argument(directive, "if")
            if isinstance(decided, BooleanValueNode) and not decided.value:
                return parent
            label = _argument(directive, "label")
            self._deferrals += 1
            return Deferral(
                id=self._deferrals,
                label=label.value if isinstance(label, StringValueNode) else None,
                variable=decided.name.value if isinstance(decided, VariableNode) else None,
                parent=parent,
            )
        return parent

    def _field(self, node: FieldNode, scope: _Scope, everything: frozenset[str]) -> FieldSelection:
        name = node.name.value
        reference = self._type_of(node, scope.parent_type)
        selections: tuple[FieldSelection, ...] = ()
        if node.selection_set is not None and name not in _INTROSPECTION:
            selections = self.selection_set(reference.name, [node.selection_set])
        directives = [] if name.startswith("__") else self._own_directives(node)
        arguments = (*(node.arguments or ()), *(a for d in directives for a in d.arguments or ()))
        return FieldSelection(
            name=name,
            response_name=node.alias.value if node.alias is not None else name,
            type=reference,
            parent_type=scope.parent_type,
            arguments="".join([_arguments(node), *(f" {print_ast(each)}" for each in directives)]),
            variables=frozenset(_variables(arguments)),
            types=None if scope.types == everything else scope.types,
            conditions=scope.conditions,
            deferral=scope.deferral,
            selections=selections,
        )

    def _own_directives(self, node: FieldNode) -> list[DirectiveNode]:
        """The directives that subgraphs define: what they mean is for the subgraphs to know.

        Composition has let through those that every subgraph defines.
        """
        return [each for each in node.directives or () if each.name.value in self._directives]

    def _type_of(self, node: FieldNode, parent_type: str) -> TypeReference:
        name = node.name.value
        if name == "__typename":
            return _TYPENAME
        if name in _INTROSPECTION and parent_type == self._supergraph.query:
            return _INTROSPECTION[name]
        parent = self._supergraph.types[parent_type]
        definition = (
            parent.fields.get(name) if isinstance(parent, ObjectType | InterfaceType) else None
        )
        if definition is None:
            raise GraphQLError(f"Cannot query field '{name}' on type '{parent_type}'.", node)
        return definition.type


def _conditions(node: SelectionNode) -> tuple[VariableCondition, ...] | None:
    """Read `@skip` and `@include`; None where a literal says that the selection is not asked."""
    found: list[VariableCondition] = []
    for directive in node.directives or ():
        if directive.name.value not in {"skip", "include"}:
            continue
        wanted = directive.name.value == "include"
        decided = _argument(directive, "if")
        if isinstance(decided, VariableNode):
            found.append(VariableCondition(decided.name.value, wanted))
        elif isinstance(decided, BooleanValueNode) and decided.value != wanted:
            return None
    return tuple(found)


def _with_conditions(scope: _Scope, more: tuple[VariableCondition, ...]) -> _Scope | None:
    """Add conditions; None where two of them can never hold together."""
    conditions = tuple(dict.fromkeys((*scope.conditions, *more)))
    if len({condition.variable for condition in conditions}) < len(conditions):
        return None
    return replace(scope, conditions=conditions) if more else scope


def _argument(directive: DirectiveNode, name: str) -> ValueNode | None:
    for argument in directive.arguments or ():
        if argument.name.value == name:
            return argument.value
    return None


def _arguments(node: FieldNode) -> str:
    if not node.arguments:
        return ""
    arguments = sorted(node.arguments, key=lambda argument: argument.name.value)
    return f"({', '.join(print_ast(argument) for argument in arguments)})"


def _variables(arguments: tuple[ArgumentNode, ...]) -> Iterator[str]:
    waiting: list[ValueNode] = [argument.value for argument in arguments]
    while waiting:
        value = waiting.pop()
        if isinstance(value, VariableNode):
            yield value.name.value
        for inner in (*getattr(value, "values", ()), *getattr(value, "fields", ())):
            waiting.append(getattr(inner, "value", inner) if hasattr(inner, "name") else inner)
