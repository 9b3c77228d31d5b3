"""No plan has more levels than the best of all plans, nor more than one request too many.

For small graphs of objects, all plans are tried (`exhaustive`). Decision 0123 says why one request
is let pass, and how rare it is.
"""

from __future__ import annotations

import os
import random

from draw_graph import draw_graph
from draw_query import draw_query
from exhaustive import Exhaustive, tree_of_operation
from federated import composed
from graph import Graph
from graphql import build_schema, parse, validate
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from router.planner import Planner
from router.query_plan.nodes import Fetch, Parallel, PlanNode, Sequence

FUZZ_EXAMPLES = os.environ.get("FUZZ_EXAMPLES")
MOST_REQUESTS = 8


@settings(
    max_examples=int(FUZZ_EXAMPLES or "60"),
    derandomize=FUZZ_EXAMPLES is None,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
@given(st.randoms(use_true_random=False))
def test_plans_are_cheapest(chance: random.Random) -> None:
    graph = draw_graph(chance, objects_only=True)
    note(repr(graph))

    assert try_plans(chance, graph, queries=3) is None


def try_plans(chance: random.Random, graph: Graph, queries: int, too_many: int = 1) -> str | None:
    """Plan some queries; say which plan has more than that many requests too many, if one has."""
    sdl = composed(graph.sources())
    if sdl is None:
        return None
    planner, api = Planner(sdl[0]), build_schema(sdl[1])
    for _ in range(queries):
        query = draw_query(chance, api, is_plain=True).text
        if validate(api, parse(query)):
            continue
        operation = planner.normalize(query)
        wanted = tree_of_operation(operation.selections)
        plan = planner.plan_operation(operation)
        if not wanted or plan.node is None:
            continue
        levels, requests = depth(plan.node), count(plan.node)
        better = _better(Exhaustive(graph, wanted), levels, requests, too_many)
        if better is not None:
            return f"{query}\n{plan}\n{better}"
    return None


def _better(exhaustive: Exhaustive, levels: int, requests: int, too_many: int) -> str | None:
    fewest = exhaustive.fewest_levels()
    if fewest is not None and fewest < levels:
        return f"{fewest} levels would do"
    if fewest is None or fewest > levels:
        return f"{fewest} levels are the least by trying all"
    if requests > MOST_REQUESTS:
        return None
    cheaper = exhaustive.cheaper(levels, requests - 1 - too_many)
    return f"{requests} requests; these would do: {cheaper}" if cheaper else None


def depth(node: PlanNode) -> int:
    """The longest chain of requests."""
    match node:
        case Fetch():
            return 1
        case Sequence(nodes):
            return sum(map(depth, nodes))
        case Parallel(nodes):
            return max(map(depth, nodes))
    raise AssertionError(node)


def count(node: PlanNode) -> int:
    """The number of requests."""
    match node:
        case Fetch():
            return 1
        case Sequence(nodes) | Parallel(nodes):
            return sum(map(count, nodes))
    raise AssertionError(node)
