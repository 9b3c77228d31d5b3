"""A federation 1 schema → the federation 2 schema that means the same.

Federation 1 took much that says nothing; it is dropped here rather than refused: directives on
interfaces, external fields that nothing uses, and required or provided fields that the subgraph
resolves itself.
Source: "Backward compatibility" in the documentation on moving to federation 2.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from graphql import StringValueNode, print_ast

from router.composition.diagnostics import Findings
from router.composition.facts import SubgraphFacts, fields_text, leaves, read_facts
from router.composition.field_sets import COMPOSITE, Selected, read_field_set
from router.composition.reading.read import implementations
from router.composition.subgraph_schema import (
    Directive,
    FieldDefinition,
    SubgraphSchema,
    TypeDefinition,
)

MEANINGLESS_ON_INTERFACES = frozenset({"key", "external", "requires", "provides"})

EXTERNAL = frozenset({"external"})


def upgrade(
    schema: SubgraphSchema, findings: Findings, all_schemas: Iterable[SubgraphSchema] = ()
) -> SubgraphSchema:
    """Drop what says nothing; a federation 2 schema stays as it is."""
    if not schema.is_federation_1:
        return schema
    others = [other for other in all_schemas if other is not schema]
    schema = _with_types(
        schema, {n: _with_keys_of_others(d, others) for n, d in schema.types.items()}
    )
    schema = _with_types(schema, {n: _cleaned(schema, d) for n, d in schema.types.items()})
    schema = _without_inactive_field_sets(read_facts(schema))
    return _without_unused_externals(read_facts(schema), findings)


def _with_types(schema: SubgraphSchema, types: Mapping[str, TypeDefinition]) -> SubgraphSchema:
    return replace(schema, types=types, implementations=implementations(types))


def _with_keys_of_others(
    definition: TypeDefinition, others: Iterable[SubgraphSchema]
) -> TypeDefinition:
    """An extension without a key names, as external, key fields of its owner: it gives them."""
    if definition.kind != "object" or not definition.is_extension or definition.has("key"):
        return definition
    keys = {field for other in others for field in _key_fields(other, definition.name)}
    fields = {
        name: replace(field, directives=tuple(_without(field.directives, EXTERNAL)))
        if name in keys
        else field
        for name, field in definition.fields.items()
    }
    return replace(definition, fields=fields)


def _key_fields(schema: SubgraphSchema, name: str) -> Iterator[str]:
    """Name the fields of a type's keys in another subgraph."""
    owner = schema.types.get(name)
    for key in owner.applied("key") if owner else ():
        text = fields_text(key.arguments.get("fields"), is_lenient=schema.is_federation_1)
        for selected in read_field_set(schema, name, text or "").selections:
            yield selected.field.name


def _cleaned(schema: SubgraphSchema, definition: TypeDefinition) -> TypeDefinition:
    if definition.kind == "interface":
        fields = {
            name: replace(
                field, directives=tuple(_without(field.directives, MEANINGLESS_ON_INTERFACES))
            )
            for name, field in definition.fields.items()
        }
        directives = tuple(_without(definition.directives, MEANINGLESS_ON_INTERFACES))
        return replace(definition, directives=directives, fields=fields)
    if definition.kind == "object":
        fields = {
            name: replace(field, directives=tuple(_cleaned_field(schema, field)))
            for name, field in definition.fields.items()
        }
        directives = tuple(_without(definition.directives, EXTERNAL))
        return replace(definition, directives=directives, fields=fields)
    return definition


def _without(directives: tuple[Directive, ...], names: frozenset[str]) -> Iterator[Directive]:
    return (d for d in directives if not (d.is_federation and d.name in names))


def _cleaned_field(schema: SubgraphSchema, field: FieldDefinition) -> Iterator[Directive]:
    returned = schema.types.get(field.type.name)
    is_composite = returned is not None and returned.kind in COMPOSITE
    dropped = {"tag"} if field.has("external") else set()
    if not is_composite:
        dropped.add("provides")
    return _without(field.directives, frozenset(dropped))


