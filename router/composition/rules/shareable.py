"""Rules of @shareable (federation directives reference, "@shareable")."""

from __future__ import annotations

from router.composition.diagnostics import Findings
from router.composition.facts import SubgraphFacts
from router.composition.subgraph_schema import Directive, FieldDefinition, TypeDefinition

CODE = "INVALID_SHAREABLE_USAGE"


def check_shareable(facts: SubgraphFacts, findings: Findings) -> None:
    """@shareable stands on object types and their fields, once on each declaration."""
    for definition in facts.schema.types.values():
        _check_repeated(definition, list(definition.applied("shareable")), findings)
        for field in definition.fields.values():
            applications = list(field.applied("shareable"))
            _check_repeated(field, applications, findings)
            if definition.name == "Subscription" and facts.is_marked_shareable(field):
                findings.error(
                    "INVALID_FIELD_SHARING",
                    f"[{facts.name}] {field.coordinate} cannot be @shareable: a subscription is"
                    " open to one subgraph.",
                    [field.place()],
                    coordinate=field.coordinate,
                    suggestion="Remove @shareable.",
                )
            if definition.kind == "interface" and applications:
                findings.error(
                    CODE,
                    f"[{facts.name}] {field.coordinate} is a field of an interface; only fields of"
                    " object types are resolved, so only they can be @shareable.",
                    [field.place(applications[0].node)],
                    coordinate=field.coordinate,
                    suggestion="Put @shareable on the field of the implementations.",
                )


def _check_repeated(
    element: TypeDefinition | FieldDefinition, applications: list[Directive], findings: Findings
) -> None:
    """It repeats only so that a definition and its extensions can each have it."""
    seen: list[Directive] = []
    for directive in applications:
        if any(other.declaration is directive.declaration for other in seen):
            findings.error(
                CODE,
                f"[{element.subgraph}] {element.coordinate} has @shareable twice in one"
                " declaration.",
                [element.place(other.node) for other in (*seen, directive)],
                coordinate=element.coordinate,
                suggestion="Remove one of them.",
            )
        seen.append(directive)
