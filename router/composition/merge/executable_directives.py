"""Directives that clients may use in operations: those that every subgraph knows, as all know them.

Which subgraph an operation's field goes to is not the client's to know, so a directive must be one
that all of them take.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from graphql import DirectiveDefinitionNode, DirectiveLocation, NameNode, print_ast

from router.composition.merge.applied_directives import AppliedDirectives
from router.composition.merge.arguments import merge_arguments
from router.composition.merge.composed_directives import ComposedDirectives
from router.composition.merge.merging import Merging, names_text
from router.composition.subgraph_schema import DirectiveDefinition
from router.supergraph.model import InputValue
from router.supergraph.nodes import directive_definition_node

EXECUTABLE = (
    DirectiveLocation.QUERY,
    DirectiveLocation.MUTATION,
    DirectiveLocation.SUBSCRIPTION,
    DirectiveLocation.FIELD,
    DirectiveLocation.FRAGMENT_DEFINITION,
    DirectiveLocation.FRAGMENT_SPREAD,
    DirectiveLocation.INLINE_FRAGMENT,
    DirectiveLocation.VARIABLE_DEFINITION,
)
_NAMES = {location.name for location in EXECUTABLE}


def merge_executable_directives(
    merging: Merging, applied: AppliedDirectives, composed: ComposedDirectives
) -> list[DirectiveDefinitionNode]:
    """Merge the definitions of executable directives that are not composed as they are."""
    found: dict[str, list[DirectiveDefinition]] = {}
    for schema in merging.schemas():
        for definition in schema.directive_definitions.values():
            if composed.definition(definition.name) is None:
                found.setdefault(definition.name, []).append(definition)
    merged = (
        _merge(merging, applied, found[name])
        for name in sorted(found)
        if any(executable_locations(definition) for definition in found[name])
    )
    return [definition for definition in merged if definition is not None]


def executable_locations(definition: DirectiveDefinition) -> list[str]:
    """Name the places in operations where the directive may stand."""
    return [node.value for node in definition.definition.locations if node.value in _NAMES]


def _merge(
    merging: Merging, applied: AppliedDirectives, same: Sequence[DirectiveDefinition]
) -> DirectiveDefinitionNode | None:
    if not _is_everywhere(merging, same):
        return None
    locations = _locations(merging, same)
    if not locations:
        return None
    repeatable = all(definition.definition.repeatable for definition in same)
    if not repeatable and any(definition.definition.repeatable for definition in same):
        _hint(
            merging,
            "INCONSISTENT_EXECUTABLE_DIRECTIVE_REPEATABLE",
            same,
            "is repeatable in some subgraphs only, so is not repeatable in the supergraph",
        )
    arguments = merge_arguments(merging, applied, same)
    shown = ", ".join(_argument(argument) for argument in arguments.values())
    node = directive_definition_node(
        f"directive @{same[0].name}{f'({shown})' if shown else ''} on {' | '.join(locations)}"
    )
    return replace(node, name=NameNode(value=same[0].name), repeatable=repeatable)


def _argument(value: InputValue) -> str:
    default = f" = {print_ast(value.default)}" if value.default is not None else ""
    directives = "".join(f" {print_ast(node)}" for node in value.directives)
    return f"{value.name}: {value.type}{default}{directives}"


def _is_everywhere(merging: Merging, same: Sequence[DirectiveDefinition]) -> bool:
    having = {definition.subgraph for definition in same}
    lacking = [facts.name for facts in merging.subgraphs if facts.name not in having]
    if lacking:
        _hint(
            merging,
            "INCONSISTENT_EXECUTABLE_DIRECTIVE_PRESENCE",
            same,
            f"is left out of the supergraph, for it is missing in {names_text(lacking)}",
        )
    return not lacking


def _locations(merging: Merging, same: Sequence[DirectiveDefinition]) -> list[str]:
    per_subgraph = [executable_locations(definition) for definition in same]
    common = set(per_subgraph[0]).intersection(*per_subgraph[1:])
    if not common:
        _hint(
            merging,
            "NO_EXECUTABLE_DIRECTIVE_INTERSECTION",
            same,
            "is left out of the supergraph, for its subgraphs have no location in common",
        )
    elif any(set(locations) != common for locations in per_subgraph):
        _hint(
            merging,
            "INCONSISTENT_EXECUTABLE_DIRECTIVE_LOCATIONS",
            same,
            f"has different locations; those in all are used: {', '.join(sorted(common))}",
        )
    return [location for location in per_subgraph[0] if location in common]


def _hint(merging: Merging, code: str, same: Sequence[DirectiveDefinition], reason: str) -> None:
    merging.findings.hint(
        code,
        f"@{same[0].name} {reason}.",
        [definition.place() for definition in same],
        coordinate=f"@{same[0].name}",
    )
