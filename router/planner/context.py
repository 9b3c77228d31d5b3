"""Arguments that are filled with a value from an object further up (`@fromContext`)."""

from __future__ import annotations

from router.planner.ground import Ground
from router.query_graph.model import ContextUse, SubgraphType

Holder = tuple[Ground, int]
"""The ground of the object that sets a context, and how many objects further up it is."""


def holder_of(use: ContextUse, ground: Ground) -> Holder | None:
    """The nearest object above that sets the context; None where none does."""
    above, levels = ground.above, 1
    while above is not None:
        if above.possible & use.holders:
            return above, levels
        above, levels = above.above, levels + 1
    return None


def variable_name(type_name: str, field_name: str, argument: str) -> str:
    """The variable of a filled argument."""
    return f"context_{type_name}_{field_name}_{argument}"


def arguments_in(view: SubgraphType, field_name: str, arguments: str) -> str:
    """The arguments with which a subgraph is asked: the client's, and the filled ones."""
    definition = view.fields.get(field_name)
    if definition is None or not definition.contexts:
        return arguments
    filled = [
        f"{use.argument}: ${variable_name(view.name, field_name, use.argument)}"
        for use in definition.contexts
    ]
    if arguments.startswith("("):
        return f"({', '.join(filled)}, {arguments[1:]}"
    # There may be directives.
    return f"({', '.join(filled)}){arguments}"
