"""The rules of the merged graph, in the order in which they are checked."""

from __future__ import annotations

from collections.abc import Callable

from router.composition.diagnostics import Findings
from router.composition.merge.merge import MergedGraph
from router.composition.satisfiability import check_satisfiability
from router.composition.supergraph_rules.authorization import check_transitive_requirements
from router.composition.supergraph_rules.graphql_rules import check_graphql
from router.composition.supergraph_rules.inaccessible import check_inaccessible
from router.composition.supergraph_rules.interfaces import (
    check_interface_entities,
    check_interface_fields,
)

Rule = Callable[[MergedGraph, Findings], None]

SUPERGRAPH_RULES: tuple[tuple[Rule, ...], ...] = (
    (check_interface_fields, check_interface_entities, check_inaccessible),
    (check_graphql, check_transitive_requirements),
    (check_satisfiability,),
)
"""Rules of one group are independent; what breaks one of a group makes the next group moot."""
