"""Input object types: the fields that every subgraph has, for all of them receive the object."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from router.composition.merge.applied_directives import AppliedDirectives
from router.composition.merge.arguments import INPUT_FIELD, is_required, merge_input_value
from router.composition.merge.descriptions import merge_description
from router.composition.merge.merging import Merging, names_text
from router.composition.subgraph_schema import InputDefinition, TypeDefinition
from router.supergraph.model import InputObjectType, InputValue, JoinField, JoinType


def merge_input_object(merging: Merging, applied: AppliedDirectives, name: str) -> InputObjectType:
    """Merge an input object type."""
    same = merging.definitions[name]
    fields: dict[str, InputValue] = {}
    was_empty = True
    for field_name in dict.fromkeys(field for d in same for field in d.inputs):
        was_empty = False
        having = [d.inputs[field_name] for d in same if field_name in d.inputs]
        if len(having) < len(same):
            _report_missing(merging, same, having)
            continue
        value = merge_input_value(merging, applied, having, INPUT_FIELD)
        if value is not None:
            fields[field_name] = replace(value, joins=_joins(merging, having, value))
    if not fields and not was_empty:
        merging.findings.error(
            "EMPTY_MERGED_INPUT_TYPE",
            f"No field of {name} is in every subgraph that defines it, so none could be sent.",
            [definition.place() for definition in same],
            coordinate=name,
        )
    return InputObjectType(
        name=name,
        fields=fields,
        description=merge_description(merging, same),
        directives=applied.merge(same),
        joins=tuple(JoinType(merging.graph(definition)) for definition in same),
    )


def _joins(
    merging: Merging, having: Sequence[InputDefinition], merged: InputValue
) -> tuple[JoinField, ...]:
    if all(value.type == merged.type for value in having):
        return ()
    return tuple(JoinField(merging.graph(value), type=value.type) for value in having)


def _report_missing(
    merging: Merging, same: Sequence[TypeDefinition], having: Sequence[InputDefinition]
) -> None:
    field = having[0]
    lacking = [definition for definition in same if field.name not in definition.inputs]
    where = f"it is missing in {names_text(d.subgraph for d in lacking)}"
    places = [*(value.place() for value in having), *(d.place() for d in lacking)]
    requiring = [value for value in having if is_required(value)]
    if requiring:
        merging.findings.error(
            "REQUIRED_INPUT_FIELD_MISSING_IN_SOME_SUBGRAPH",
            f"{field.coordinate} is required in {names_text(v.subgraph for v in requiring)}, and"
            f" {where}.",
            places,
            coordinate=field.coordinate,
            suggestion="Add the field where it is missing, or make it optional.",
        )
    else:
        merging.findings.hint(
            "INCONSISTENT_INPUT_OBJECT_FIELD",
            f"{field.coordinate} is left out of the supergraph: {where}.",
            places,
            coordinate=field.coordinate,
        )
