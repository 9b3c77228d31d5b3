"""A subgraph at a position, with what it can answer there: the walk's standings, remembered."""

from __future__ import annotations

from dataclasses import dataclass, field

from router.query_graph.field_set import FieldSet
from router.query_graph.model import SubgraphField, SubgraphType
from router.query_graph.walk import Standing, Walk


@dataclass(slots=True, eq=False)
class Visit:
    """A standing, interned: equal ones of a planner are one object."""

    standing: Standing
    _visits: Visits
    _here: dict[str, SubgraphField | None] = field(default_factory=dict)
    _below: dict[str, Visit | None] = field(default_factory=dict)
    _narrowed: dict[str, Visit | None] = field(default_factory=dict)

    @property
    def view(self) -> SubgraphType:
        return self.standing.view

    def here(self, name: str) -> SubgraphField | None:
        """The field if the subgraph resolves it here with nothing sent."""
        if name not in self._here:
            self._here[name] = self._visits.walk.field_here(self.standing, name)
        return self._here[name]

    def below(self, name: str) -> Visit | None:
        """Where the field leads; None where it is a leaf."""
        if name not in self._below:
            landed = self._visits.walk.follow(self.standing, self.view.fields[name])
            self._below[name] = None if landed is None else self._visits.intern(landed)
        return self._below[name]

    def narrow(self, type_name: str) -> Visit | None:
        """The same for objects of one type; None where there can be none."""
        if type_name not in self._narrowed:
            narrowed = self._visits.walk.narrow(self.standing, type_name)
            self._narrowed[type_name] = None if narrowed is None else self._visits.intern(narrowed)
        return self._narrowed[type_name]

    @property
    def is_opaque(self) -> bool:
        """Tell whether the subgraph does not know the type of what stands here."""
        return self.view.kind == "interface object"


@dataclass(slots=True)
class Visits:
    """All visits of a query graph under one set of override labels."""

    walk: Walk
    _by_view: dict[SubgraphType, Visit] = field(default_factory=dict)
    _by_provided: dict[tuple[SubgraphType, FieldSet], Visit] = field(default_factory=dict)

    def enter(self, view: SubgraphType) -> Visit:
        """The visit that a jump makes."""
        found = self._by_view.get(view)
        if found is None:
            found = self._by_view[view] = Visit(Standing(view), self)
        return found

    def intern(self, standing: Standing) -> Visit:
        if not standing.provided:
            return self.enter(standing.view)
        key = (standing.view, standing.provided)
        found = self._by_provided.get(key)
        if found is None:
            found = self._by_provided[key] = Visit(standing, self)
        return found
