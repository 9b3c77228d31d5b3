"""What a placement is laid on: a position, the visits that stand there, and when it is wanted."""

from __future__ import annotations

from dataclasses import dataclass, field

from router.planner.answer_tree import Position, shape_of
from router.planner.conditions import When
from router.planner.fetch_graph import Chosen, Node, Selected
from router.planner.placement import Assigned, Spot
from router.planner.visits import Visit
from router.query_plan.nodes import RepresentationSelection

Types = frozenset[str]


@dataclass(frozen=True, slots=True)
class Origin:
    """The field by which a foot is reached from another."""

    foot: Foot
    key: tuple[str, Types]
    chosen: Chosen
    position: Position


@dataclass(slots=True, eq=False)
class Foot:
    """A visit laid into a fetch. It selects nothing there before something below it is laid."""

    node: Node
    visit: Visit
    laid: Selected | None = None
    origin: Origin | None = None

    def selected(self) -> Selected:
        if self.laid is None:
            assert self.origin is not None, "a foot without origin is laid from the start"
            origin = self.origin
            chosen = origin.foot.selected().add(origin.key, origin.chosen)
            if chosen.below is None:
                chosen.below = Selected(origin.position.scope, self.visit.view)
            self.laid = chosen.below
        return self.laid

    def narrowed(self, type_name: str) -> Visit:
        return self.visit.narrow(type_name) or self.visit


@dataclass(frozen=True, slots=True)
class Ground:
    """A position on which a placement is laid.

    `feet` stand there, in the order of the placement's spots; levels count from `base`; `possible`
    are the types of its objects; `when` says when what is laid is wanted; `is_client`: by the
    client, or else by a jump's needs. `part` is the `@defer` in which it is wanted, None outside of
    any. `above` is the ground of the object that holds these.
    """

    position: Position
    feet: tuple[Foot | None, ...]
    base: int
    possible: Types
    when: When
    is_client: bool
    part: int | None = None
    above: Ground | None = None

    def foot(self, source: int) -> Foot:
        foot = self.feet[source]
        assert foot is not None, "a source that is used stands"
        return foot

    def spots(self) -> tuple[Spot, ...]:
        """The feet as the search sees them."""
        feet = (foot for foot in self.feet if foot is not None)
        return tuple(Spot(foot.visit, foot.node.level) for foot in feet)

    def standing(self, assigned: Assigned) -> list[Foot]:
        return [self.foot(source) for source in assigned.sources if source >= 0]

    def shapes(self, assigned: Assigned, type_name: str) -> dict[str, str]:
        """The shape of a field on objects of a type, by subgraph."""
        name = assigned.want.name
        if name == "__typename":
            return {}
        views = (foot.narrowed(type_name).view for foot in self.standing(assigned))
        # Not by the wants: conditions may have taken away all that is wanted of an object.
        is_leaf = assigned.below is None
        return {view.graph: shape_of(view.fields[name].type, is_leaf) for view in views}

    def answered_by(self, assigned: Assigned, type_name: str) -> tuple[object, ...]:
        """Who answers a field, and in what shape: by this, fields of several types are one."""
        feet = self.standing(assigned)
        laid = tuple(id(foot) if foot.origin is not None else id(foot.node) for foot in feet)
        return (*laid, tuple(self.shapes(assigned, type_name).items()))

    def alike(self, assigned: Assigned, types: Types) -> list[Types]:
        """Part types for which a field has different shapes: they need different names."""
        if len(types) == 1 or self._is_declared(assigned, types):
            return [types]
        parted: dict[tuple[tuple[str, str], ...], set[str]] = {}
        for name in types:
            key = tuple(sorted(self.shapes(assigned, name).items()))
            parted.setdefault(key, set()).add(name)
        return [frozenset(names) for names in parted.values()]

    def _is_declared(self, assigned: Assigned, types: Types) -> bool:
        """Tell whether the field is selected on the type that the subgraphs return, for all."""
        if assigned.want.name == "__typename":
            return True
        return len(types) == len(self.possible) and all(
            foot.visit.view.is_abstract and assigned.want.name in foot.visit.view.fields
            for foot in self.standing(assigned)
        )

    def typename_from(self, is_opaque: bool) -> Foot | None:
        """The visit that says of what type an object is, so that it can be represented.

        For one that goes by the interface's name (`is_opaque`), an interface object says enough.
        """
        if self.position.parent is None:
            return None
        standing = [foot for foot in self.feet if foot is not None and foot.laid is not None]
        known = [foot for foot in standing if is_opaque or not foot.visit.is_opaque]
        return min(known or standing, key=lambda foot: foot.node.level, default=None)


@dataclass(slots=True)
class Laid:
    """What laying fields gave: who supplies them, and how a representation reads them."""

    nodes: dict[Node, None] = field(default_factory=dict)
    selections: list[RepresentationSelection] = field(default_factory=list)

    def extend(self, other: Laid) -> None:
        self.nodes.update(other.nodes)
        self.selections.extend(other.selections)
