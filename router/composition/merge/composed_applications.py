"""Whether a composed directive may stand where a subgraph puts it.

The supergraph has one definition of it, that of the newest version, which may allow less than the
definition that the subgraph itself has.
Source: GraphQL specification, "Directives Are in Valid Locations", "Argument Names",
"Required Arguments", for type system directives.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from graphql import DirectiveDefinitionNode, DirectiveLocation, NonNullTypeNode

from router.composition.merge.merging import Merging
from router.composition.subgraph_schema import (
    Directive,
    Element,
    EnumValueDefinition,
    FieldDefinition,
    InputDefinition,
    Kind,
    TypeDefinition,
)

_OF_KIND: Mapping[Kind, DirectiveLocation] = {
    "object": DirectiveLocation.OBJECT,
    "interface": DirectiveLocation.INTERFACE,
    "union": DirectiveLocation.UNION,
    "enum": DirectiveLocation.ENUM,
    "input object": DirectiveLocation.INPUT_OBJECT,
    "scalar": DirectiveLocation.SCALAR,
}


def check_application(
    merging: Merging, element: Element, directive: Directive, definition: DirectiveDefinitionNode
) -> None:
    """Report an application that the supergraph's definition does not allow."""
    mistakes = "; ".join(_mistakes(merging, element, directive, definition))
    if mistakes:
        name = definition.name.value
        merging.findings.error(
            "DIRECTIVE_COMPOSITION_ERROR",
            f"[{element.subgraph}] @{name} on {element.coordinate} does not fit the definition"
            f" that the supergraph uses, the newest: {mistakes}.",
            [element.place(directive.node)],
            coordinate=element.coordinate,
            suggestion=f"Let the newest definition of @{name} allow all that older ones allow.",
        )


def _mistakes(
    merging: Merging, element: Element, directive: Directive, definition: DirectiveDefinitionNode
) -> Iterator[str]:
    location = _location(merging, element).name
    allowed = [node.value for node in definition.locations]
    if location not in allowed:
        yield f"it is not for {location}, only for {', '.join(allowed)}"
    known = {node.name.value: node for node in definition.arguments or ()}
    for name in directive.arguments:
        if name not in known:
            yield f"it has no argument `{name}`"
    for name, node in known.items():
        is_required = isinstance(node.type, NonNullTypeNode) and node.default_value is None
        if is_required and name not in directive.arguments:
            yield f"its argument `{name}` is required"


def _location(merging: Merging, element: Element) -> DirectiveLocation:
    if isinstance(element, TypeDefinition):
        return _OF_KIND[merging.kinds[element.name]]
    if isinstance(element, FieldDefinition):
        return DirectiveLocation.FIELD_DEFINITION
    if isinstance(element, EnumValueDefinition):
        return DirectiveLocation.ENUM_VALUE
    if isinstance(element, InputDefinition):
        is_argument = element.coordinate.endswith(":)")
        if is_argument:
            return DirectiveLocation.ARGUMENT_DEFINITION
        return DirectiveLocation.INPUT_FIELD_DEFINITION
    return DirectiveLocation.SCHEMA
