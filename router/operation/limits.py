"""What an operation may ask at most, counted on its document before it is validated.

Validation and planning cost more than what they are given to read; a hostile document is refused
before them. Fragments count wherever they are spread.
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

    `depth` of nested fields, `fields`, `aliases`, `root_fields`, `directives`, each counted with
    fragments spread; `tokens` of the document; `body_bytes` of the HTTP request.
    """

    depth: int = 50
    fields: int = 10_000
    aliases: int = 200
    root_fields: int = 50
    directives: int = 200
    tokens: int = 15_000
    body_bytes: int = 1_048_576


@dataclass(frozen=True, slots=True)
class _Count:
    depth: int = 0
    fields: int = 0
    aliases: int = 0
    root_fields: int = 0
    directives: int = 0


def check_limits(document: DocumentNode, limits: Limits) -> None:
    """Raise `RequestError` for the first limit that an operation of the document passes.

    Whatever follows spreads each fragment as often as it is mentioned, which can be a billion
    times in a text of a few lines: so `fields` bounds the work that a text can make.
    """
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
            for name in ("depth", "fields", "aliases", "root_fields", "directives"):
                counted, most = getattr(count, name), getattr(limits, name)
                if counted > most:
                    raise RequestError.of(
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
        depth = fields = aliases = root_fields = directives = 0
        for selection in selection_set.selections if selection_set else ():
            directives += len(selection.directives or ())
            match selection:
                case FieldNode():
                    below = self.of(selection.selection_set)
                    depth = max(depth, below.depth + 1)
                    root_fields, fields = root_fields + 1, fields + 1
                    aliases += selection.alias is not None
                case InlineFragmentNode():
                    below = self.of(selection.selection_set)
                    depth, root_fields = max(depth, below.depth), root_fields + below.root_fields
                case FragmentSpreadNode():
                    below = self.fragment(selection.name.value)
                    depth, root_fields = max(depth, below.depth), root_fields + below.root_fields
            fields += below.fields
            aliases += below.aliases
            directives += below.directives
        return _Count(depth, fields, aliases, root_fields, directives)

    def fragment(self, name: str) -> _Count:
        # A fragment inside itself counts nothing: validation refuses it.
        known = self.counted.get(name)
        if known is None:
            self.counted[name] = _Count()
            node = self.fragments.get(name)
            known = self.counted[name] = self.of(node.selection_set) if node else _Count()
        return known
