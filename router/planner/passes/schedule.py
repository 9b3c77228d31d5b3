"""Put fetches into requests: entities asked of one subgraph at one level are one request.

The level of a fetch is the length of the longest chain that it waits for. A fetch that nothing
waits for may go later, together with another into its subgraph, as long as no chain gets longer.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from router.errors import PlanError
from router.planner.fetch_graph import Node
from router.supergraph.model import GraphId


@dataclass(slots=True, eq=False)
class Request:
    """Fetches sent as one: one fetch of root fields, or any number of entities."""

    graph: GraphId
    level: int
    nodes: list[Node]
    part: int | None


def schedule(nodes: Iterable[Node]) -> list[Request]:
    """Group fetches into requests, ordered by level."""
    level = _earliest(list(nodes))
    _delay(level)
    requests: dict[tuple[object, ...], Request] = {}
    for node in sorted(level, key=lambda node: (level[node], node.number)):
        is_alone = node.is_root or node.contexts
        key = (node.graph, level[node], node.part, node.number if is_alone else None)
        if key in requests:
            requests[key].nodes.append(node)
        else:
            requests[key] = Request(node.graph, level[node], [node], node.part)
    return list(requests.values())


def _earliest(nodes: list[Node]) -> dict[Node, int]:
    """The length of the longest chain to each fetch. Raises `PlanError` for a circle."""
    level: dict[Node, int] = {}
    waiting = sorted(nodes, key=lambda node: node.level)
    while waiting:
        ready = [node for node in waiting if all(before in level for before in node.after)]
        if not ready:
            raise PlanError("Fetches of the plan wait for each other.")
        for node in ready:
            level[node] = 1 + max((level[before] for before in node.after), default=0)
        waiting = [node for node in waiting if node not in level]
    return level


def _delay(level: dict[Node, int]) -> None:
    """Move fetches that nothing waits for to where their subgraph is asked anyway."""
    awaited = {before for node in level for before in node.after}
    there: dict[tuple[GraphId, int | None], dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for node, its_level in level.items():
        if not node.is_root and not node.contexts:
            there[node.graph, node.part][its_level] += 1
    for node in sorted(level, key=lambda node: level[node]):
        levels = there[node.graph, node.part]
        is_alone = node.is_root or node.contexts
        if is_alone or node in awaited or levels[level[node]] > 1:
            continue
        later = [other for other, count in levels.items() if count and other > level[node]]
        if later:
            levels[level[node]] -= 1
            level[node] = min(later)
            levels[level[node]] += 1
