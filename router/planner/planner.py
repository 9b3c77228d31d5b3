"""One operation → one plan: the table of contents of the planner.

normalize → attempt (search → layout → schedule) → emit → parts → output
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import ClassVar

from graphql import GraphQLSyntaxError

from router.errors import SupergraphError
from router.operation.document import choose_operation, parse_document
from router.operation.model import Operation
from router.operation.normalize import normalize
from router.planner.attempt import best_attempt
from router.planner.deferral import in_parts
from router.planner.emit import Emitter
from router.planner.output import Reader
from router.planner.roots import with_events
from router.planner.visits import Visits
from router.query_graph.build import build_query_graph
from router.query_graph.model import QueryGraph
from router.query_graph.walk import Walk
from router.query_plan.nodes import QueryPlan
from router.supergraph.model import Supergraph
from router.supergraph.parse import parse_supergraph

_BUDGET = 500
"""How many sets of subgraphs one plan's search may look at."""

_MOST_LABEL_SETS = 32
"""For how many sets of override labels what was learnt of the graph is kept."""

Watcher = Callable[[Supergraph, Operation, Mapping[str, bool], QueryPlan], None]
"""Is told of a plan: for which graph, operation and override labels it was made."""


class Planner:
    """Plans operations over one supergraph.

    `Planner(supergraph_sdl)` reads the graph from SDL; `Planner.of(supergraph)` takes it parsed.
    Both raise `SupergraphError` for what is no supergraph.
    """

    watchers: ClassVar[list[Watcher]] = []
    """Who is told of every plan that any planner makes: tests, which prove each of them sound."""

    def __init__(self, supergraph_sdl: str, *, budget: int = _BUDGET) -> None:
        self._set(parse_supergraph(supergraph_sdl), budget)

    @classmethod
    def of(cls, supergraph: Supergraph, *, budget: int = _BUDGET) -> Planner:
        """A planner over a supergraph that was read already."""
        planner = cls.__new__(cls)
        planner._set(supergraph, budget)
        return planner

    def _set(self, supergraph: Supergraph, budget: int) -> None:
        try:
            self.graph: QueryGraph = build_query_graph(supergraph)
        except GraphQLSyntaxError as error:
            raise SupergraphError(f"A field set of the supergraph is none: {error}") from error
        self._budget = budget
        self._visits: dict[frozenset[str], Visits] = {}

    def plan(
        self,
        query: str,
        operation_name: str | None = None,
        override_labels: Mapping[str, bool] | None = None,
    ) -> QueryPlan:
        """Plan an operation from its text, which must be valid against the API schema.

        `override_labels` tells which labels of progressive overrides are on. Raises `GraphQLError`
        for text that is no such operation.
        """
        return self.plan_operation(self.normalize(query, operation_name), override_labels)

    def normalize(self, query: str, operation_name: str | None = None) -> Operation:
        """Parse and normalize an operation for this graph."""
        document = choose_operation(parse_document(query), operation_name)
        return normalize(document, self.graph.supergraph, self.graph.possible_types)

    def plan_operation(
        self, operation: Operation, override_labels: Mapping[str, bool] | None = None
    ) -> QueryPlan:
        """Plan a normalized operation."""
        labels = frozenset(label for label, on in (override_labels or {}).items() if on)
        attempt = best_attempt(self.graph, self._visits_for(labels), operation, self._budget)
        emitter = Emitter(self.graph, operation)
        steps = [emitter.emit(requests, operation.kind) for requests in attempt.steps]
        scope = attempt.root.scope
        node = in_parts(operation, steps, scope, self.graph)
        plan = QueryPlan(
            kind=operation.kind,
            node=with_events(operation, node),
            output=Reader(self.graph, is_whole=True).output(operation.selections, scope),
            root_type=operation.root_type,
            budget_spent=attempt.search.spent,
        )
        for watcher in self.watchers:
            watcher(self.graph.supergraph, operation, override_labels or {}, plan)
        return plan

    def _visits_for(self, labels: frozenset[str]) -> Visits:
        if labels not in self._visits:
            if len(self._visits) >= _MOST_LABEL_SETS:
                self._visits.clear()
            self._visits[labels] = Visits(Walk(self.graph, labels))
        return self._visits[labels]
