"""Nodes without a place in a document, made from their text and shared.

Nodes compare by their location too, so what goes into a `Supergraph` must have none.
"""

from __future__ import annotations

from functools import lru_cache

from graphql import (
    ConstDirectiveNode,
    ConstValueNode,
    DirectiveDefinitionNode,
    ScalarTypeDefinitionNode,
    parse,
    parse_const_value,
)


@lru_cache(maxsize=65536)
def value_node(text: str) -> ConstValueNode:
    """Make the node of a constant value."""
    return parse_const_value(text, no_location=True)


@lru_cache(maxsize=65536)
def directive_node(text: str) -> ConstDirectiveNode:
    """Make the node of a directive application such as `@tag(name: "x")`."""
    definition = parse(f"scalar A {text}", no_location=True).definitions[0]
    assert isinstance(definition, ScalarTypeDefinitionNode)
    assert definition.directives
    return definition.directives[0]


def directive_definition_node(text: str) -> DirectiveDefinitionNode:
    """Make the node of a directive definition."""
    definition = parse(text, no_location=True).definitions[0]
    assert isinstance(definition, DirectiveDefinitionNode)
    return definition
