"""Which moves are legal from where one stands; nothing here prefers one over another.

Objects of one type stand at a position. A `Standing` is a subgraph that was asked there. From it
a field that the subgraph resolves leads on in the same subgraph, and a key leads into another
subgraph that takes the key, if what stands there can supply it.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from router.query_graph.field_set import FieldSet, FieldSetField
from router.query_graph.model import QueryGraph, SubgraphField, SubgraphType


@dataclass(frozen=True, slots=True)
class Standing:
    """A subgraph at a position, and what was provided there (`@provides`) on the way in."""

    view: SubgraphType
    provided: FieldSet = ()


Standings = frozenset[Standing]


@dataclass(slots=True)
class Walk:
    """Moves in a query graph while the override labels in `active_labels` are on."""

    graph: QueryGraph
    active_labels: frozenset[str] = frozenset()
    _reached: dict[tuple[str, Standings], Standings] = field(default_factory=dict)

    def is_active(self, definition: SubgraphField) -> bool:
        """Tell whether a progressive override leaves the field to this subgraph."""
        override = definition.override
        return override is None or (override.label in self.active_labels) == override.active

    def field_here(self, standing: Standing, name: str) -> SubgraphField | None:
        """Return the field if the subgraph resolves it for what stands here, with nothing sent."""
        view = standing.view
        if view.kind == "interface":
            return self._interface_field(standing, name)
        definition = view.fields.get(name)
        if definition is None or definition.requires or definition.contexts:
            return None
        if definition.is_external:
            is_provided = any(given.name == name for given in standing.provided)
            return definition if is_provided else None
        return definition if self.is_active(definition) else None

    def _interface_field(self, standing: Standing, name: str) -> SubgraphField | None:
        """An interface field is resolved here where it is for every type that can stand here."""
        definition = standing.view.fields.get(name)
        if definition is None:
            return None
        for concrete in standing.view.possible:
            narrowed = self.narrow(standing, concrete)
            if narrowed is None or self.field_here(narrowed, name) is None:
                return None
        return definition

    def narrow(self, standing: Standing, object_type: str) -> Standing | None:
        """See what stands here as objects of one type; None where they cannot be of that type."""
        view = standing.view
        if view.name == object_type:
            return standing
        if view.kind == "interface object":
            matches = object_type in self.graph.possible_types[view.name]
            return standing if matches else None
        if object_type not in view.possible:
            return None
        provided = tuple(
            given
            for given in standing.provided
            if given.types is None or object_type in given.types
        )
        return Standing(self.graph.types[view.graph][object_type], provided)

    def follow(self, standing: Standing, definition: SubgraphField) -> Standing | None:
        """Go along a field; None where it is a leaf."""
        view = self.graph.types[standing.view.graph].get(definition.type.name)
        if view is None:
            return None
        provided = definition.provides
        for given in standing.provided:
            if given.name == definition.name:
                provided += given.selections
        return Standing(view, provided)

    def reach(self, type_name: str, standings: Standings) -> Standings:
        """All standings that keys lead to from these, for objects of one type."""
        cached = self._reached.get((type_name, standings))
        if cached is not None:
            return cached
        reached = set(standings)
        waiting = [
            view
            for view in self.graph.views.get(type_name, ())
            if view.is_root or any(key.resolvable for key in view.keys)
        ]
        progress = True
        while progress:
            entered = [
                view for view in waiting if self._enters(type_name, view, frozenset(reached))
            ]
            waiting = [view for view in waiting if view not in entered]
            reached.update(Standing(view) for view in entered)
            progress = bool(entered)
        result = frozenset(reached)
        self._reached[type_name, standings] = result
        return result

    def _enters(self, type_name: str, view: SubgraphType, reached: Standings) -> bool:
        return view.is_root or any(
            key.resolvable and self._supplies(type_name, key.fields, reached, frozenset())
            for key in view.keys
        )

    def enters(self, type_name: str, view: SubgraphType, standings: Standings) -> bool:
        """Tell whether a key leads from these standings into a view, their own included."""
        return self._enters(type_name, view, self.reach(type_name, standings))

    def resolvers(self, type_name: str, name: str, standings: Standings) -> Standings:
        """The standings, here or reached by keys, that resolve a field of a type."""
        return self._resolvers(type_name, name, self.reach(type_name, standings), frozenset())

    def supplies(self, type_name: str, wanted: FieldSet, standings: Standings) -> bool:
        """Tell whether a field set can be fetched from here, by whatever hops."""
        return self._supplies(type_name, wanted, self.reach(type_name, standings), frozenset())

    def _resolvers(
        self, type_name: str, name: str, reached: Standings, pending: frozenset[tuple[str, str]]
    ) -> Standings:
        found = {standing for standing in reached if self.field_here(standing, name) is not None}
        for view in self.graph.views.get(type_name, ()):
            definition = view.fields.get(name)
            if definition is None or not self.is_sent_for(definition):
                continue
            step = (view.graph, name)
            if (
                step not in pending
                and self._enters(type_name, view, reached)
                and self._supplies(type_name, definition.requires, reached, pending | {step})
            ):
                found.add(Standing(view))
        return frozenset(found)

    def is_sent_for(self, definition: SubgraphField) -> bool:
        """Tell whether the field is resolved for entities that bring what it asks for."""
        asks = bool(definition.requires or definition.contexts)
        return asks and not definition.is_external and self.is_active(definition)

    def _supplies(
        self,
        type_name: str,
        wanted: FieldSet,
        reached: Standings,
        pending: frozenset[tuple[str, str]],
    ) -> bool:
        return all(
            self._supplies_field(type_name, asked, reached, pending)
            for asked in wanted
            if asked.types is None or type_name in asked.types
        )

    def _supplies_field(
        self,
        type_name: str,
        asked: FieldSetField,
        reached: Standings,
        pending: frozenset[tuple[str, str]],
    ) -> bool:
        resolvers = self._resolvers(type_name, asked.name, reached, pending)
        if not asked.selections:
            return bool(resolvers)
        below = self.below(asked.name, resolvers)
        return bool(below) and all(
            self.supplies(concrete, asked.selections, narrowed)
            for concrete, narrowed in self.concrete(below).items()
        )

    def below(self, name: str, resolvers: Standings) -> Standings:
        """Go along a field from every standing that resolves it."""
        landed = (self.follow(standing, standing.view.fields[name]) for standing in resolvers)
        return frozenset(standing for standing in landed if standing is not None)

    def concrete(self, standings: Standings) -> dict[str, Standings]:
        """Part what stands here by type.

        The types are those that every standing allows, since all see the same objects. Where only
        interface objects stand, the one type is the interface itself.
        """
        known = [s for s in standings if s.view.kind != "interface object"]
        if not known:
            names = frozenset(s.view.name for s in standings)
        else:
            names = frozenset.intersection(*(s.view.possible for s in known))
        parted: dict[str, Standings] = {}
        for name in sorted(names):
            narrowed = (self.narrow(standing, name) for standing in standings)
            parted[name] = frozenset(standing for standing in narrowed if standing is not None)
        return parted
