"""Interfaces ask for what their implementations ask for, since any of them may be returned.

Source: "Authorization" in the documentation of federated schemas, on interfaces.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from graphql import ConstDirectiveNode

from router.composition.merge.requirements import NOTHING, RequirementReader, Requirements, all_of
from router.supergraph.model import Field, InterfaceType, NamedType, ObjectType, Supergraph


def guard_interfaces(draft: Supergraph) -> Supergraph:
    """Put requirements on implementations as interface objects ask, and on interfaces as those do.

    What stands on an interface's field so far was said by an interface object, which resolves the
    field for every implementation.
    """
    reader = RequirementReader.of(draft.links)
    if not reader.names:
        return draft
    types: dict[str, NamedType] = {
        name: _guarded_object(named, draft.types, reader)
        if isinstance(named, ObjectType)
        else named
        for name, named in draft.types.items()
    }
    implementations: dict[str, list[ObjectType]] = {}
    for named in types.values():
        if isinstance(named, ObjectType):
            for interface in named.interfaces:
                implementations.setdefault(interface, []).append(named)
    for name, named in draft.types.items():
        if isinstance(named, InterfaceType):
            types[name] = _guarded(named, implementations.get(name, []), reader)
    return replace(draft, types=types)


def _guarded_object(
    named: ObjectType, types: Mapping[str, NamedType], reader: RequirementReader
) -> ObjectType:
    interfaces = [types.get(name) for name in named.interfaces]
    fields = dict(named.fields)
    for interface in interfaces:
        promised = interface.fields if isinstance(interface, InterfaceType) else {}
        for name in promised.keys() & fields.keys():
            asked = reader.read(promised[name].directives)
            if asked != NOTHING:
                own = reader.read(fields[name].directives) & asked
                directives = (*_others(fields[name], reader), *reader.write(own))
                fields[name] = replace(fields[name], directives=directives)
    return named if fields == named.fields else replace(named, fields=fields)


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


def _others(
    element: Field | InterfaceType, reader: RequirementReader
) -> tuple[ConstDirectiveNode, ...]:
    names = set(reader.names.values())
    return tuple(node for node in element.directives if node.name.value not in names)
