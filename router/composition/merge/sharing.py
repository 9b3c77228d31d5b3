"""A field that several subgraphs resolve must be shareable in all of them ("@shareable")."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from router.composition.merge.merging import Merging, names_text
from router.composition.merge.overrides import Overrides
from router.composition.subgraph_schema import FieldDefinition


def check_sharing(
    merging: Merging, fields: Sequence[FieldDefinition], overrides: Overrides
) -> None:
    """Report a field of an object type that is resolved more than once without consent."""
    resolving = [*_resolving(merging, fields, overrides), *through_interfaces(merging, fields[0])]
    if len(resolving) < 2:
        return
    unshared = [field for field in resolving if not _is_shareable(merging, field)]
    if not unshared:
        return
    first = fields[0]
    merging.findings.error(
        "INVALID_FIELD_SHARING",
        f"{first.coordinate} is resolved by {names_text(f.subgraph for f in resolving)}, and is"
        f" not @shareable in {names_text(f.subgraph for f in unshared)}.",
        [field.place() for field in resolving],
        coordinate=first.coordinate,
        suggestion=f"Mark {first.coordinate} as @shareable in"
        f" {names_text(f.subgraph for f in unshared)}, or as @external where it is only used.",
    )


def _resolving(
    merging: Merging, fields: Sequence[FieldDefinition], overrides: Overrides
) -> Iterator[FieldDefinition]:
    for field in fields:
        gives_way = field.subgraph in overrides.gone or overrides.label(field.subgraph)
        is_provided = field.coordinate in merging.facts(field.subgraph).provided
        if not gives_way and (is_provided or not merging.is_external(field)):
            yield field


def _is_shareable(merging: Merging, field: FieldDefinition) -> bool:
    """A subgraph that provides a field here and there does not claim it for itself."""
    return merging.is_external(field) or merging.facts(field.subgraph).is_shareable(field)


def through_interfaces(merging: Merging, field: FieldDefinition) -> Iterator[FieldDefinition]:
    """Yield the fields of interface objects, which resolve them for every implementation."""
    for interface in merging.interfaces.get(field.parent, ()):
        for definition in merging.definitions.get(interface, ()):
            own = definition.fields.get(field.name)
            is_entity = definition.is_interface_object and definition.has("key")
            if own is None or own.has("override"):
                continue
            if is_entity and not merging.is_external(own):
                yield own
