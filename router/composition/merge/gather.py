"""All subgraphs' types side by side: kinds that agree, extensions that extend something."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from router.composition.diagnostics import Findings
from router.composition.facts import SubgraphFacts
from router.composition.merge.graph_ids import graph_ids
from router.composition.merge.merging import Merging, names_text
from router.composition.subgraph_schema import Kind, TypeDefinition

ROOTS = frozenset({"Query", "Mutation", "Subscription"})
Definitions = Mapping[str, tuple[TypeDefinition, ...]]


def gather(subgraphs: Sequence[SubgraphFacts], findings: Findings) -> Merging:
    """Lay the subgraphs' types side by side; what cannot be merged is reported and left out."""
    subgraphs = sorted(subgraphs, key=lambda facts: facts.name)
    found: dict[str, list[TypeDefinition]] = {}
    for facts in subgraphs:
        for definition in facts.schema.types.values():
            found.setdefault(definition.name, []).append(definition)
    definitions: dict[str, tuple[TypeDefinition, ...]] = {}
    for name in sorted(found):
        _check_bases(found[name], subgraphs, findings)
        if _check_kinds(found[name], findings):
            definitions[name] = tuple(found[name])
    _check_interface_objects(subgraphs, definitions, findings)
    interfaces = {name: _interfaces(same) for name, same in definitions.items()}
    return Merging(
        tuple(subgraphs),
        {facts.name: facts for facts in subgraphs},
        graph_ids(facts.name for facts in subgraphs),
        definitions,
        {name: merged_kind(same) for name, same in definitions.items()},
        interfaces,
        _supertypes(definitions, interfaces),
        findings,
    )


def merged_kind(same: Sequence[TypeDefinition]) -> Kind:
    """Return a type's kind in the supergraph."""
    return "interface" if same[0].is_interface_object else same[0].kind


def _check_kinds(same: Sequence[TypeDefinition], findings: Findings) -> bool:
    kinds = {merged_kind([definition]) for definition in same}
    if len(kinds) == 1:
        return True
    words = {d.subgraph: "interface object" if d.is_interface_object else d.kind for d in same}
    found = ", ".join(f'{kind} in subgraph "{name}"' for name, kind in words.items())
    findings.error(
        "TYPE_KIND_MISMATCH",
        f"{same[0].name} is not the same kind of type everywhere: {found}.",
        [definition.place() for definition in same],
        coordinate=same[0].name,
        suggestion="Rename one of the types, or make them the same kind.",
    )
    return False


def _check_bases(
    same: Sequence[TypeDefinition], subgraphs: Sequence[SubgraphFacts], findings: Findings
) -> None:
    """An extension extends what another subgraph defines; federation 1 wrote @extends for it."""
    if same[0].name in ROOTS:
        return
    old = {facts.name for facts in subgraphs if facts.schema.is_federation_1}
    for definition in same:
        is_old = definition.subgraph in old
        is_extension = definition.is_extension if is_old else not definition.has_definition
        if not is_extension or _has_base(definition, same):
            continue
        findings.error(
            "EXTENSION_WITH_NO_BASE",
            f"[{definition.subgraph}] {definition.name} is extended, and no subgraph defines it.",
            [definition.place()],
            coordinate=definition.name,
            suggestion=f"Write the definition without `extend` in the subgraph that owns"
            f" {definition.name}.",
        )


def _has_base(definition: TypeDefinition, same: Sequence[TypeDefinition]) -> bool:
    kind = merged_kind([definition])
    return any(
        other.has_definition and merged_kind([other]) == kind
        for other in same
        if other is not definition
    )


def _check_interface_objects(
    subgraphs: Sequence[SubgraphFacts], definitions: Definitions, findings: Findings
) -> None:
    schemas = {facts.name: facts.schema for facts in subgraphs}
    for name, same in definitions.items():
        objects = [definition for definition in same if definition.is_interface_object]
        if not objects:
            continue
        if len(objects) == len(same):
            findings.error(
                "INTERFACE_OBJECT_USAGE_ERROR",
                f"{name} is an @interfaceObject in {names_text(d.subgraph for d in objects)}, and"
                " no subgraph defines the interface.",
                [definition.place() for definition in objects],
                coordinate=name,
                suggestion=f"Define the interface {name} with its key in the subgraph that owns"
                " it.",
            )
        for definition in objects:
            schema = schemas[definition.subgraph]
            _check_no_implementations(schema.types, definition, definitions, findings)


def _check_no_implementations(
    types: Mapping[str, TypeDefinition],
    interface_object: TypeDefinition,
    definitions: Definitions,
    findings: Findings,
) -> None:
    """Where an interface stands for all its implementations, none of them is known by itself."""
    name = interface_object.name
    for other in types.values():
        implements = any(name in d.interfaces for d in definitions.get(other.name, ()))
        if other.kind == "object" and implements:
            findings.error(
                "INTERFACE_OBJECT_USAGE_ERROR",
                f"[{interface_object.subgraph}] {name} is an @interfaceObject, so this subgraph"
                f" cannot define its implementation {other.name}.",
                [interface_object.place(), other.place()],
                coordinate=name,
                suggestion=f"Move the fields of {other.name} to {name}, or define {name} as an"
                " interface here.",
            )


def _interfaces(same: Sequence[TypeDefinition]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for definition in same for name in definition.interfaces))


def _supertypes(
    definitions: Definitions, interfaces: Mapping[str, tuple[str, ...]]
) -> dict[str, frozenset[str]]:
    found = {name: set(names) for name, names in interfaces.items()}
    for name, same in definitions.items():
        for definition in same:
            for member in definition.members:
                found.setdefault(member, set()).add(name)
    return {name: frozenset(names) for name, names in found.items()}
