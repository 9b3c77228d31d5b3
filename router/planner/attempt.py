"""One attempt at a plan: searched, laid out and scheduled, before it is written down.

Positions choose apart from each other, and what they ask of one subgraph at one level becomes one
request afterwards. So where there was a choice, a second attempt breaks ties towards the subgraphs
that some position cannot do without; then, for small plans, it is tried to do without each of the
requests. The cheapest is kept.
"""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field

from router.errors import PlanError
from router.operation.model import Operation
from router.planner.answer_tree import Position
from router.planner.deferral import parents_of, settle_parts
from router.planner.layout import Layout
from router.planner.passes.schedule import Request, schedule
from router.planner.roots import place_roots
from router.planner.search import Search
from router.planner.visits import Visits
from router.planner.wants import Wants
from router.query_graph.model import QueryGraph, SubgraphType

_MOST_REQUESTS = 8
"""Up to how many requests it is tried to do without each."""


@dataclass(slots=True)
class Attempt:
    """The requests of each step, and the tree in which their answers are gathered."""

    search: Search
    root: Position = field(default_factory=Position)
    steps: list[list[Request]] = field(default_factory=list)
    missing: int = 0

    @property
    def cost(self) -> tuple[int, int, int]:
        """Wants that nobody answers, levels in a row, then requests."""
        levels = sum(max(request.level for request in step) for step in self.steps if step)
        return self.missing, levels, sum(len(step) for step in self.steps)


def best_attempt(graph: QueryGraph, visits: Visits, operation: Operation, budget: int) -> Attempt:
    """Try once, and again where ties could be broken otherwise, or requests be spared."""
    first = _attempt(Search(graph, visits, Wants(), budget), operation)
    if not first.search.had_choice or first.cost[-1] < 3:
        return first
    search = Search(graph, visits, Wants(), budget, preferred=first.search.forced)
    best = min(first, _attempt(search, operation), key=lambda attempt: attempt.cost)
    for views in _perhaps_spared(best):
        search = Search(
            graph, visits, Wants(), budget, preferred=best.search.preferred, avoided=views
        )
        with suppress(PlanError):  # what fills an argument may be out of reach without them
            best = min(best, _attempt(search, operation), key=lambda attempt: attempt.cost)
    return best


def _perhaps_spared(best: Attempt) -> list[frozenset[SubgraphType]]:
    """The views that each request enters, for those requests that one might do without."""
    requests = [request for step in best.steps for request in step]
    if len(requests) > _MOST_REQUESTS or best.search.spent:
        return []
    asked = Counter(request.graph for request in requests)
    views = (
        frozenset(node.view for node in request.nodes)
        for request in requests
        if asked[request.graph] > 1 or request.graph not in best.search.forced
    )
    return list(dict.fromkeys(views))


def _attempt(search: Search, operation: Operation) -> Attempt:
    attempt = Attempt(search)
    parents = parents_of(operation.selections)
    for placements in place_roots(operation, search):
        layout = Layout(search)
        for placement in placements:
            attempt.missing += placement.cost.missing
            if attempt.missing and search.avoided:
                return attempt
            layout.lay_root(placement, attempt.root)
        settle_parts(layout.fetches, parents)
        attempt.steps.append(schedule(layout.fetches))
    return attempt
