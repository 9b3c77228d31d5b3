"""The rules of a subgraph by itself, in the order in which they are checked."""

from __future__ import annotations

from collections.abc import Callable

from router.composition.diagnostics import Findings
from router.composition.facts import SubgraphFacts
from router.composition.rules.authorization import check_authorization
from router.composition.rules.context import check_contexts
from router.composition.rules.cost import check_cost
from router.composition.rules.external import check_external, check_external_collisions
from router.composition.rules.field_sets import check_field_sets
from router.composition.rules.interface_object import check_interface_keys, check_interface_objects
from router.composition.rules.override import check_override
from router.composition.rules.shareable import check_shareable

Rule = Callable[[SubgraphFacts, Findings], None]

SUBGRAPH_RULES: tuple[Rule, ...] = (
    check_field_sets,
    check_external,
    check_external_collisions,
    check_interface_objects,
    check_interface_keys,
    check_shareable,
    check_override,
    check_contexts,
    check_authorization,
    check_cost,
)
