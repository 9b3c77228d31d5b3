"""Find the cheapest way to answer what is wanted at a position.

What a position costs depends on its wants and on the visits that stand there, so the search is a
recursion over positions, remembered by both. A want that a standing visit answers for nothing is
settled at once; for the rest, types that behave alike are one part (`crossing`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from router.planner.crossing import cross
from router.planner.placement import Assigned, Cost, Part, Placement, Spot
from router.planner.visits import Visit, Visits
from router.planner.wants import Want, Wants
from router.query_graph.model import QueryGraph, SubgraphType
from router.supergraph.model import GraphId

Key = tuple[object, ...]
Parted = tuple[Part, Cost, tuple[tuple[Want, frozenset[str]], ...]]
"""A part, its cost, and what nobody answers in it."""


@dataclass(slots=True)
class Search:
    """One plan's search. `budget` bounds the choices it looks at; `spent` tells that it ran out."""

    graph: QueryGraph
    visits: Visits
    wants: Wants
    budget: int
    preferred: Mapping[GraphId, int] = field(default_factory=dict)
    """How much each subgraph is preferred where two would do as well."""
    avoided: frozenset[SubgraphType] = frozenset()
    """Views into which no jump is made, to see whether it can be done without."""
    forced: Counter[GraphId] = field(default_factory=Counter)
    """At how many positions no answer can do without a subgraph."""
    had_choice: bool = False
    spent: bool = False
    circles: int = 0
    """How often the search met a position that waits for itself."""
    _placed: dict[Key, Placement | None] = field(default_factory=dict)
    _pending: set[Key] = field(default_factory=set)
    _alike: dict[tuple[str, str], object] = field(default_factory=dict)

    def place(self, wants: tuple[Want, ...], spots: tuple[Spot, ...]) -> Placement | None:
        """Answer wants where these visits stand; None where that would wait for itself."""
        base = min((spot.level for spot in spots), default=0)
        relative = tuple(Spot(spot.visit, spot.level - base) for spot in spots) if base else spots
        key: Key = (*map(id, wants), None, *((id(s.visit), s.level) for s in relative))
        if key in self._placed:
            return self._placed[key]
        if key in self._pending:
            self.circles += 1
            return None
        circles = self.circles
        self._pending.add(key)
        placement = self._place(wants, relative)
        self._pending.discard(key)
        if circles == self.circles or not self._pending:
            self._placed[key] = placement
        return placement

    def place_root(self, root_type: str, wants: tuple[Want, ...]) -> Placement:
        """Answer wants on a root type, where nothing stands yet."""
        part, cost, missing = self._part(frozenset({root_type}), wants, ())
        return Placement(frozenset({root_type}), (), (part,), cost, missing)

    def _place(self, wants: tuple[Want, ...], spots: tuple[Spot, ...]) -> Placement:
        known = [spot for spot in spots if not spot.visit.is_opaque]
        if not known:
            return self._place_opaque(wants, spots)
        possible = frozenset.intersection(*(spot.visit.view.possible for spot in known))
        direct, rest = self._settle(wants, spots, possible)
        groups = self._groups(rest, spots, possible)
        parts = [self._part(types, wanted, spots) for types, wanted in groups]
        return Placement(
            possible,
            tuple(direct),
            tuple(part for part, _, _ in parts),
            self._total_of_parts(direct, spots, parts),
            tuple(missing for _, _, lacking in parts for missing in lacking),
        )

    def _total_of_parts(
        self, direct: list[Assigned], spots: tuple[Spot, ...], parts: list[Parted]
    ) -> Cost:
        """The cost of a position; what several parts ask of one subgraph at once is one fetch."""
        total = self._total([self._cost_of(direct, spots), *(cost for _, cost, _ in parts)])
        asked = [
            {(jump.key.view.graph, jump.level, jump.key.deferral) for jump in part.jumps}
            for part, _, _ in parts
        ]
        again = sum(map(len, asked)) - len(set().union(*asked))
        return replace(total, fetches=total.fetches - again)

    def _total(self, costs: list[Cost]) -> Cost:
        return Cost(
            sum(cost.missing for cost in costs),
            max((cost.end for cost in costs), default=0),
            sum(cost.fetches for cost in costs),
        )

    def _cost_of(self, direct: list[Assigned], spots: tuple[Spot, ...]) -> Cost:
        return Cost(0, max((spots[a.sources[0]].level for a in direct), default=0), 0)

    def _settle(
        self, wants: tuple[Want, ...], spots: tuple[Spot, ...], possible: frozenset[str]
    ) -> tuple[list[Assigned], list[Want]]:
        """Part the wants into those that a standing visit answers for nothing, and the rest."""
        direct: list[Assigned] = []
        rest: list[Want] = []
        order = sorted(range(len(spots)), key=lambda index: spots[index].level)
        for want in wants:
            types = possible if want.types is None else want.types & possible
            if not types:
                continue
            found = None
            if want.deferral is None:
                found = self._answer_in_place(want, spots, order, types)
            if found is None:
                rest.append(want)
            else:
                sources, below = found
                level = spots[sources[0]].level
                some = None if len(types) == len(possible) else types
                direct.append(Assigned(want, sources, below, level, some))
        return direct, rest

    def _answer_in_place(
        self, want: Want, spots: tuple[Spot, ...], order: list[int], types: frozenset[str]
    ) -> tuple[tuple[int, ...], Placement | None] | None:
        for index in order:
            spot = spots[index]
            if want.name == "__typename":
                if not spot.visit.is_opaque:
                    return (index,), None
                continue
            if spot.level > spots[order[0]].level + 1:
                break
            answers, visit = _lands(spot.visit, want.name, types)
            if not answers:
                continue
            if visit is None:
                return (index,), None
            placement = self.place(want.wants, (Spot(visit, 0),))
            if placement is not None and placement.cost.is_free:
                return (index,), placement
        return None

    def _groups(
        self, wants: list[Want], spots: tuple[Spot, ...], possible: frozenset[str]
    ) -> list[tuple[frozenset[str], tuple[Want, ...]]]:
        """Part the possible types by what is wanted of them and by how they behave."""
        if not wants:
            return []
        if len(possible) == 1:
            return [(possible, self.wants.narrow(tuple(wants), next(iter(possible))))]
        groups: dict[Key, tuple[list[str], tuple[Want, ...]]] = {}
        for name in sorted(possible):
            wanted = self.wants.narrow(tuple(wants), name)
            if not wanted:
                continue
            key = (
                *map(id, wanted),
                self._behaviour(name, wanted),
                *(self._stands(spot, name, wanted) for spot in spots),
            )
            groups.setdefault(key, ([], wanted))[0].append(name)
        return [(frozenset(names), wanted) for names, wanted in groups.values()]

    def _stands(self, spot: Spot, name: str, wanted: tuple[Want, ...]) -> object:
        visit = spot.visit.narrow(name)
        if visit is None:
            return None
        return tuple(
            visit.below(want.name) if visit.here(want.name) else False
            for want in wanted
            if want.name != "__typename"
        )

    def _behaviour(self, type_name: str, wanted: tuple[Want, ...]) -> object:
        views = self.graph.views[type_name]
        return (
            tuple((view.graph, view.kind, view.keys) for view in views),
            tuple(self._field_behaviour(type_name, views, want.name) for want in wanted),
        )

    def _field_behaviour(
        self, type_name: str, views: tuple[SubgraphType, ...], name: str
    ) -> object:
        key = (type_name, name)
        if key not in self._alike:
            self._alike[key] = tuple(
                (definition.type.text, definition.is_external, definition.requires)
                if (definition := view.fields.get(name)) is not None
                else None
                for view in views
            )
        return self._alike[key]

    def _part(
        self, types: frozenset[str], wants: tuple[Want, ...], spots: tuple[Spot, ...]
    ) -> Parted:
        """Answer wants for objects of types that behave alike."""
        name = min(types)
        narrowed = tuple(
            Spot(visit, spot.level) if (visit := spot.visit.narrow(name)) else spot
            for spot in spots
        )
        crossing = cross(self, name, wants, narrowed)
        part = Part(types, crossing.jumps, crossing.assigned)
        return part, crossing.cost, tuple((want, types) for want in crossing.missing)

    def _place_opaque(self, wants: tuple[Want, ...], spots: tuple[Spot, ...]) -> Placement:
        """Answer wants where only interface objects stand; ask for the type where it matters."""
        interface = spots[0].visit.view.name
        names = frozenset({interface})
        if all(want.types is None and want.name != "__typename" for want in wants):
            part, cost, missing = self._part(names, wants, spots)
            if not missing:
                return Placement(names, (), (part,), cost)
        tellers = [
            view
            for view in self.graph.views[interface]
            if view.kind == "interface" and any(key.resolvable for key in view.keys)
        ]
        told = [self._tell(interface, view, wants, spots) for view in tellers]
        found = [placement for placement in told if placement is not None]
        found += self._told_apart(tellers, interface, wants, spots)
        if found:
            return min(found, key=lambda placement: placement.cost)
        return self._untold(interface, wants, spots)

    def _told_apart(
        self,
        tellers: list[SubgraphType],
        interface: str,
        wants: tuple[Want, ...],
        spots: tuple[Spot, ...],
    ) -> Iterator[Placement]:
        """Answer what does not depend on the type without waiting for it."""
        names = frozenset({interface})
        common = tuple(w for w in wants if w.types is None and w.name != "__typename")
        if not common:
            return
        first = self._part(names, common, spots)
        rest = tuple(want for want in wants if want not in common)
        for view in tellers if not first[2] else ():
            placed = self._tell(interface, view, rest, spots)
            if placed is not None:
                (part,) = placed.parts
                parts = [first, (part, placed.cost, ())]
                cost = self._total_of_parts([], spots, parts)
                yield Placement(names, (), (first[0], part), cost, placed.missing)

    def _tell(
        self,
        interface: str,
        view: SubgraphType,
        wants: tuple[Want, ...],
        spots: tuple[Spot, ...],
    ) -> Placement | None:
        """Ask a subgraph that has the interface what the object is, then answer by type."""
        asked = self.wants.intern(Want("__typename", "__typename"))
        crossing = cross(self, interface, (asked,), spots, teller=view)
        if crossing.missing:
            return None
        jumped = tuple(Spot(jump.visit, jump.level) for jump in crossing.jumps)
        rest = self.place(wants, (*spots, *jumped))
        if rest is None:
            return None
        names = frozenset({interface})
        part = Part(names, crossing.jumps, crossing.assigned, rest)
        cost = self._total([crossing.cost, rest.cost])
        return Placement(names, (), (part,), cost, rest.missing)

    def _untold(
        self, interface: str, wants: tuple[Want, ...], spots: tuple[Spot, ...]
    ) -> Placement:
        """Nobody can tell the type: answer what does not depend on it."""
        names = frozenset({interface})
        common = tuple(w for w in wants if w.types is None and w.name != "__typename")
        part, cost, missing = self._part(names, common, spots)
        lost = [(want, names) for want in wants if want not in common]
        cost = Cost(cost.missing + len(lost), cost.end, cost.fetches)
        return Placement(names, (), (part,), cost, (*missing, *lost))


def _lands(visit: Visit, name: str, types: frozenset[str]) -> tuple[bool, Visit | None]:
    """Tell whether a visit answers a field for all types alike, and where the field leads."""
    landed: set[Visit | None] = set()
    for type_name in types:
        narrowed = visit.narrow(type_name)
        if narrowed is None or narrowed.here(name) is None:
            return False, None
        landed.add(narrowed.below(name))
    return len(landed) == 1, landed.pop()
