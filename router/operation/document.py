"""Request text → document: parsed, validated, one operation chosen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from graphql import (
    DocumentNode,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    ValidationContext,
    parse,
    specified_rules,
    validate,
)
from graphql.validation import OverlappingFieldsCanBeMergedRule
from graphql.validation.validate import ValidationAbortedError


@dataclass(frozen=True, slots=True)
class Document:
    """One operation of a request and the fragments beside it."""

    operation: OperationDefinitionNode
    fragments: dict[str, FragmentDefinitionNode]


def parse_document(text: str) -> DocumentNode:
    """Parse a request. Raises `GraphQLSyntaxError` (a `GraphQLError`) with the place."""
    return parse(text)


def validate_document(
    schema: GraphQLSchema, document: DocumentNode, comparisons: int
) -> list[GraphQLError]:
    """Check a request against the API schema; an empty list where it is valid.

    Raises `TooManyComparisons` where fields that might conflict are too many to compare.
    """
    rules = [
        _bounded(comparisons) if rule is OverlappingFieldsCanBeMergedRule else rule
        for rule in specified_rules
    ]
    return validate(schema, document, rules, allow_empty_selection_sets=False)


class TooManyComparisons(Exception):
    """Whether the fields of a document can be merged would take too long to find out."""


def _bounded(comparisons: int) -> type[OverlappingFieldsCanBeMergedRule]:
    class Bounded(OverlappingFieldsCanBeMergedRule):
        def __init__(self, context: ValidationContext) -> None:
            super().__init__(context)
            self.rule_context.remaining_complexity_budget = comparisons

        def enter_selection_set(self, *args: Any) -> None:
            try:
                super().enter_selection_set(*args)
            except ValidationAbortedError as error:
                if self.rule_context.remaining_complexity_budget < 0:
                    raise TooManyComparisons from error
                raise

    return Bounded


def choose_operation(document: DocumentNode, operation_name: str | None = None) -> Document:
    """Pick the operation to run (GraphQL specification, "GetOperation()").

    Raises `GraphQLError` where there is none of that name, or several and no name.
    """
    operations = [d for d in document.definitions if isinstance(d, OperationDefinitionNode)]
    fragments = {
        d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)
    }
    if operation_name is None:
        if not operations:
            raise GraphQLError("Must provide an operation.")
        if len(operations) > 1:
            raise GraphQLError("Must provide operation name if query contains multiple operations.")
        return Document(operations[0], fragments)
    for operation in operations:
        if operation.name is not None and operation.name.value == operation_name:
            return Document(operation, fragments)
    raise GraphQLError(f'Unknown operation named "{operation_name}".')
