"""Order fetches for reading and running: what waits comes after, what does not stands beside."""

from __future__ import annotations

from dataclasses import replace

from router.planner.conditions import Literal
from router.planner.emit import Emitted
from router.query_plan.nodes import ConditionNode, Parallel, PlanNode, Sequence


def arrange(emitted: list[Emitted]) -> PlanNode | None:
    """Arrange fetches so that the longest chain is as long as the longest wait and no longer."""
    parts = [_connected(group) for group in _components(emitted)]
    if not parts:
        return None
    return parts[0] if len(parts) == 1 else Parallel(tuple(parts))


def in_series(nodes: list[PlanNode]) -> PlanNode | None:
    """One after the other, sequences inside opened."""
    steps: list[PlanNode] = []
    for node in nodes:
        steps.extend(node.nodes if isinstance(node, Sequence) else (node,))
    if not steps:
        return None
    return steps[0] if len(steps) == 1 else Sequence(tuple(steps))


def _connected(group: list[Emitted]) -> PlanNode:
    shared = frozenset.intersection(*(one.conditions for one in group))
    if shared:
        inner = [replace(one, conditions=one.conditions - shared) for one in group]
        return _under(shared, _connected(inner))
    here = {one.fetch.id for one in group}
    first = [one for one in group if not here.intersection(one.fetch.depends_on)]
    rest = [one for one in group if one not in first]
    alone = [_under(one.conditions, one.fetch) for one in first]
    head: PlanNode = alone[0] if len(alone) == 1 else Parallel(tuple(alone))
    after = arrange(rest)
    series = in_series([head, after] if after is not None else [head])
    assert series is not None
    return series


def _under(conditions: frozenset[Literal], node: PlanNode) -> PlanNode:
    for variable, value in sorted(conditions):
        node = ConditionNode(variable, node if value else None, None if value else node)
    return node


def _components(emitted: list[Emitted]) -> list[list[Emitted]]:
    """Fetches that do not wait for each other, directly or through others, apart."""
    home: dict[int, list[Emitted]] = {}
    for one in emitted:
        joined = [one]
        for number in one.fetch.depends_on:
            known = home.get(number)
            if known is not None and known is not joined:
                known.extend(joined)
                for moved in joined:
                    home[moved.fetch.id] = known
                joined = known
        home[one.fetch.id] = joined
    groups = {id(group): group for group in home.values()}
    return [sorted(group, key=lambda one: one.fetch.id) for group in groups.values()]
