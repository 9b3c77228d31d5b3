"""Object and interface types: every field of every subgraph, and who has which."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from graphql import BooleanValueNode

from router.composition.facts import fields_text
from router.composition.merge.applied_directives import AppliedDirectives
from router.composition.merge.descriptions import merge_description
from router.composition.merge.fields import merge_field
from router.composition.merge.merging import Merging, names_text
from router.composition.subgraph_schema import Directive, FieldDefinition, TypeDefinition
from router.supergraph.model import (
    Field,
    InterfaceType,
    JoinField,
    JoinImplements,
    JoinType,
    ObjectType,
)

ROOT_OF_QUERIES = "Query"


def merge_object(merging: Merging, applied: AppliedDirectives, name: str) -> ObjectType:
    """Merge an object type."""
    same = merging.definitions[name]
    _hint_entity(merging, same)
    joins = tuple(_join_types(merging, same))
    if name == ROOT_OF_QUERIES:
        joins = tuple(JoinType(graph) for graph in merging.graph_ids.values())
    return ObjectType(
        name=name,
        fields=_fields(merging, applied, same, joins, is_object=True),
        interfaces=merging.interfaces[name],
        description=merge_description(merging, same),
        directives=applied.merge(same),
        joins=joins,
        implements=tuple(_join_implements(merging, same)),
    )


def merge_interface(merging: Merging, applied: AppliedDirectives, name: str) -> InterfaceType:
    """Merge an interface type with the interface objects that stand for it."""
    same = merging.definitions[name]
    joins = tuple(_join_types(merging, same))
    return InterfaceType(
        name=name,
        fields=_fields(merging, applied, same, joins, is_object=False),
        interfaces=merging.interfaces[name],
        description=merge_description(merging, same),
        directives=applied.merge(same),
        joins=joins,
        implements=tuple(_join_implements(merging, same)),
    )


def _fields(
    merging: Merging,
    applied: AppliedDirectives,
    same: Sequence[TypeDefinition],
    joins: Sequence[JoinType],
    *,
    is_object: bool,
) -> dict[str, Field]:
    graphs = {join.graph for join in joins}
    merged: dict[str, Field] = {}
    for name in dict.fromkeys(name for definition in same for name in definition.fields):
        fields = [d.fields[name] for d in same if name in d.fields]
        _hint_missing(merging, same, fields)
        field = merge_field(merging, applied, fields, graphs, is_object=is_object)
        if field is not None:
            merged[name] = field
    return merged


def _join_types(merging: Merging, same: Sequence[TypeDefinition]) -> Iterator[JoinType]:
    for definition in same:
        schema = merging.facts(definition.subgraph).schema
        graph = merging.graph(definition)
        is_old = schema.is_federation_1
        extension = definition.has("extends") if is_old else definition.is_extension
        keys = list(definition.applied("key"))
        for key in keys:
            yield JoinType(
                graph,
                key=fields_text(key.arguments.get("fields"), is_lenient=schema.is_federation_1),
                extension=extension,
                resolvable=is_resolvable(key),
                is_interface_object=definition.is_interface_object,
            )
        if not keys:
            yield JoinType(graph, is_interface_object=definition.is_interface_object)


def is_resolvable(key: Directive) -> bool:
    """Tell whether the subgraph answers representations with this key."""
    value = key.arguments.get("resolvable")
    return not isinstance(value, BooleanValueNode) or value.value


def _join_implements(merging: Merging, same: Sequence[TypeDefinition]) -> Iterator[JoinImplements]:
    for definition in same:
        for interface in definition.interfaces:
            yield JoinImplements(merging.graph(definition), interface)


def add_interface_object_fields(
    merging: Merging, named: ObjectType, interfaces: dict[str, InterfaceType]
) -> ObjectType:
    """Give an object type the fields that interface objects resolve for it."""
    added: dict[str, Field] = {}
    for interface in named.interfaces:
        for definition in merging.definitions.get(interface, ()):
            if not definition.is_interface_object:
                continue
            for field in definition.fields.values():
                merged = interfaces[interface].fields.get(field.name)
                is_new = field.name not in named.fields and field.name not in added
                if merged is not None and is_new and not merging.is_external(field):
                    added[field.name] = Field(
                        name=merged.name,
                        type=merged.type,
                        arguments=merged.arguments,
                        description=merged.description,
                        directives=merged.directives,
                        joins=(JoinField(),),
                    )
    if not added:
        return named
    return ObjectType(
        name=named.name,
        fields={**named.fields, **added},
        interfaces=named.interfaces,
        description=named.description,
        directives=named.directives,
        joins=named.joins,
        implements=named.implements,
    )


def _hint_entity(merging: Merging, same: Sequence[TypeDefinition]) -> None:
    without = [definition for definition in same if not definition.has("key")]
    if without and len(without) < len(same):
        merging.findings.hint(
            "INCONSISTENT_ENTITY",
            f"{same[0].name} is an entity in some subgraphs and has no @key in"
            f" {names_text(d.subgraph for d in without)}.",
            [definition.place() for definition in same],
            coordinate=same[0].name,
        )


def _hint_missing(
    merging: Merging, same: Sequence[TypeDefinition], fields: Sequence[FieldDefinition]
) -> None:
    """A value type is usually the same everywhere; a field in some subgraphs only may surprise."""
    if len(fields) == len(same) or any(definition.has("key") for definition in same):
        return
    if same[0].name in {"Query", "Mutation", "Subscription"}:
        return
    lacking = [d for d in same if _is_surprising(merging, d, fields[0].name)]
    if not lacking or any(d.is_interface_object and fields[0].name in d.fields for d in same):
        return
    is_interface = merging.kinds[same[0].name] == "interface"
    merging.findings.hint(
        "INCONSISTENT_INTERFACE_VALUE_TYPE_FIELD"
        if is_interface
        else "INCONSISTENT_OBJECT_VALUE_TYPE_FIELD",
        f"{fields[0].coordinate} is missing in {names_text(d.subgraph for d in lacking)}, where"
        f" {same[0].name} is defined too.",
        [*(field.place() for field in fields), *(d.place() for d in lacking)],
        coordinate=same[0].name,
    )


def _is_surprising(merging: Merging, definition: TypeDefinition, name: str) -> bool:
    """A type of fields that others resolve names only those that it needs."""
    return name not in definition.fields and not all(
        merging.is_external(field) for field in definition.fields.values()
    )
