"""Put fetches into requests: entities asked of one subgraph at one level are one request.

The level of a fetch is the length of the longest chain that it waits for. A fetch that nothing
waits for may go later, together with another into its subgraph, as long as no chain gets longer.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from router.planner.fetch_graph import Node
from router.supergraph.model import GraphId


@dataclass(slots=True, eq=False)
class Request:
    """Fetches sent as one: one fetch of root fields, or any number of entities."""

    graph: GraphId
    level: int
    nodes: list[Node]


def schedule(nodes: Iterable[Node]) -> list[Request]:
    """Group fetches into requests, ordered by level."""
    level = _earliest(list(nodes))
    _delay(level)
    requests: dict[tuple[object, ...], Request] = {}
    for node in sorted(level, key=lambda node: (level[node], node.number)):
        key = (node.graph, level[node], node.number if node.is_root else None)
        if key in requests:
            requests[key].nodes.append(node)
        else:
            requests[key] = Request(node.graph, level[node], [node])
    return list(requests.values())


def _earliest(nodes: list[Node]) -> dict[Node, int]:
    level: dict[Node, int] = {}
    for node in sorted(nodes, key=lambda node: node.level):
        level[node] = 1 + max((level[before] for before in node.after), default=0)
    return level


def _delay(level: dict[Node, int]) -> None:
    """Move fetches that nothing waits for to where their subgraph is asked anyway."""
    awaited = {before for node in level for before in node.after}
    there: dict[GraphId, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for node, its_level in level.items():
        if not node.is_root:
            there[node.graph][its_level] += 1
    for node in sorted(level, key=lambda node: level[node]):
        levels = there[node.graph]
        if node.is_root or node in awaited or levels[level[node]] > 1:
            continue
        later = [other for other, count in levels.items() if count and other > level[node]]
        if later:
            levels[level[node]] -= 1
            level[node] = min(later)
            levels[level[node]] += 1
