"""Where @authenticated, @requiresScopes and @policy may stand.

An interface is guarded by what guards its implementations, so nothing is said on it directly.
Source: "Authorization" in the documentation of federated schemas.
"""

from __future__ import annotations

from router.composition.diagnostics import Findings
from router.composition.facts import SubgraphFacts

AUTHORIZATION = ("authenticated", "requiresScopes", "policy")


def check_authorization(facts: SubgraphFacts, findings: Findings) -> None:
    """Authorization stands neither on interfaces and interface objects nor on their fields."""
    for definition in facts.schema.types.values():
        is_interface = definition.kind == "interface"
        if not is_interface and not definition.is_interface_object:
            continue
        elements = [definition, *(definition.fields.values() if is_interface else ())]
        for element in elements:
            for name in AUTHORIZATION:
                directive = element.first(name)
                if directive is not None:
                    findings.error(
                        "AUTH_REQUIREMENTS_APPLIED_ON_INTERFACE",
                        f"[{facts.name}] {element.coordinate} has @{name}, which cannot stand on"
                        " interfaces, their fields, or interface objects.",
                        [element.place(directive.node)],
                        coordinate=element.coordinate,
                        suggestion=f"Put @{name} on the implementations.",
                    )
