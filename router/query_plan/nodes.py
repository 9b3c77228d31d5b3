"""The plan: what planner and executor share, and where they meet and nowhere else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from router.query_plan.parts import (
    Condition,
    ConditionNode,
    ContextVariable,
    Defer,
    Deferral,
    DeferredPart,
    EntityEntry,
    Fetch,
    ListStep,
    Output,
    OutputField,
    OutputFragment,
    Parallel,
    PlanNode,
    Position,
    PositionStep,
    Representation,
    RepresentationField,
    RepresentationFragment,
    RepresentationSelection,
    SelectedField,
    SelectedFragment,
    Selection,
    Sequence,
    Subscription,
    TypeStep,
)
from router.query_plan.render import render
from router.query_plan.to_dict import to_dict

__all__ = [
    "Condition",
    "ConditionNode",
    "ContextVariable",
    "Defer",
    "Deferral",
    "DeferredPart",
    "EntityEntry",
    "Fetch",
    "ListStep",
    "Output",
    "OutputField",
    "OutputFragment",
    "Parallel",
    "PlanNode",
    "Position",
    "PositionStep",
    "QueryPlan",
    "Representation",
    "RepresentationField",
    "RepresentationFragment",
    "RepresentationSelection",
    "SelectedField",
    "SelectedFragment",
    "Selection",
    "Sequence",
    "Subscription",
    "TypeStep",
]


@dataclass(frozen=True, slots=True)
class QueryPlan:
    """How one operation is answered. `node` is None where no subgraph is needed.

    `output` is the client's answer; fields of introspection (`__schema`, `__type`) and the root's
    `__typename` are in it and in no fetch. `budget_spent` says that the search for the best plan
    ended before it had seen all candidates.
    """

    kind: Literal["query", "mutation", "subscription"]
    node: PlanNode | None
    output: tuple[Output, ...]
    root_type: str
    budget_spent: bool = False

    def __str__(self) -> str:
        return render(self.node, budget_spent=self.budget_spent)

    def to_dict(self) -> dict[str, Any]:
        """The plan in Apollo's JSON form."""
        return to_dict(self.node, budget_spent=self.budget_spent)
