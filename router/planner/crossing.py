"""Choose the jumps at a position: for objects of one type, the cheapest set that answers all.

Sets of subgraphs are tried from the smallest, after those that no answer can do without; what is
tried is bounded by the search's budget, and by the best that all of them together could reach.
"""

from __future__ import annotations

from collections.abc import Iterator

from router.planner.covers import covers, greedy_cover
from router.planner.entrances import Entrances, Options
from router.planner.levels import Levels
from router.planner.placement import Cost, Crossing, JumpKey, Spot
from router.planner.searching import Searching
from router.planner.wants import Want
from router.query_graph.model import SubgraphType

Views = frozenset[SubgraphType]


def cross(
    search: Searching,
    type_name: str,
    wants: tuple[Want, ...],
    spots: tuple[Spot, ...],
    teller: SubgraphType | None = None,
) -> Crossing:
    """Answer wants for objects of one type where some visits stand."""
    entrances = Entrances(search, type_name, spots, teller)
    entrances.explore(wants)
    candidates = list(dict.fromkeys(key.view for key in entrances.jumps))
    forced = _forced(entrances, wants)
    search.forced.update(view.graph for view in forced)
    whole = Levels(entrances, frozenset(candidates))
    optional = [view for view in candidates if view not in forced]
    if not optional:
        return whole.crossing(wants)
    search.had_choice = True
    ideal = whole.ideal(wants, len(forced))
    greedy = Levels(entrances, greedy_cover(entrances, wants, forced, optional))
    best = min(whole.crossing(wants), greedy.crossing(wants), key=lambda one: one.cost)
    for views in covers(entrances, wants, forced, optional):
        if _cannot_improve(best.cost, ideal, len(views) - len(forced)):
            break
        if search.budget <= 0:
            search.spent = True
            break
        search.budget -= 1
        found = Levels(entrances, views).crossing(wants)
        if found.cost < best.cost:
            best = found
    return best


def _cannot_improve(best: Cost, ideal: Cost, optional: int) -> bool:
    """Tell whether no set with so many optional subgraphs can be cheaper than the best one."""
    return (best.missing, best.end) == (ideal.missing, ideal.end) and (
        best.fetches <= ideal.fetches + optional
    )


def _forced(entrances: Entrances, wants: tuple[Want, ...]) -> Views:
    """The subgraphs that no answer can do without."""
    forced: dict[SubgraphType, None] = {}
    waiting = [entrances.options[want] for want in wants]
    seen: set[JumpKey] = set()
    while waiting:
        options = waiting.pop()
        views = {key.view for key in options.jumps}
        if options.spots or len(views) != 1:
            continue
        forced.update(dict.fromkeys(views))
        for key in options.jumps:
            if key not in seen:
                seen.add(key)
                waiting.extend(_unavoidable(entrances, key))
    return frozenset(forced)


def _unavoidable(entrances: Entrances, key: JumpKey) -> Iterator[Options]:
    entrance = entrances.jumps[key]
    yield from (entrances.needs[want] for want in entrance.requires)
    if len(entrance.keys) == 1:
        yield from (entrances.needs[want] for want in entrance.keys[0])
