"""The root of an operation: a query's fields at once, a mutation's one after the other."""

from __future__ import annotations

from router.operation.model import Operation
from router.planner.placement import Placement
from router.planner.search import Search
from router.query_graph.model import SubgraphType
from router.query_plan.nodes import Fetch, PlanNode, Sequence, Subscription

_ANSWERED_BY_ROUTER = frozenset({"__typename", "__schema", "__type"})


def place_roots(operation: Operation, search: Search) -> list[list[Placement]]:
    """Place the root fields, in series; those of one step are laid into the same fetches.

    Mutations that follow each other in one subgraph are one step: the subgraph itself runs them
    one after the other.
    """
    wants = tuple(
        want
        for want in search.wants.of_selections(operation.selections)
        if want.name not in _ANSWERED_BY_ROUTER
    )
    if not wants:
        return []
    if operation.kind != "mutation":
        return [[search.place_root(operation.root_type, wants)]]
    steps: list[list[Placement]] = []
    last: set[SubgraphType] = set()
    for want in wants:
        placement = search.place_root(operation.root_type, (want,))
        views = {jump.key.view for part in placement.parts for jump in part.jumps}
        if steps and views == last and len(views) == 1:
            steps[-1].append(placement)
        else:
            steps.append([placement])
        last = views
    return steps


def with_events(operation: Operation, node: PlanNode | None) -> PlanNode | None:
    """Part a subscription's plan: the fetch that gives events, and what follows for each."""
    if operation.kind != "subscription" or node is None:
        return node
    if isinstance(node, Fetch):
        return Subscription(node, None)
    assert isinstance(node, Sequence), "a subscription has one root field"
    primary, *rest = node.nodes
    assert isinstance(primary, Fetch)
    after = rest[0] if len(rest) == 1 else Sequence(tuple(rest))
    return Subscription(primary, after)
