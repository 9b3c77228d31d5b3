"""Give the elements of a specification the names that a link chose for them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from graphql import (
    DirectiveDefinitionNode,
    NamedTypeNode,
    NameNode,
    TypeDefinitionNode,
    Visitor,
    specified_scalar_types,
    visit,
)

from router.federation.link import Link


class _Renamer(Visitor):
    def __init__(self, link: Link) -> None:
        super().__init__()
        self._link = link

    def leave_named_type(self, node: NamedTypeNode, *_: Any) -> NamedTypeNode:
        if node.name.value in specified_scalar_types:
            return node
        return replace(node, name=NameNode(value=self._link.type_name(node.name.value)))


def rename_definition(
    definition: DirectiveDefinitionNode | TypeDefinitionNode, link: Link
) -> DirectiveDefinitionNode | TypeDefinitionNode:
    """Return a copy of the definition under the names of the link."""
    renamed = visit(definition, _Renamer(link))
    name = definition.name.value
    is_directive = isinstance(definition, DirectiveDefinitionNode)
    new_name = link.directive_name(name) if is_directive else link.type_name(name)
    assert isinstance(renamed, DirectiveDefinitionNode | TypeDefinitionNode)
    return replace(renamed, name=NameNode(value=new_name))
