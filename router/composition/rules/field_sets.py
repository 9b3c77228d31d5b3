"""Rules of @key, @requires and @provides: their field sets, and where they may stand.

Source: federation directives reference, "@key", "@requires", "@provides".
"""

from __future__ import annotations

from collections.abc import Iterator

from router.composition.diagnostics import Findings
from router.composition.facts import AppliedFieldSet, SubgraphFacts, leaves
from router.composition.field_sets import COMPOSITE, Selected
from router.composition.subgraph_schema import FieldDefinition
from router.federation.link import FeatureVersion

KEYS_ON_INTERFACES = FeatureVersion(2, 3)


def check_field_sets(facts: SubgraphFacts, findings: Findings) -> None:
    """Check every @key, @requires and @provides of a subgraph."""
    for applied in facts.field_sets:
        if not _check_holder(facts, applied, findings):
            continue
        for problem in applied.field_set.problems:
            code = f"{applied.role.upper()}_{problem.kind}"
            _report(applied, code, problem.reason, findings)
        if applied.role == "key":
            _check_key_fields(facts, applied, findings)
        else:
            _check_external(facts, applied, findings)
        if applied.role != "requires":
            _check_no_arguments(applied, findings)


def _report(
    applied: AppliedFieldSet, code: str, reason: str, findings: Findings, suggestion: str = ""
) -> None:
    holder = applied.holder
    findings.error(
        code,
        f"[{holder.subgraph}] @{applied.role} on {holder.coordinate} cannot have fields"
        f" {_shown(applied)}: {reason}.",
        [holder.place(applied.directive.node)],
        coordinate=holder.coordinate,
        suggestion=suggestion or None,
    )


def _shown(applied: AppliedFieldSet) -> str:
    return "that are no string" if applied.text is None else f'"{applied.text}"'


def _check_holder(facts: SubgraphFacts, applied: AppliedFieldSet, findings: Findings) -> bool:
    """Tell whether the directive stands where its fields mean something."""
    parent = facts.schema.types.get(
        applied.holder.parent if isinstance(applied.holder, FieldDefinition) else applied.target
    )
    assert parent is not None
    is_fine = True
    if parent.kind == "interface" and not _is_allowed_on_interface(facts, applied):
        code = f"{applied.role.upper()}_UNSUPPORTED_ON_INTERFACE"
        message = f"@{applied.role} cannot stand on an interface or a field of one"
        _report_place(applied, code, message, findings)
        is_fine = False
    target = facts.schema.types.get(applied.target)
    if applied.role == "provides" and (target is None or target.kind not in COMPOSITE):
        message = f"a field of type {applied.target} has no fields of its own to provide"
        _report_place(applied, "PROVIDES_ON_NON_OBJECT_FIELD", message, findings)
        is_fine = False
    return is_fine


def _is_allowed_on_interface(facts: SubgraphFacts, applied: AppliedFieldSet) -> bool:
    version = facts.schema.version
    return applied.role == "key" and version is not None and version >= KEYS_ON_INTERFACES


def _report_place(applied: AppliedFieldSet, code: str, reason: str, findings: Findings) -> None:
    holder = applied.holder
    suggestion = None
    if code == "KEY_UNSUPPORTED_ON_INTERFACE":
        suggestion = f"Link federation {KEYS_ON_INTERFACES} or later, or remove the key."
    findings.error(
        code,
        f"[{holder.subgraph}] {holder.coordinate}: {reason}.",
        [holder.place(applied.directive.node)],
        coordinate=holder.coordinate,
        suggestion=suggestion,
    )


def _check_key_fields(facts: SubgraphFacts, applied: AppliedFieldSet, findings: Findings) -> None:
    for selected in _all(applied.field_set.selections):
        returned = facts.schema.types.get(selected.field.type.name)
        if returned is not None and returned.kind in {"interface", "union"}:
            _report(
                applied,
                "KEY_FIELDS_SELECT_INVALID_TYPE",
                f"{selected.field.coordinate} is of the {returned.kind} {returned.name}",
                findings,
                "Use fields of scalars, enums and objects in a key.",
            )


def _check_no_arguments(applied: AppliedFieldSet, findings: Findings) -> None:
    for selected in _all(applied.field_set.selections):
        if selected.field.arguments:
            _report(
                applied,
                f"{applied.role.upper()}_FIELDS_HAS_ARGS",
                f"{selected.field.coordinate} has arguments",
                findings,
            )


def _check_external(facts: SubgraphFacts, applied: AppliedFieldSet, findings: Findings) -> None:
    """What a subgraph requires or provides is what it does not resolve by itself already."""
    if facts.schema.is_federation_1:
        return
    for selected, above in leaves(applied.field_set.selections):
        is_external = facts.is_external(selected.field)
        if not is_external and not any(_is_external(facts, one) for one in above):
            name = selected.field.coordinate
            if selected.parent.kind == "interface":
                _report_interface_field(applied, selected, findings)
                continue
            _report(
                applied,
                f"{applied.role.upper()}_FIELDS_MISSING_EXTERNAL",
                f"{name} is resolved by this subgraph itself",
                findings,
                f"Mark {name} as @external, or leave it out of @{applied.role}.",
            )


def _report_interface_field(
    applied: AppliedFieldSet, selected: Selected, findings: Findings
) -> None:
    _report(
        applied,
        f"{applied.role.upper()}_FIELDS_MISSING_EXTERNAL",
        f"{selected.field.coordinate} is a field of an interface, and not itself @external",
        findings,
        f"Select it by type, as in `... on Implementation {{ {selected.field.name} }}`.",
    )


def _is_external(facts: SubgraphFacts, selected: Selected) -> bool:
    """A field of an interface that some implementation has as external leads away from here."""
    if selected.parent.kind == "interface":
        names = facts.schema.implementations.get(selected.parent.name, ())
        return any(f"{name}.{selected.field.name}" in facts.external for name in names)
    return facts.is_external(selected.field)


def _all(selections: tuple[Selected, ...]) -> Iterator[Selected]:
    for selected in selections:
        yield selected
        yield from _all(selected.selections)
