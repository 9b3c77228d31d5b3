"""What an operation may ask at most, counted on its document before it is validated.

Validation and planning cost more than what they are given to read; a hostile document is refused
before them. Fragments count wherever they are spread. What comparing fields costs (GraphQL
specification, "Field Selection Merging") shows only while they are compared: see `document`.
"""

from __future__ import annotations

from dataclasses import dataclass

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
)

from router.errors import RequestError


@dataclass(frozen=True, slots=True)
class Limits:
    """The most that one request may have.

    `depth` of nested fields, `aliases`, `root_fields`, `directives` and `selections` (fields and
    fragments), each counted with fragments spread; `comparisons` of fields that might conflict,
    counted while they are made; `tokens` of the document; `body_bytes` of the HTTP request.
    """

    depth: int = 50
    aliases: int = 200
    root_fields: int = 50
    directives: int = 200
    selections: int = 10_000
    comparisons: int = 100_000
    tokens: int = 15_000
    body_bytes: int = 1_048_576


@dataclass(frozen=True, slots=True)
class _Count:
    depth: int = 0
    aliases: int = 0
    root_fields: int = 0
    directives: int = 0
    selections: int = 0


def check_limits(document: DocumentNode, limits: Limits) -> None:
    """Raise `RequestError` for the first limit that an operation of the document passes."""
    counter = _Counter(document)
    for node in document.definitions:
        if isinstance(node, OperationDefinitionNode):
            try:
                count = counter.of(node.selection_set)
            except RecursionError as error:
                raise RequestError.of(
                    "The operation's fragments are spread within each other too deeply.",
                    "OPERATION_LIMIT_EXCEEDED",
                ) from error
            for name in ("depth", "aliases", "root_fields", "directives", "selections"):
                most = getattr(limits, name)
                if getattr(count, name) > most:
                    raise exceeded(name, most)


def exceeded(name: str, most: int) -> RequestError:
    """The refusal of an operation that passes a limit."""
    return RequestError.of(
        f"The operation's {name.replace('_', ' ')} must not pass {most}.",
        "OPERATION_LIMIT_EXCEEDED",
    )


class _Counter:
    def __init__(self, document: DocumentNode) -> None:
        self.fragments = {
            node.name.value: node
            for node in document.definitions
            if isinstance(node, FragmentDefinitionNode)
        }
        self.counted: dict[str, _Count] = {}

    def of(self, selection_set: SelectionSetNode | None) -> _Count:
        depth = aliases = root_fields = directives = selections = 0
        for selection in selection_set.selections if selection_set else ():
            directives += len(selection.directives or ())
            match selection:
                case FieldNode():
                    below = self.of(selection.selection_set)
                    depth = max(depth, below.depth + 1)
                    root_fields += 1
                    aliases += selection.alias is not None
                case InlineFragmentNode():
                    below = self.of(selection.selection_set)
                    depth, root_fields = max(depth, below.depth), root_fields + below.root_fields
                case FragmentSpreadNode():
                    below = self.fragment(selection.name.value)
                    depth, root_fields = max(depth, below.depth), root_fields + below.root_fields
            aliases += below.aliases
            directives += below.directives
            selections += below.selections + 1
        return _Count(depth, aliases, root_fields, directives, selections)

    def fragment(self, name: str) -> _Count:
        # A fragment inside itself counts nothing: validation refuses it.
        known = self.counted.get(name)
        if known is None:
            self.counted[name] = _Count()
            node = self.fragments.get(name)
            known = self.counted[name] = self.of(node.selection_set) if node else _Count()
        return known
