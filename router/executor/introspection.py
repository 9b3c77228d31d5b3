"""`__schema` and `__type`, answered from the API schema by graphql-core."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    OperationType,
    SelectionNode,
    SelectionSetNode,
    execute_sync,
)

_NAMES = frozenset({"__schema", "__type"})


class Introspection:
    """The introspection fields of one operation. `answer` remembers what it answered last."""

    def __init__(
        self,
        schema: GraphQLSchema,
        operation: OperationDefinitionNode,
        fragments: Mapping[str, FragmentDefinitionNode],
    ) -> None:
        self._schema = schema
        self._fragments = fragments
        selections = tuple(self._only_introspection(operation.selection_set))
        self.is_asked = bool(selections)
        self._names = {each.variable.name.value for each in operation.variable_definitions or ()}
        self._document = DocumentNode(
            definitions=(
                OperationDefinitionNode(
                    operation=OperationType.QUERY,
                    variable_definitions=operation.variable_definitions,
                    directives=(),
                    selection_set=SelectionSetNode(selections=selections),
                ),
                *fragments.values(),
            )
        )
        self._last: tuple[Mapping[str, Any], Mapping[str, Any]] | None = None

    def known(self, variables: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """The values of the fields, where they were answered last for the same variables."""
        last = self._last
        return last[1] if last is not None and last[0] == variables else None

    def answer(self, variables: Mapping[str, Any]) -> Mapping[str, Any]:
        """The values of the fields, by response name."""
        result = execute_sync(self._schema, self._document, variable_values=dict(variables))
        answer = result.data or {}
        self._last = (dict(variables), answer)
        return answer

    def _only_introspection(self, selection_set: SelectionSetNode) -> Iterator[SelectionNode]:
        for selection in selection_set.selections:
            if isinstance(selection, FieldNode):
                if selection.name.value in _NAMES:
                    yield selection
            elif isinstance(selection, InlineFragmentNode | FragmentSpreadNode):
                inner = self._selection_set(selection)
                kept = tuple(self._only_introspection(inner))
                if kept:
                    yield InlineFragmentNode(
                        directives=selection.directives,
                        selection_set=SelectionSetNode(selections=kept),
                    )

    def _selection_set(
        self, selection: InlineFragmentNode | FragmentSpreadNode
    ) -> SelectionSetNode:
        if isinstance(selection, InlineFragmentNode):
            return selection.selection_set
        return self._fragments[selection.name.value].selection_set
