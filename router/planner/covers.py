"""Sets of subgraphs that answer all wants at a position, the smallest first."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, islice

from router.planner.entrances import Entrances
from router.planner.wants import Want
from router.query_graph.model import SubgraphType

Views = frozenset[SubgraphType]

_MOST_SETS = 4096
"""How many sets are looked at, with nothing but a glance at what they cover."""


def covers(
    entrances: Entrances,
    wants: tuple[Want, ...],
    forced: Views,
    optional: list[SubgraphType],
) -> Iterator[Views]:
    """Yield sets with all of `forced` and some of `optional` in which each want has an answer.

    A want that a standing visit answers has one in any set. Whether keys lead into the set is not
    looked at.
    """
    left = _left(entrances, wants, forced)
    sets = (
        frozenset(some)
        for size in range(len(optional) + 1)
        for some in combinations(optional, size)
    )
    for some in islice(sets, _MOST_SETS):
        if all(views & some for views in left):
            yield forced | some


def greedy_cover(
    entrances: Entrances,
    wants: tuple[Want, ...],
    forced: Views,
    optional: list[SubgraphType],
) -> Views:
    """A set in which each want has an answer, taking each time what answers the most."""
    chosen: set[SubgraphType] = set(forced)
    left = _left(entrances, wants, forced)
    while left:
        best = max(optional, key=lambda view: sum(view in views for views in left))
        chosen.add(best)
        left = [views for views in left if best not in views]
    return frozenset(chosen)


def _left(entrances: Entrances, wants: tuple[Want, ...], forced: Views) -> list[Views]:
    """For each want that still has no answer, the subgraphs that could give one."""
    views = (
        frozenset(key.view for key in entrances.options[want].jumps)
        for want in wants
        if not entrances.options[want].spots
    )
    return [some for some in views if some and not some & forced]
