"""Interfaces across subgraphs: each implementation has what the interface promises.

Sources: GraphQL specification, "Interfaces"; "Entity interfaces" in the documentation of federated
schemas.
"""

from __future__ import annotations

from collections.abc import Iterator

from router.composition.diagnostics import Findings
from router.composition.merge.composites import is_resolvable
from router.composition.merge.merge import MergedGraph
from router.composition.merge.merging import names_text
from router.composition.subgraph_schema import TypeDefinition
from router.supergraph.model import InterfaceType, ObjectType


def check_interface_fields(merged: MergedGraph, findings: Findings) -> None:
    """A field that one subgraph adds to an interface is needed on implementations elsewhere."""
    types = merged.draft.types
    for named in types.values():
        if not isinstance(named, ObjectType | InterfaceType):
            continue
        for name in named.interfaces:
            interface = types.get(name)
            missing = interface.fields if isinstance(interface, InterfaceType) else {}
            for field_name in missing:
                if field_name not in named.fields:
                    _report_missing_field(merged, named.name, name, field_name, findings)


def _report_missing_field(
    merged: MergedGraph, type_name: str, interface: str, field: str, findings: Findings
) -> None:
    definitions = merged.merging.definitions
    declaring = [d for d in definitions[interface] if field in d.fields]
    implementing = [d for d in definitions[type_name] if interface in d.interfaces]
    findings.error(
        "INTERFACE_FIELD_NO_IMPLEM",
        f"{type_name} implements {interface} in {names_text(d.subgraph for d in implementing)}, and"
        f" has no field {field}, which {interface} has in"
        f" {names_text(d.subgraph for d in declaring)}.",
        [*(d.fields[field].place() for d in declaring), *(d.place() for d in implementing)],
        coordinate=f"{type_name}.{field}",
        suggestion=f"Add {field} to {type_name} in one of the subgraphs.",
    )


def check_interface_entities(merged: MergedGraph, findings: Findings) -> None:
    """A subgraph that resolves an interface by its key must know every implementation."""
    for name, same in merged.merging.definitions.items():
        for definition in same:
            if definition.kind == "interface" and _has_resolvable_key(definition):
                for missing in _missing_implementations(merged, definition):
                    findings.error(
                        "INTERFACE_KEY_MISSING_IMPLEMENTATION_TYPE",
                        f'Subgraph "{definition.subgraph}" resolves {name} by a key, and does not'
                        f" know its implementation {missing}.",
                        [
                            definition.place(),
                            *(d.place() for d in merged.merging.definitions[missing]),
                        ],
                        coordinate=name,
                        suggestion=f"Define {missing} there, implementing {name}, or make the key"
                        " `resolvable: false`.",
                    )


def _has_resolvable_key(definition: TypeDefinition) -> bool:
    return any(is_resolvable(key) for key in definition.applied("key"))


def _missing_implementations(merged: MergedGraph, definition: TypeDefinition) -> Iterator[str]:
    schema = merged.merging.facts(definition.subgraph).schema
    known = schema.implementations.get(definition.name, ())
    for name, interfaces in merged.merging.interfaces.items():
        is_object = merged.merging.kinds[name] == "object"
        if is_object and definition.name in interfaces and name not in known:
            yield name
