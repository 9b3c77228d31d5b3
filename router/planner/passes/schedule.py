"""Put fetches into requests: entities asked of one subgraph at one level are one request.

The level of a fetch is the length of the longest chain that it waits for. Fetches may go later,
together with others into their subgraph, as long as no chain gets longer.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from router.errors import PlanError
from router.planner.fetch_graph import Node
from router.supergraph.model import GraphId

_NEVER = 1_000_000
"""Later than any level."""


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
    """Do without a request where each of its fetches can go later into one that is made anyway.

    A fetch can go as late as what waits for it allows. Later requests first, since they make room.
    """
    waiting: dict[Node, list[Node]] = defaultdict(list)
    together: dict[tuple[GraphId, int | None], dict[int, list[Node]]] = {}
    for node, its_level in level.items():
        for before in node.after:
            waiting[before].append(node)
        if not node.is_root and not node.contexts:
            levels = together.setdefault((node.graph, node.part), {})
            levels.setdefault(its_level, []).append(node)
    order = [(its_level, levels) for levels in together.values() for its_level in levels]
    for its_level, levels in sorted(order, key=lambda one: -one[0]):
        moves = [_later(node, its_level, levels, waiting, level) for node in levels[its_level]]
        if all(moves):
            for node, to in zip(levels.pop(its_level), moves, strict=True):
                level[node] = to
                levels[to].append(node)


def _later(
    node: Node,
    its_level: int,
    levels: Iterable[int],
    waiting: dict[Node, list[Node]],
    level: dict[Node, int],
) -> int:
    """The next level to which a fetch can go; 0 where there is none."""
    end = min((level[after] for after in waiting[node]), default=_NEVER)
    return min((other for other in levels if its_level < other < end), default=0)
