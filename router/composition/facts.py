"""What the federation directives of one subgraph say, worked out once for rules and merging."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from graphql import (
    ConstValueNode,
    EnumValueNode,
    ListValueNode,
    StringValueNode,
    TypeDefinitionNode,
)

from router.composition.field_sets import COMPOSITE, FieldSet, Problem, Selected, read_field_set
from router.composition.subgraph_schema import (
    Directive,
    FieldDefinition,
    SubgraphSchema,
    TypeDefinition,
)

Role = Literal["key", "requires", "provides"]


@dataclass(frozen=True, slots=True)
class AppliedFieldSet:
    """One `@key`, `@requires` or `@provides`, with its field set resolved.

    `holder` is what it stands on, `target` the type that its fields are selected from; `text` is
    None where the argument is no string.
    """

    role: Role
    holder: TypeDefinition | FieldDefinition
    directive: Directive
    target: str
    text: str | None
    field_set: FieldSet


@dataclass(frozen=True, slots=True)
class SubgraphFacts:
    """The facts of one subgraph; fields are named by their coordinates.

    `external` fields are not resolved here, except where they are provided; `key_fields` are those
    in any key, `used` those in any field set or demanded by an interface.
    """

    schema: SubgraphSchema
    field_sets: tuple[AppliedFieldSet, ...]
    external: frozenset[str]
    key_fields: frozenset[str]
    provided: frozenset[str]
    used: frozenset[str]

    @property
    def name(self) -> str:
        return self.schema.name

    def with_role(self, role: Role) -> Iterator[AppliedFieldSet]:
        """Yield the field sets of one directive."""
        return (applied for applied in self.field_sets if applied.role == role)

    def is_external(self, field: FieldDefinition) -> bool:
        """Tell whether the field is not resolved by this subgraph."""
        return field.coordinate in self.external

    def is_shareable(self, field: FieldDefinition) -> bool:
        """Tell whether the subgraph lets others resolve the field too."""
        if field.coordinate in self.key_fields or self.is_marked_shareable(field):
            return True
        return self.schema.is_federation_1 and self._was_shared(field)

    def is_marked_shareable(self, field: FieldDefinition) -> bool:
        """Tell whether the field, or the part of the type that declares it, has @shareable."""
        return field.has("shareable") or _on_declaration(self.schema, field, "shareable")

    def _was_shared(self, field: FieldDefinition) -> bool:
        """Federation 1 let value types be the same everywhere, and entities' fields clash."""
        definition = self.schema.types[field.parent]
        in_definition = isinstance(field.declaration, TypeDefinitionNode)
        return definition.has("key") or in_definition or not definition.has_definition


def read_facts(schema: SubgraphSchema) -> SubgraphFacts:
    """Work out the facts of a subgraph."""
    applied = tuple(_applied_field_sets(schema))
    by_role = {
        role: _selected(schema, (one for one in applied if one.role == role))
        for role in ("key", "requires", "provides")
    }
    extension_keys = _selected(schema, (one for one in applied if _is_key_of_extension(one)))
    return SubgraphFacts(
        schema,
        applied,
        frozenset(_external(schema) - extension_keys),
        by_role["key"],
        by_role["provides"],
        frozenset().union(*by_role.values(), _demanded_by_interfaces(schema)),
    )


def _applied_field_sets(schema: SubgraphSchema) -> Iterator[AppliedFieldSet]:
    for definition in schema.types.values():
        for directive in definition.applied("key"):
            yield _read(schema, "key", definition, directive, definition.name)
        for field in definition.fields.values():
            for directive in field.applied("requires"):
                yield _read(schema, "requires", field, directive, definition.name)
            for directive in field.applied("provides"):
                yield _read(schema, "provides", field, directive, field.type.name)


def _read(
    schema: SubgraphSchema,
    role: Role,
    holder: TypeDefinition | FieldDefinition,
    directive: Directive,
    target: str,
) -> AppliedFieldSet:
    text = fields_text(directive.arguments.get("fields"), is_lenient=schema.is_federation_1)
    definition = schema.types.get(target)
    if text is None:
        field_set = FieldSet((), (Problem("INVALID_FIELDS_TYPE", "`fields` must be a string"),))
    elif definition is None or definition.kind not in COMPOSITE:
        field_set = FieldSet(())
    else:
        field_set = read_field_set(schema, target, text)
    return AppliedFieldSet(role, holder, directive, target, text, field_set)


def fields_text(node: ConstValueNode | None, *, is_lenient: bool) -> str | None:
    """Return a `fields` argument; federation 1 took a list of strings, and names unquoted."""
    if isinstance(node, StringValueNode):
        return node.value
    if not is_lenient:
        return None
    if isinstance(node, EnumValueNode):
        return node.value
    if isinstance(node, ListValueNode):
        parts = [fields_text(item, is_lenient=True) for item in node.values]
        return None if None in parts else " ".join(part for part in parts if part)
    return None


def _coordinates(schema: SubgraphSchema, fields: Iterable[FieldDefinition]) -> Iterator[str]:
    """A field selected on an interface is that field of each implementation."""
    for field in fields:
        yield field.coordinate
        for implementation in schema.implementations.get(field.parent, ()):
            yield f"{implementation}.{field.name}"


def _selected(schema: SubgraphSchema, applied: Iterable[AppliedFieldSet]) -> frozenset[str]:
    return frozenset(
        coordinate for one in applied for coordinate in _coordinates(schema, one.field_set.fields())
    )


def _is_key_of_extension(applied: AppliedFieldSet) -> bool:
    """Key fields of extensions are marked @external by habit of federation 1, and not meant so."""
    holder = applied.holder
    return applied.role == "key" and isinstance(holder, TypeDefinition) and holder.is_extension


def _external(schema: SubgraphSchema) -> frozenset[str]:
    return frozenset(
        field.coordinate
        for definition in schema.types.values()
        if definition.kind == "object"
        for field in definition.fields.values()
        if field.has("external") or definition.has("external")
    )


def _on_declaration(schema: SubgraphSchema, field: FieldDefinition, name: str) -> bool:
    """Tell whether the part of the type that declares the field carries the directive."""
    return any(
        directive.declaration is field.declaration
        for directive in schema.types[field.parent].applied(name)
    )


def _demanded_by_interfaces(schema: SubgraphSchema) -> frozenset[str]:
    return frozenset(
        f"{definition.name}.{name}"
        for definition in schema.types.values()
        if definition.kind == "object"
        for interface in definition.interfaces
        if interface in schema.types
        for name in schema.types[interface].fields
        if name in definition.fields
    )


def leaves(selections: tuple[Selected, ...]) -> Iterator[tuple[Selected, tuple[Selected, ...]]]:
    """Yield each selected leaf with the selections above it, outermost first."""
    yield from _leaves(selections, ())


def _leaves(
    selections: tuple[Selected, ...], above: tuple[Selected, ...]
) -> Iterator[tuple[Selected, tuple[Selected, ...]]]:
    for selected in selections:
        if selected.selections:
            yield from _leaves(selected.selections, (*above, selected))
        else:
            yield selected, above


Facts = Mapping[str, SubgraphFacts]
"""The facts of every subgraph, by its name."""
