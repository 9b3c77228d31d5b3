"""Rules of @override within a subgraph (federation directives reference, "@override")."""

from __future__ import annotations

import re

from router.composition.diagnostics import Findings
from router.composition.facts import SubgraphFacts
from router.composition.subgraph_schema import Directive, FieldDefinition

_LABEL = re.compile(r"[a-zA-Z][a-zA-Z0-9_\-:./]*")
_PERCENT = re.compile(r"percent\((\d{1,3}(?:\.\d{1,8})?)\)")


def check_override(facts: SubgraphFacts, findings: Findings) -> None:
    """@override takes a resolver over, which fields of interfaces have not."""
    for definition in facts.schema.types.values():
        for field in definition.fields.values():
            directive = field.first("override")
            if directive is None:
                continue
            if definition.kind == "interface":
                findings.error(
                    "OVERRIDE_ON_INTERFACE",
                    f"[{facts.name}] {field.coordinate} is a field of an interface; only fields of"
                    " object types can be taken over.",
                    [field.place(directive.node)],
                    coordinate=field.coordinate,
                    suggestion="Put @override on the field of the implementations.",
                )
            elif definition.is_interface_object:
                findings.error(
                    "OVERRIDE_COLLISION_WITH_ANOTHER_DIRECTIVE",
                    f"[{facts.name}] {field.coordinate} is a field of an @interfaceObject, which"
                    " cannot take fields over.",
                    [field.place(directive.node)],
                    coordinate=field.coordinate,
                    suggestion="Share the field while it moves, then remove it where it was.",
                )
            elif directive.string("from") == facts.name:
                findings.error(
                    "OVERRIDE_FROM_SELF_ERROR",
                    f"[{facts.name}] {field.coordinate} is taken over from the subgraph itself.",
                    [field.place(directive.node)],
                    coordinate=field.coordinate,
                    suggestion="Name the subgraph that resolved the field before.",
                )
            _check_label(field, directive, findings)


def _check_label(field: FieldDefinition, directive: Directive, findings: Findings) -> None:
    label = directive.string("label")
    if not label or _LABEL.fullmatch(label):
        return
    percent = _PERCENT.fullmatch(label)
    if percent is None or float(percent[1]) > 100:
        findings.error(
            "OVERRIDE_LABEL_INVALID",
            f'[{field.subgraph}] {field.coordinate} has the label "{label}". A label begins with a'
            " letter, followed by letters, digits and the characters _ - : . /, or it is"
            " percent(x) with x from 0 to 100 and at most eight decimals.",
            [field.place(directive.node)],
            coordinate=field.coordinate,
        )
