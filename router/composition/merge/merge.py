"""Subgraphs → one graph, not yet proved to be satisfiable: the table of contents of merging."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from graphql import DirectiveDefinitionNode

from router.composition.diagnostics import Findings
from router.composition.facts import SubgraphFacts
from router.composition.merge.applied_directives import AppliedDirectives
from router.composition.merge.composed_directives import find_composed_directives
from router.composition.merge.composites import (
    add_interface_object_fields,
    merge_interface,
    merge_object,
)
from router.composition.merge.descriptions import merge_description
from router.composition.merge.enums import EnumUse, merge_enum
from router.composition.merge.executable_directives import merge_executable_directives
from router.composition.merge.gather import gather
from router.composition.merge.input_objects import merge_input_object
from router.composition.merge.interface_guards import guard_interfaces
from router.composition.merge.links import merged_names, newest_version, supergraph_links
from router.composition.merge.merging import Merging
from router.composition.merge.scalars import merge_scalar
from router.composition.merge.unions import merge_union
from router.composition.subgraph_schema import KINDS, Kind
from router.supergraph.model import (
    Field,
    InputObjectType,
    InputValue,
    InterfaceType,
    NamedType,
    ObjectType,
    Subgraph,
    Supergraph,
)
from router.supergraph.read_types import type_text
from router.supergraph.type_reference import type_reference


@dataclass(frozen=True, slots=True)
class MergedGraph:
    """The subgraphs' types as one schema; its fields were not yet proved to be reachable."""

    draft: Supergraph
    merging: Merging


def merge_subgraphs(subgraphs: Sequence[SubgraphFacts], findings: Findings) -> MergedGraph:
    """Merge the subgraphs; what cannot be merged is reported and missing in the draft."""
    merging = gather(subgraphs, findings)
    composed = find_composed_directives(merging.subgraphs, findings)
    names = merged_names(merging.subgraphs, findings)
    applied = AppliedDirectives(merging, composed, names)
    executable = merge_executable_directives(merging, applied, composed)
    directives = (*composed.definitions.values(), *executable)
    types = _merge_types(merging, applied, directives)
    schemas = [s.schema for s in merging.schemas() if s.schema is not None]
    schema_directives = applied.merge(schemas)
    version = newest_version(merging.subgraphs)
    draft = Supergraph(
        subgraphs={
            merging.graph_ids[facts.name]: Subgraph(
                merging.graph_ids[facts.name], facts.name, facts.schema.url
            )
            for facts in merging.subgraphs
        },
        types=types,
        links=supergraph_links(version, applied.used, names, composed),
        directive_definitions=directives,
        schema_directives=schema_directives,
        query="Query",
        mutation="Mutation" if "Mutation" in types else None,
        subscription="Subscription" if "Subscription" in types else None,
        description=merge_description(merging, schemas) if schemas else None,
    )
    return MergedGraph(guard_interfaces(draft, merging), merging)


def _merge_types(
    merging: Merging, applied: AppliedDirectives, directives: Sequence[DirectiveDefinitionNode]
) -> dict[str, NamedType]:
    named = _names_by_kind(merging)
    interfaces = {n: merge_interface(merging, applied, n) for n in named["interface"]}
    types: dict[str, NamedType] = {**interfaces}
    for name in named["object"]:
        merged = merge_object(merging, applied, name)
        types[name] = add_interface_object_fields(merging, merged, interfaces)
    types |= {name: merge_union(merging, applied, name) for name in named["union"]}
    types |= {name: merge_input_object(merging, applied, name) for name in named["input object"]}
    types |= {name: merge_scalar(merging, applied, name) for name in named["scalar"]}
    uses = _enum_uses(types, directives)
    return types | {name: merge_enum(merging, applied, name, uses) for name in named["enum"]}


def _names_by_kind(merging: Merging) -> dict[Kind, list[str]]:
    named: dict[Kind, list[str]] = {kind: [] for kind in KINDS}
    for name, kind in merging.kinds.items():
        named[kind].append(name)
    return named


def _enum_uses(
    types: Mapping[str, NamedType], directives: Sequence[DirectiveDefinitionNode]
) -> dict[str, EnumUse]:
    """Find where each type is used, as input and as output."""
    inputs = _directive_uses(directives)
    outputs: dict[str, str] = {}
    for named in types.values():
        if isinstance(named, InputObjectType):
            for value in named.fields.values():
                inputs.setdefault(value.type.name, f"{named.name}.{value.name}")
        elif isinstance(named, ObjectType | InterfaceType):
            for field in named.fields.values():
                outputs.setdefault(field.type.name, f"{named.name}.{field.name}")
                for argument in _arguments(field):
                    coordinate = f"{named.name}.{field.name}({argument.name}:)"
                    inputs.setdefault(argument.type.name, coordinate)
    return {name: EnumUse(inputs.get(name), outputs.get(name)) for name in {*inputs, *outputs}}


def _directive_uses(directives: Sequence[DirectiveDefinitionNode]) -> dict[str, str]:
    """Find the types of the directives' arguments, which are inputs too."""
    return {
        type_reference(type_text(node.type)).name: f"@{directive.name.value}({node.name.value}:)"
        for directive in directives
        for node in directive.arguments or ()
    }


def _arguments(field: Field) -> Iterator[InputValue]:
    yield from field.arguments.values()
