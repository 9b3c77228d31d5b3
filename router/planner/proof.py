"""Prove a plan sound for the operation it was made for (`router.query_plan.soundness`)."""

from __future__ import annotations

from collections.abc import Iterable

from router.operation.model import FieldSelection, Operation
from router.query_plan.nodes import QueryPlan
from router.query_plan.soundness import Wanted, check_plan
from router.supergraph.model import Supergraph


def prove(
    plan: QueryPlan, operation: Operation, supergraph: Supergraph, labels: Iterable[str] = ()
) -> list[str]:
    """Say everything that is wrong with a plan; an empty list where it is sound."""
    return check_plan(plan, _wanted(operation.selections), supergraph, labels)


def _wanted(selections: tuple[FieldSelection, ...]) -> tuple[Wanted, ...]:
    return tuple(
        Wanted(
            one.name,
            one.response_name,
            one.arguments,
            one.types,
            tuple((condition.variable, condition.value) for condition in one.conditions),
            _wanted(one.selections),
        )
        for one in selections
    )