def _without_inactive_field_sets(facts: SubgraphFacts) -> SubgraphSchema:
    """Keep of @requires and @provides what the subgraph does not resolve itself."""
    changed: dict[str, list[tuple[Directive, Directive | None]]] = {}
    for applied in facts.field_sets:
        text = applied.text
        if text is None or applied.field_set.problems:
            continue
        if applied.role != "key" and not _is_all_external(facts, applied.field_set.selections):
            text = _active_text(facts, applied.field_set.selections)
        changed.setdefault(applied.holder.coordinate, []).append(
            (applied.directive, _with_fields(applied.directive, text))
        )
    return _with_changed_directives(facts.schema, changed)


def _is_all_external(facts: SubgraphFacts, selections: tuple[Selected, ...]) -> bool:
    return bool(selections) and all(
        any(_is_external(facts, one) for one in (selected, *above))
        for selected, above in leaves(selections)
    )


def _active_text(facts: SubgraphFacts, selections: tuple[Selected, ...]) -> str:
    parts = []
    for selected in selections:
        if _is_external(facts, selected):
            parts.append(print_ast(selected.node))
        elif inner := _active_text(facts, selected.selections):
            parts.append(f"{selected.field.name} {{ {inner} }}")
    return " ".join(parts)


def _is_external(facts: SubgraphFacts, selected: Selected) -> bool:
    names = (selected.parent.name, *facts.schema.implementations.get(selected.parent.name, ()))
    return any(f"{name}.{selected.field.name}" in facts.external for name in names)


def _with_fields(directive: Directive, text: str) -> Directive | None:
    if not text:
        return None
    arguments = {**directive.arguments, "fields": StringValueNode(value=text)}
    return replace(directive, arguments=arguments)


def _with_changed_directives(
    schema: SubgraphSchema,
    changed: Mapping[str, list[tuple[Directive, Directive | None]]],
) -> SubgraphSchema:
    def directives(coordinate: str, own: tuple[Directive, ...]) -> tuple[Directive, ...]:
        pairs = changed.get(coordinate, [])
        new = {id(old): replacement for old, replacement in pairs}
        kept = [new.get(id(directive), directive) for directive in own]
        return tuple(directive for directive in kept if directive is not None)

    types = {
        name: replace(
            definition,
            directives=directives(name, definition.directives),
            fields={
                field.name: replace(
                    field, directives=directives(field.coordinate, field.directives)
                )
                for field in definition.fields.values()
            },
        )
        for name, definition in schema.types.items()
    }
    return _with_types(schema, types)


def _without_unused_externals(facts: SubgraphFacts, findings: Findings) -> SubgraphSchema:
    types = {}
    for name, definition in facts.schema.types.items():
        if definition.kind != "object":
            types[name] = definition
            continue
        fields = {
            field.name: field
            for field in definition.fields.values()
            if not facts.is_external(field) or field.coordinate in facts.used
        }
        if fields or not definition.fields:
            types[name] = replace(definition, fields=fields)
        elif definition.has("key") or name in _referenced(facts.schema):
            _report_empty(definition, findings)
    return _with_types(facts.schema, types)


def _referenced(schema: SubgraphSchema) -> set[str]:
    """Name the types that the subgraph's fields return and its unions hold."""
    returned = {f.type.name for d in schema.types.values() for f in d.fields.values()}
    return returned.union(*(definition.members for definition in schema.types.values()))


def _report_empty(definition: TypeDefinition, findings: Findings) -> None:
    findings.error(
        "TYPE_WITH_ONLY_UNUSED_EXTERNAL",
        f"[{definition.subgraph}] All fields of {definition.name} are @external and unused, so"
        " nothing of it is resolved here.",
        [definition.place()],
        coordinate=definition.name,
        suggestion=f"Remove @external from the fields of {definition.name}.",
    )
