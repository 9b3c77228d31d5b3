"""What a subgraph says of a field that another resolves must be what that other says of it."""

from __future__ import annotations

from collections.abc import Sequence

from router.composition.merge.arguments import default_text
from router.composition.merge.merging import Merging, names_text
from router.composition.merge.sharing import through_interfaces
from router.composition.subgraph_schema import FieldDefinition
from router.supergraph.model import Field

MERGED_DIRECTIVES = frozenset(
    {"tag", "inaccessible", "authenticated", "requiresScopes", "policy", "cost", "listSize"}
)


def check_not_all_external(merging: Merging, fields: Sequence[FieldDefinition]) -> bool:
    """Tell whether some subgraph resolves the field, and report where none does."""
    if any(not merging.is_external(field) for field in fields):
        return True
    if any(True for _ in through_interfaces(merging, fields[0])):
        return True
    coordinate = fields[0].coordinate
    merging.findings.error(
        "EXTERNAL_MISSING_ON_BASE",
        f"{coordinate} is @external in every subgraph that has it"
        f" ({names_text(field.subgraph for field in fields)}), so none resolves it.",
        [field.place() for field in fields],
        coordinate=coordinate,
        suggestion=f"Add {coordinate} to the subgraph that resolves it, without @external.",
    )
    return False


def check_external_fields(
    merging: Merging,
    merged: Field,
    external: Sequence[FieldDefinition],
    resolved: Sequence[FieldDefinition],
) -> None:
    """Compare each external declaration of a field with those that are resolved, and the merged."""
    base = resolved[0]
    types = {merged.type, *(field.type for field in resolved)}
    for field in external:
        if field.type not in types:
            _report(
                merging,
                "EXTERNAL_TYPE_MISMATCH",
                field,
                base,
                f"has type {field.type} where it is @external and {merged.type} where it is"
                " resolved",
            )
        _check_arguments(merging, merged, field, base)
        _check_directives(merging, field)


def _check_arguments(
    merging: Merging, merged: Field, field: FieldDefinition, base: FieldDefinition
) -> None:
    for name, argument in merged.arguments.items():
        own = field.arguments.get(name)
        if own is None:
            _report(
                merging,
                "EXTERNAL_ARGUMENT_MISSING",
                field,
                base,
                f'has the argument "{name}" where it is resolved and not where it is @external',
            )
        elif not merging.is_subtype(argument.type, own.type):
            _report(
                merging,
                "EXTERNAL_ARGUMENT_TYPE_MISMATCH",
                field,
                base,
                f'has an argument "{name}" of type {own.type} where it is @external and'
                f" {argument.type} where it is resolved",
            )
        elif default_text(own.default) != default_text(argument.default):
            _report(
                merging,
                "EXTERNAL_ARGUMENT_DEFAULT_MISMATCH",
                field,
                base,
                f'has another default of "{name}" where it is @external than where it is resolved',
            )


def _check_directives(merging: Merging, field: FieldDefinition) -> None:
    """What is merged into the supergraph is said where the field is resolved."""
    for directive in field.directives:
        is_merged = directive.is_federation and directive.name in MERGED_DIRECTIVES
        if is_merged or (not directive.is_federation and directive.name == "deprecated"):
            merging.findings.error(
                "MERGED_DIRECTIVE_APPLICATION_ON_EXTERNAL",
                f"[{field.subgraph}] {field.coordinate} is @external, so @{directive.name} has no"
                " effect on it here.",
                [field.place(directive.node)],
                coordinate=field.coordinate,
                suggestion=f"Move @{directive.name} to the subgraph that resolves the field.",
            )


def _report(
    merging: Merging, code: str, field: FieldDefinition, base: FieldDefinition, reason: str
) -> None:
    merging.findings.error(
        code,
        f'{field.coordinate} {reason} (subgraphs "{field.subgraph}" and "{base.subgraph}").',
        [field.place(), base.place()],
        coordinate=field.coordinate,
        suggestion=f'Copy the definition from subgraph "{base.subgraph}".',
    )
