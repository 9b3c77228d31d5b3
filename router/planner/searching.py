"""What the choice at one position asks of the search as a whole."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Protocol

from router.planner.placement import Placement, Spot
from router.planner.visits import Visits
from router.planner.wants import Want, Wants
from router.query_graph.model import QueryGraph, SubgraphType
from router.supergraph.model import GraphId


class Searching(Protocol):
    """The search: its graph, its budget, and what it finds for other positions."""

    graph: QueryGraph
    visits: Visits
    wants: Wants
    budget: int
    preferred: Mapping[GraphId, int]
    avoided: frozenset[SubgraphType]
    forced: Counter[GraphId]
    had_choice: bool
    spent: bool

    def place(self, wants: tuple[Want, ...], spots: tuple[Spot, ...]) -> Placement | None:
        """Answer wants where visits stand; None where that would wait for itself."""
        ...
