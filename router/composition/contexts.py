"""`@fromContext(field: "$name { field }")` taken apart."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from router.composition.subgraph_schema import (
    FieldDefinition,
    InputDefinition,
    SubgraphSchema,
    TypeDefinition,
)

_FIELD = re.compile(r"\s*\$\s*([_A-Za-z]\w*)(.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class ContextUse:
    """An argument that is filled from a context; `context` is None where none is named."""

    argument: InputDefinition
    context: str | None
    selection: str


def context_use(argument: InputDefinition) -> ContextUse | None:
    """Return how an argument is filled from a context, None for an ordinary argument."""
    directive = argument.first("fromContext")
    if directive is None:
        return None
    match = _FIELD.fullmatch(directive.string("field") or "")
    if match is None:
        return ContextUse(argument, None, "")
    return ContextUse(argument, match[1], match[2].strip())


def context_uses(field: FieldDefinition) -> Iterator[ContextUse]:
    """Yield how the arguments of a field are filled from contexts."""
    for argument in field.arguments.values():
        use = context_use(argument)
        if use is not None:
            yield use


def context_holders(schema: SubgraphSchema) -> dict[str, list[TypeDefinition]]:
    """Map each context to the types of the subgraph that set it."""
    holders: dict[str, list[TypeDefinition]] = {}
    for definition in schema.types.values():
        for directive in definition.applied("context"):
            holders.setdefault(directive.string("name") or "", []).append(definition)
    return holders
