"""Interfaces ask for what their implementations ask for, since any of them may be returned.

Source: "Authorization" in the documentation of federated schemas, on interfaces.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from graphql import ConstDirectiveNode, print_ast

from router.composition.merge.merging import Merging
from router.composition.merge.requirements import NOTHING, RequirementReader, Requirements, all_of
from router.supergraph.model import Field, InterfaceType, NamedType, ObjectType, Supergraph


def guard_interfaces(draft: Supergraph, merging: Merging) -> Supergraph:
    """Put requirements on implementations as interface objects ask, and on interfaces as those do.

    What stands on an interface's field so far was said by an interface object, which resolves the
    field for every implementation.
    """
    reader = RequirementReader.of(draft.links)
    if not reader.names:
        return draft
    types: dict[str, NamedType] = {
        name: _guarded_object(named, draft.types, reader, merging)
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
            types[name] = _guarded(named, implementations.get(name, []), reader, merging)
    return replace(draft, types=types)


def _guarded_object(
    named: ObjectType,
    types: Mapping[str, NamedType],
    reader: RequirementReader,
    merging: Merging,
) -> ObjectType:
    interfaces = [types.get(name) for name in named.interfaces]
    fields = dict(named.fields)
    for interface in interfaces:
        promised = interface.fields if isinstance(interface, InterfaceType) else {}
        for name in promised.keys() & fields.keys():
            asked = reader.read(promised[name].directives)
            if asked != NOTHING:
                _hint_merged(merging, reader, named, name, [promised[name], fields[name]])
                own = reader.read(fields[name].directives) & asked
                directives = (*_others(fields[name], reader), *reader.write(own))
                fields[name] = replace(fields[name], directives=directives)
    return named if fields == named.fields else replace(named, fields=fields)


def _guarded(
    interface: InterfaceType,
    implementations: list[ObjectType],
    reader: RequirementReader,
    merging: Merging,
) -> InterfaceType:
    fields = {}
    for name, field in interface.fields.items():
        same = [one.fields[name] for one in implementations if name in one.fields]
        _hint_merged(merging, reader, interface, name, [field, *same])
        fields[name] = _guarded_field(field, same, reader)
    _hint_merged(merging, reader, interface, None, implementations)
    own = all_of(reader.read(one.directives) for one in implementations)
    directives = interface.directives
    if own != NOTHING:
        directives = (*_others(interface, reader), *reader.write(own))
    return replace(interface, directives=directives, fields=fields)


def _guarded_field(field: Field, same: Sequence[Field], reader: RequirementReader) -> Field:
    own: Requirements = all_of(reader.read(one.directives) for one in same)
    if own == NOTHING:
        return field
    return replace(field, directives=(*_others(field, reader), *reader.write(own)))


def _hint_merged(
    merging: Merging,
    reader: RequirementReader,
    named: ObjectType | InterfaceType,
    field: str | None,
    elements: Sequence[Field | ObjectType],
) -> None:
    """Say where the scopes or policies of several elements are asked for together."""
    for kind in ("requiresScopes", "policy"):
        name = reader.names.get(kind)
        nodes = [node for one in elements for node in one.directives if node.name.value == name]
        if len({print_ast(node) for node in nodes}) > 1:
            coordinate = f"{named.name}.{field}" if field else named.name
            definitions = merging.definitions[named.name]
            merging.findings.hint(
                "MERGED_NON_REPEATABLE_DIRECTIVE_ARGUMENTS",
                f"{coordinate} asks for all that is asked for by @{name} where it may come from.",
                [
                    definition.fields[field].place() if field else definition.place()
                    for definition in definitions
                    if field is None or field in definition.fields
                ],
                coordinate=coordinate,
            )


def _others(
    element: Field | InterfaceType, reader: RequirementReader
) -> tuple[ConstDirectiveNode, ...]:
    names = set(reader.names.values())
    return tuple(node for node in element.directives if node.name.value not in names)
