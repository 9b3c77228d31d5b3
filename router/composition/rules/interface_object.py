"""Rules of interface objects and of keys on interfaces.

Source: "Entity interfaces" in the documentation of federated schemas.
"""

from __future__ import annotations

from collections.abc import Sequence

from router.composition.diagnostics import Findings
from router.composition.facts import AppliedFieldSet, SubgraphFacts
from router.composition.field_sets import FieldSet, Selected
from router.composition.subgraph_schema import SubgraphSchema, TypeDefinition


def check_interface_objects(facts: SubgraphFacts, findings: Findings) -> None:
    """An interface object is an entity, for it is reached by its key."""
    for definition in facts.schema.types.values():
        if definition.is_interface_object and not definition.has("key"):
            findings.error(
                "INTERFACE_OBJECT_USAGE_ERROR",
                f"[{facts.name}] {definition.name} is an @interfaceObject and has no @key by which"
                " it could be reached.",
                [definition.place()],
                coordinate=definition.name,
                suggestion=f"Give {definition.name} the @key of the interface.",
            )


def check_beside_federation_1(schemas: Sequence[SubgraphSchema], findings: Findings) -> None:
    """A key on an interface meant nothing in federation 1, so it leads to no implementation."""
    for schema in schemas:
        for definition in schema.types.values():
            if not definition.is_interface_object:
                continue
            for other in schemas:
                same = other.types.get(definition.name)
                if other.is_federation_1 and same and same.kind == "interface" and same.has("key"):
                    _report_beside(definition, same, findings)


def _report_beside(
    definition: TypeDefinition, interface: TypeDefinition, findings: Findings
) -> None:
    findings.error(
        "INTERFACE_OBJECT_USAGE_ERROR",
        f'{definition.name} is an @interfaceObject in subgraph "{definition.subgraph}", and an'
        f' interface with a key in subgraph "{interface.subgraph}", which is of federation 1,'
        " where such a key does not tell implementations apart.",
        [definition.place(), interface.place()],
        coordinate=definition.name,
        suggestion=f'Link federation 2 in subgraph "{interface.subgraph}", or remove the key from'
        " the interface there.",
    )


def check_interface_keys(facts: SubgraphFacts, findings: Findings) -> None:
    """What is a key of an interface is a key of each of its implementations."""
    for applied in facts.with_role("key"):
        definition = applied.holder
        if not isinstance(definition, TypeDefinition) or definition.kind != "interface":
            continue
        wanted = _shape(applied.field_set)
        for name in facts.schema.implementations.get(definition.name, ()):
            own = [key for key in facts.with_role("key") if key.target == name]
            if not any(_shape(key.field_set) == wanted for key in own):
                _missing_key(facts, applied, definition, facts.schema.types[name], findings)


def _missing_key(
    facts: SubgraphFacts,
    applied: AppliedFieldSet,
    interface: TypeDefinition,
    implementation: TypeDefinition,
    findings: Findings,
) -> None:
    findings.error(
        "INTERFACE_KEY_NOT_ON_IMPLEMENTATION",
        f'[{facts.name}] The interface {interface.name} has the key "{applied.text}", which its'
        f" implementation {implementation.name} has not.",
        [interface.place(applied.directive.node), implementation.place()],
        coordinate=implementation.name,
        suggestion=f'Add @key(fields: "{applied.text}") to {implementation.name}.',
    )


def _shape(field_set: FieldSet) -> frozenset[object]:
    """A field set without the order of its fields."""
    return _shape_of(field_set.selections)


def _shape_of(selections: tuple[Selected, ...]) -> frozenset[object]:
    return frozenset(
        (selected.field.name, _shape_of(selected.selections)) for selected in selections
    )
