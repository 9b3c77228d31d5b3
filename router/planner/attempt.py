"""One attempt at a plan: searched, laid out and scheduled, before it is written down.

Positions choose apart from each other, and what they ask of one subgraph at one level becomes one
request afterwards. So where there was a choice, a second attempt breaks ties towards the subgraphs
that some position cannot do without, and the cheaper of the two is kept.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from router.operation.model import Operation
from router.planner.answer_tree import Position
from router.planner.deferral import parents_of, settle_parts
from router.planner.layout import Layout
from router.planner.passes.schedule import Request, schedule
from router.planner.roots import place_roots
from router.planner.search import Search
from router.planner.visits import Visits
from router.planner.wants import Wants
from router.query_graph.model import QueryGraph


@dataclass(slots=True)
class Attempt:
    """The requests of each step, and the tree in which their answers are gathered."""

    search: Search
    root: Position = field(default_factory=Position)
    steps: list[list[Request]] = field(default_factory=list)

    @property
    def cost(self) -> tuple[int, int]:
        """Levels in a row, then requests."""
        levels = sum(max(request.level for request in step) for step in self.steps if step)
        return levels, sum(len(step) for step in self.steps)


def best_attempt(graph: QueryGraph, visits: Visits, operation: Operation, budget: int) -> Attempt:
    """Try once, and again where ties could be broken otherwise."""
    first = _attempt(Search(graph, visits, Wants(), budget), operation)
    if not first.search.had_choice or first.cost[1] < 3:
        return first
    search = Search(graph, visits, Wants(), budget, preferred=first.search.forced)
    return min(first, _attempt(search, operation), key=lambda attempt: attempt.cost)


def _attempt(search: Search, operation: Operation) -> Attempt:
    attempt = Attempt(search)
    parents = parents_of(operation.selections)
    for placements in place_roots(operation, search):
        layout = Layout(search)
        for placement in placements:
            layout.lay_root(placement, attempt.root)
        settle_parts(layout.fetches, parents)
        attempt.steps.append(schedule(layout.fetches))
    return attempt
