"""Enum types: values of any subgraph where clients only read them, of all where they send them.

A value that a subgraph does not know may be answered by another, but not be sent to the one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from router.composition.merge.applied_directives import AppliedDirectives
from router.composition.merge.descriptions import merge_description
from router.composition.merge.merging import Merging, names_text
from router.composition.subgraph_schema import EnumValueDefinition, TypeDefinition
from router.supergraph.model import EnumType, EnumValue, JoinType


@dataclass(frozen=True, slots=True)
class EnumUse:
    """Where the supergraph uses an enum: coordinates of an input and of an output position."""

    as_input: str | None = None
    as_output: str | None = None


def merge_enum(
    merging: Merging, applied: AppliedDirectives, name: str, uses: Mapping[str, EnumUse]
) -> EnumType:
    """Merge an enum."""
    same = merging.definitions[name]
    use = uses.get(name, EnumUse())
    if use == EnumUse():
        merging.findings.hint(
            "UNUSED_ENUM_TYPE",
            f"{name} is used nowhere; all its values are kept.",
            [definition.place() for definition in same],
            coordinate=name,
        )
    values: dict[str, EnumValue] = {}
    for value in dict.fromkeys(value for definition in same for value in definition.values):
        having = [d.values[value] for d in same if value in d.values]
        if len(having) == len(same) or _is_kept(merging, same, having, use, applied):
            values[value] = EnumValue(
                name=value,
                description=merge_description(merging, having),
                directives=applied.merge(having),
                graphs=tuple(merging.graph(one) for one in having),
            )
    if not values and all(definition.values for definition in same):
        merging.findings.error(
            "EMPTY_MERGED_ENUM_TYPE",
            f"No value of {name} is in every subgraph that defines it, so none could be sent.",
            [definition.place() for definition in same],
            coordinate=name,
        )
    return EnumType(
        name=name,
        values=values,
        description=merge_description(merging, same),
        directives=applied.merge(same),
        joins=tuple(JoinType(merging.graph(definition)) for definition in same),
    )


def _is_kept(
    merging: Merging,
    same: Sequence[TypeDefinition],
    having: Sequence[EnumValueDefinition],
    use: EnumUse,
    applied: AppliedDirectives,
) -> bool:
    """Decide on a value that some subgraphs lack."""
    value = having[0]
    lacking = [d for d in same if value.name not in d.values]
    where = f"it is missing in {names_text(d.subgraph for d in lacking)}"
    places = [*(one.place() for one in having), *(d.place() for d in lacking)]
    if use.as_input and use.as_output:
        if applied.is_inaccessible(having):
            return True
        merging.findings.error(
            "ENUM_VALUE_MISMATCH",
            f"{value.coordinate} must be in every subgraph, for {same[0].name} is sent"
            f" ({use.as_input}) and answered ({use.as_output}); {where}.",
            places,
            coordinate=value.coordinate,
            suggestion=f"Add {value.name} there, or hide it with @inaccessible.",
        )
        return True
    if use.as_input:
        merging.findings.hint(
            "INCONSISTENT_ENUM_VALUE_FOR_INPUT_ENUM",
            f"{value.coordinate} is left out of the supergraph, for it could not be sent"
            f" everywhere: {where}.",
            places,
            coordinate=value.coordinate,
        )
        return False
    merging.findings.hint(
        "INCONSISTENT_ENUM_VALUE_FOR_OUTPUT_ENUM",
        f"{value.coordinate} is not in every subgraph: {where}.",
        places,
        coordinate=value.coordinate,
    )
    return True
