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
    asked = tuple(one for one in operation.selections if one.name not in _ANSWERED_BY_ROUTER)
    if not asked:
        return []
    if operation.kind != "mutation":
        wants = search.wants.of_selections(asked)
        return [[search.place_root(operation.root_type, wants)]]
    steps: list[list[Placement]] = []
    last: set[SubgraphType] = set()
    names: set[str] = set()
    for selection in asked:
        wants = search.wants.of_selections((selection,))
        placement = search.place_root(operation.root_type, wants)
        views = {jump.key.view for part in placement.parts for jump in part.jumps}
        # A request has one field of a name, and it would stand where the first of them does.
        if steps and views == last and len(views) == 1 and selection.response_name not in names:
            steps[-1].append(placement)
        else:
            steps.append([placement])
            names = set()
        names.add(selection.response_name)
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
