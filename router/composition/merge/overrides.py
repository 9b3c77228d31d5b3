"""`@override`: which subgraph's field gives way to which (federation directives, "@override")."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from graphql.pyutils import suggestion_list

from router.composition.merge.merging import Merging
from router.composition.subgraph_schema import Directive, FieldDefinition

COLLIDING_IN_SOURCE = ("requires", "provides")
CAN_GO = "OVERRIDE_DIRECTIVE_CAN_BE_REMOVED"


@dataclass(frozen=True, slots=True)
class Overrides:
    """`gone` are the subgraphs that lost a field, `labels` those that lose it by a label.

    `is_broken` tells that an @override is wrong, so that who resolves the field is not known.
    """

    gone: frozenset[str] = frozenset()
    is_broken: bool = False
    labels: Mapping[str, str] | None = None

    def label(self, subgraph: str) -> str | None:
        """Return the label under which the subgraph's field gives way."""
        return (self.labels or {}).get(subgraph)


NO_OVERRIDES = Overrides()


def find_overrides(merging: Merging, fields: Sequence[FieldDefinition]) -> Overrides:
    """Find which of a field's definitions give way."""
    if not any(field.has("override") for field in fields):
        return NO_OVERRIDES
    by_subgraph = {field.subgraph: field for field in fields}
    before = len(merging.findings.errors)
    gone: set[str] = set()
    labels: dict[str, str] = {}
    for field in fields:
        directive = field.first("override")
        if directive is None or directive.string("from") == field.subgraph:
            continue
        source = _source(merging, field, directive, by_subgraph)
        if source is None:
            continue
        label = directive.string("label")
        if label:
            labels[source.subgraph] = label
            _hint_migration(merging, field, source)
        else:
            gone.add(source.subgraph)
            _hint_gone(merging, field, source)
    return Overrides(frozenset(gone), len(merging.findings.errors) > before, labels)


def _source(
    merging: Merging,
    field: FieldDefinition,
    directive: Directive,
    by_subgraph: Mapping[str, FieldDefinition],
) -> FieldDefinition | None:
    """Return the definition that gives way; None, and a finding, where none does."""
    name = directive.string("from") or ""
    source = by_subgraph.get(name)
    if name not in merging.by_name:
        near = suggestion_list(name, list(merging.by_name))
        merging.findings.hint(
            "FROM_SUBGRAPH_DOES_NOT_EXIST",
            f'{field.coordinate} in subgraph "{field.subgraph}" is taken over from the subgraph'
            f' "{name}", which is not there.',
            [field.place(directive.node)],
            coordinate=field.coordinate,
            suggestion=f'Did you mean "{near[0]}"?' if near else None,
        )
    elif source is None:
        _hint_removable(merging, field, directive, f'subgraph "{name}" does not have it any more')
    elif source.has("override"):
        _report_chain(merging, field, source)
    elif merging.is_external(source):
        _hint_removable(merging, field, directive, f'it is @external in subgraph "{name}"')
    elif any(source.has(other) for other in COLLIDING_IN_SOURCE):
        _report_collision(merging, field, source)
    else:
        return source
    return None


def _hint_removable(
    merging: Merging, field: FieldDefinition, directive: Directive, reason: str
) -> None:
    merging.findings.hint(
        CAN_GO,
        f'The @override of {field.coordinate} in subgraph "{field.subgraph}" can be removed:'
        f" {reason}.",
        [field.place(directive.node)],
        coordinate=field.coordinate,
    )


def _report_chain(merging: Merging, field: FieldDefinition, source: FieldDefinition) -> None:
    merging.findings.error(
        "OVERRIDE_SOURCE_HAS_OVERRIDE",
        f'{field.coordinate} in subgraph "{field.subgraph}" is taken over from subgraph'
        f' "{source.subgraph}", which takes it over itself.',
        [field.place(), source.place()],
        coordinate=field.coordinate,
        suggestion="Keep one of the two @override.",
    )


def _report_collision(merging: Merging, field: FieldDefinition, source: FieldDefinition) -> None:
    other = next(name for name in COLLIDING_IN_SOURCE if source.has(name))
    merging.findings.error(
        "OVERRIDE_COLLISION_WITH_ANOTHER_DIRECTIVE",
        f"{field.coordinate} cannot be taken over from subgraph"
        f' "{source.subgraph}", where it has @{other}.',
        [field.place(), source.place()],
        coordinate=field.coordinate,
        suggestion=f'Remove @{other} in subgraph "{source.subgraph}" first.',
    )


def _hint_migration(merging: Merging, field: FieldDefinition, source: FieldDefinition) -> None:
    merging.findings.hint(
        "OVERRIDE_MIGRATION_IN_PROGRESS",
        f'{field.coordinate} is on its way from subgraph "{source.subgraph}" to subgraph'
        f' "{field.subgraph}". Remove it from the first once all traffic goes to the second.',
        [field.place(), source.place()],
        coordinate=field.coordinate,
    )


def _hint_gone(merging: Merging, field: FieldDefinition, source: FieldDefinition) -> None:
    is_used = field.coordinate in merging.facts(source.subgraph).used
    advice = (
        "it is still used there by a key, @requires, @provides or an interface, so mark it"
        " @external, or remove it with those uses"
        if is_used
        else "it can be removed there"
    )
    merging.findings.hint(
        "OVERRIDDEN_FIELD_CAN_BE_REMOVED",
        f'{field.coordinate} was taken over from subgraph "{source.subgraph}"; {advice}.',
        [source.place(), field.place()],
        coordinate=field.coordinate,
    )
