"""Who could answer the wants at a position, and what each way in would need: an and-or graph.

A want may be answered by one of several visits; a jump needs one of its keys and all of its
requirements, which are wants at the same position again.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from router.planner.placement import JumpKey, Spot
from router.planner.searching import Searching
from router.planner.wants import Want
from router.query_graph.model import SubgraphType


@dataclass(frozen=True, slots=True)
class Options:
    """Who answers a want: spots that stand (by index), or jumps."""

    spots: tuple[int, ...]
    jumps: tuple[JumpKey, ...]


@dataclass(frozen=True, slots=True)
class Entrance:
    """What a jump needs: all of `requires`, and all wants of one of `keys`."""

    keys: tuple[tuple[Want, ...], ...]
    requires: tuple[Want, ...]


@dataclass(slots=True)
class Entrances:
    """The and-or graph at a position for objects of one type."""

    search: Searching
    type_name: str
    spots: tuple[Spot, ...]
    teller: SubgraphType | None = None
    """Where the type is not known: the subgraph that is to tell it."""
    options: dict[Want, Options] = field(default_factory=dict)
    """Of the client's wants."""
    needs: dict[Want, Options] = field(default_factory=dict)
    """Of the wants that jumps need."""
    jumps: dict[JumpKey, Entrance] = field(default_factory=dict)

    def explore(self, wants: tuple[Want, ...]) -> None:
        """Lay out the graph for these wants."""
        waiting: deque[JumpKey] = deque()
        for want in wants:
            self.options[want] = self._options(want)
            waiting.extend(self.options[want].jumps)
        while waiting:
            key = waiting.popleft()
            if key in self.jumps:
                continue
            entrance = self.jumps[key] = self._entrance(key)
            for need in (*(want for keys in entrance.keys for want in keys), *entrance.requires):
                if need not in self.needs:
                    self.needs[need] = self._cheapest(need) or self._options(need)
                    waiting.extend(self.needs[need].jumps)

    def _options(self, want: Want) -> Options:
        if want.name == "__typename":
            known = (i for i, spot in enumerate(self.spots) if not spot.visit.is_opaque)
            return Options(tuple(known), (JumpKey(self.teller),) if self.teller else ())
        if want.deferral is not None and (jumps := tuple(self._deferred(want))):
            return Options((), jumps)
        spots = tuple(i for i, spot in enumerate(self.spots) if spot.visit.here(want.name))
        standing = {self.spots[index].visit.view for index in spots}
        return Options(
            spots,
            tuple(
                key
                for view in self._views()
                if view not in standing and (key := self._jump(view, want.name)) is not None
            ),
        )

    def _views(self) -> Sequence[SubgraphType]:
        views = self.search.graph.views[self.type_name]
        preferred = self.search.preferred
        if not preferred:
            return views
        return sorted(views, key=lambda view: -preferred.get(view.graph, 0))

    def _deferred(self, want: Want) -> Iterator[JumpKey]:
        """The ways to answer a want later than the rest, in the same subgraph or another."""
        walk = self.search.visits.walk
        standings = frozenset(spot.visit.standing for spot in self.spots)
        for view in self.search.graph.views[self.type_name]:
            key = self._jump(view, want.name)
            if key is not None and walk.enters(self.type_name, view, standings):
                yield replace(key, deferral=want.deferral)

    def _jump(self, view: SubgraphType, name: str) -> JumpKey | None:
        definition = view.fields.get(name)
        if definition is None or definition.is_external or view in self.search.avoided:
            return None
        if not view.is_root and not any(key.resolvable for key in view.keys):
            return None
        if not self.search.visits.walk.is_active(definition):
            return None
        if view.kind == "interface" and self.search.visits.enter(view).here(name) is None:
            return None
        return JumpKey(view, definition.requires, definition.contexts)

    def _entrance(self, key: JumpKey) -> Entrance:
        wants = self.search.wants
        view = key.view
        keys = [
            wants.narrow(wants.of_field_set(entity_key.fields), self.type_name)
            for entity_key in view.keys
            if entity_key.resolvable
        ]
        if view.is_root:
            keys = [()]
        requires = wants.narrow(wants.of_field_set(key.requires), self.type_name)
        return Entrance(tuple(dict.fromkeys(keys)), requires)

    def _cheapest(self, need: Want) -> Options | None:
        """A spot that stands first and answers for nothing is as good as any other way."""
        lowest = min((spot.level for spot in self.spots), default=0)
        for index, spot in enumerate(self.spots):
            if spot.level > lowest + 1 or spot.visit.here(need.name) is None:
                continue
            if need.wants:
                below = spot.visit.below(need.name)
                if below is None:
                    continue
                placed = self.search.place(need.wants, (Spot(below, 0),))
                if placed is None or not placed.cost.is_free:
                    continue
            return Options((index,), ())
        return None
