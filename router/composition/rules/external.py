"""Rules of @external (federation directives reference, "@external")."""

from __future__ import annotations

from router.composition.diagnostics import Findings
from router.composition.facts import SubgraphFacts

COLLIDING = ("provides", "override")


def check_external(facts: SubgraphFacts, findings: Findings) -> None:
    """An external field is used by something, and nothing else is said of it."""
    for definition in facts.schema.types.values():
        for field in definition.fields.values():
            if definition.kind == "interface":
                if field.has("external"):
                    findings.error(
                        "EXTERNAL_ON_INTERFACE",
                        f"[{facts.name}] {field.coordinate} is a field of an interface, which no"
                        " subgraph resolves, so it cannot be @external.",
                        [field.place()],
                        coordinate=field.coordinate,
                        suggestion="Remove @external, or put it on the implementations' field.",
                    )
            elif facts.is_external(field) and field.coordinate not in facts.used:
                findings.error(
                    "EXTERNAL_UNUSED",
                    f"[{facts.name}] {field.coordinate} is @external, and nothing here uses it: no"
                    " @key, @requires or @provides, and no interface.",
                    [field.place()],
                    coordinate=field.coordinate,
                    suggestion=f"Remove {field.coordinate} from this subgraph, or its @external.",
                )


def check_external_collisions(facts: SubgraphFacts, findings: Findings) -> None:
    """A field that is resolved elsewhere cannot be told here how to be resolved."""
    for definition in facts.schema.types.values():
        for field in definition.fields.values():
            if definition.kind != "object" or not field.has("external"):
                continue
            for name in COLLIDING:
                if field.has(name):
                    code = "EXTERNAL_COLLISION_WITH_ANOTHER_DIRECTIVE"
                    if name == "override":
                        code = "OVERRIDE_COLLISION_WITH_ANOTHER_DIRECTIVE"
                    findings.error(
                        code,
                        f"[{facts.name}] {field.coordinate} has both @external and @{name}.",
                        [field.place()],
                        coordinate=field.coordinate,
                        suggestion=f"Keep one of @external and @{name}.",
                    )
