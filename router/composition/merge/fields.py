"""One field of an object or interface type, out of those of the subgraphs."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from router.composition.contexts import context_uses
from router.composition.facts import fields_text
from router.composition.merge.applied_directives import AppliedDirectives, context_name
from router.composition.merge.arguments import merge_arguments
from router.composition.merge.descriptions import merge_description
from router.composition.merge.external_fields import check_external_fields, check_not_all_external
from router.composition.merge.merging import Merging, grouped
from router.composition.merge.overrides import Overrides, find_overrides
from router.composition.merge.sharing import check_sharing, through_interfaces
from router.composition.merge.types import merge_output_type
from router.composition.subgraph_schema import FieldDefinition
from router.supergraph.model import ContextArgument, Field, GraphId, JoinField
from router.supergraph.type_reference import TypeReference


def merge_field(
    merging: Merging,
    applied: AppliedDirectives,
    fields: Sequence[FieldDefinition],
    graphs: Collection[GraphId],
    *,
    is_object: bool,
) -> Field | None:
    """Merge one field; `graphs` are those that have its type. None where it cannot be merged."""
    if is_object and not check_not_all_external(merging, fields):
        return None
    resolved = [field for field in fields if not merging.is_external(field)] or list(
        through_interfaces(merging, fields[0])
    )
    merged_type = _merge_type(merging, resolved)
    if merged_type is None:
        return None
    overrides = find_overrides(merging, fields) if is_object else Overrides()
    if is_object and not overrides.is_broken:
        check_sharing(merging, fields, overrides)
    merged = Field(
        name=fields[0].name,
        type=merged_type,
        arguments=merge_arguments(merging, applied, resolved),
        description=merge_description(merging, fields),
        directives=applied.merge(resolved),
        joins=_joins(merging, fields, merged_type, overrides, graphs),
    )
    external = [field for field in fields if merging.is_external(field)]
    check_external_fields(merging, merged, external, resolved)
    return merged


def _merge_type(merging: Merging, fields: Sequence[FieldDefinition]) -> TypeReference | None:
    types = [field.type for field in fields]
    merged = merge_output_type(merging, types)
    first = fields[0]
    if merged is None:
        merging.findings.error(
            "FIELD_TYPE_MISMATCH",
            f"{first.coordinate} has types that do not go together: {grouped(fields, types)}.",
            [field.place() for field in fields],
            coordinate=first.coordinate,
        )
    elif any(one != merged for one in types):
        merging.findings.hint(
            "INCONSISTENT_BUT_COMPATIBLE_FIELD_TYPE",
            f"{first.coordinate} has different types: {grouped(fields, types)}; {merged} is used,"
            " which holds all of them.",
            [field.place() for field in fields],
            coordinate=first.coordinate,
        )
    return merged


def _joins(
    merging: Merging,
    fields: Sequence[FieldDefinition],
    merged_type: TypeReference,
    overrides: Overrides,
    graphs: Collection[GraphId],
) -> tuple[JoinField, ...]:
    """Say which subgraphs have the field, unless all that have its type have it alike."""
    has_types = any(field.type != merged_type for field in fields)
    joins = tuple(
        _join(merging, field, overrides, has_types=has_types)
        for field in fields
        if _is_joined(merging, field, overrides)
    )
    is_plain = all(replace(join, override=None) == JoinField(join.graph) for join in joins)
    return () if is_plain and len(joins) == len(graphs) else joins


def _is_joined(merging: Merging, field: FieldDefinition, overrides: Overrides) -> bool:
    if field.subgraph not in overrides.gone:
        return True
    return field.coordinate in merging.facts(field.subgraph).used


def _join(
    merging: Merging, field: FieldDefinition, overrides: Overrides, *, has_types: bool
) -> JoinField:
    graph = merging.graph(field)
    own_type = field.type if has_types else None
    if field.subgraph in overrides.gone:
        return JoinField(graph, type=own_type, used_overridden=True)
    if merging.is_external(field):
        return JoinField(graph, type=own_type, external=True)
    override = _taken_over(field, merging)
    return JoinField(
        graph,
        requires=_field_set(merging, field, "requires"),
        provides=_field_set(merging, field, "provides"),
        type=own_type,
        override=override[0],
        override_label=override[1] or overrides.label(field.subgraph),
        context_arguments=tuple(_context_arguments(merging, field)),
    )


def _taken_over(field: FieldDefinition, merging: Merging) -> tuple[str | None, str | None]:
    directive = field.first("override")
    name = directive.string("from") if directive else None
    if directive is None or name is None:
        return None, None
    source = merging.by_name.get(name)
    if source is None:
        return name, None
    types = source.schema.types
    if field.parent not in types or field.name not in types[field.parent].fields:
        return name, None
    return name, directive.string("label") or None


def _field_set(merging: Merging, field: FieldDefinition, name: str) -> str | None:
    directive = field.first(name)
    if directive is None:
        return None
    is_lenient = merging.facts(field.subgraph).schema.is_federation_1
    return fields_text(directive.arguments.get("fields"), is_lenient=is_lenient)


def _context_arguments(merging: Merging, field: FieldDefinition) -> Iterator[ContextArgument]:
    for use in context_uses(field):
        if use.context is not None:
            yield ContextArgument(
                context=context_name(merging, field.subgraph, use.context),
                name=use.argument.name,
                type=use.argument.type,
                selection=use.selection,
            )
