"""Interfaces ask for what their implementations ask for, since any of them may be returned.

Source: "Authorization" in the documentation of federated schemas, on interfaces.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from router.composition.merge.requirements import NOTHING, RequirementReader, Requirements, all_of
from router.supergraph.model import Field, InterfaceType, NamedType, ObjectType, Supergraph


def guard_interfaces(draft: Supergraph) -> Supergraph:
    """Put on each interface, and its fields, the requirements of its implementations."""
    reader = RequirementReader.of(draft.links)
    if not reader.names:
        return draft
    implementations: dict[str, list[ObjectType]] = {}
    for named in draft.types.values():
        if isinstance(named, ObjectType):
            for interface in named.interfaces:
                implementations.setdefault(interface, []).append(named)
    types: Mapping[str, NamedType] = {
        name: _guarded(named, implementations.get(name, []), reader)
        if isinstance(named, InterfaceType)
        else named
        for name, named in draft.types.items()
    }
    return replace(draft, types=types)


def _guarded(
    interface: InterfaceType, implementations: list[ObjectType], reader: RequirementReader
) -> InterfaceType:
    fields = {
        name: _guarded_field(field, implementations, reader)
        for name, field in interface.fields.items()
    }
    own = all_of(reader.read(one.directives) for one in implementations)
    directives = interface.directives
    if own != NOTHING:
        directives = (*_others(interface, reader), *reader.write(own))
    return replace(interface, directives=directives, fields=fields)


def _guarded_field(
    field: Field, implementations: list[ObjectType], reader: RequirementReader
) -> Field:
    own: Requirements = all_of(
        reader.read(one.fields[field.name].directives)
        for one in implementations
        if field.name in one.fields
    )
    if own == NOTHING:
        return field
    return replace(field, directives=(*_others(field, reader), *reader.write(own)))


def _others(element: Field | InterfaceType, reader: RequirementReader) -> tuple:  # type: ignore[type-arg]
    names = set(reader.names.values())
    return tuple(node for node in element.directives if node.name.value not in names)
