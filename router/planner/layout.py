"""Placement → fetch graph: lay what was decided for each position into fetches.

The client's fields come first, so that they get the names the client gave them. Then what the
jumps need is laid, from the last jump to the first: the fetches that supply it are then complete
in what they are asked for, and so in when they run.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from heapq import heappop, heappush
from itertools import count

from router.errors import PlanError
from router.planner.answer_tree import Position, list_depth
from router.planner.conditions import ALWAYS, NEVER, When, both, either
from router.planner.context import arguments_in, holder_of, variable_name
from router.planner.fetch_graph import Chosen, FetchGraph, FilledArgument, Node, Represented
from router.planner.ground import Foot, Ground, Laid, Origin, Types
from router.planner.placement import Assigned, Jump, Part, Placement
from router.planner.representation import joined, of_type
from router.planner.searching import Searching
from router.query_graph.field_set import arguments_of
from router.query_graph.model import ContextUse
from router.query_plan.nodes import (
    ContextVariable,
    RepresentationField,
    RepresentationFragment,
    RepresentationSelection,
)


@dataclass(slots=True)
class Layout:
    """Lays placements into one fetch graph."""

    search: Searching
    fetches: FetchGraph = field(default_factory=FetchGraph)
    _waiting: list[tuple[int, int, Ground, Part, Jump, Node]] = field(default_factory=list)
    _order: count[int] = field(default_factory=count)

    def lay_root(self, placement: Placement, position: Position) -> None:
        """Lay the answer to the client's operation, then all that its jumps need."""
        self._lay(placement, Ground(position, (), 0, placement.possible, ALWAYS, True))
        while self._waiting:
            _, _, ground, part, jump, node = heappop(self._waiting)
            self._lay_needs(ground, part, jump, node)

    def _lay(self, placement: Placement, ground: Ground) -> Laid:
        laid = Laid()
        fields: dict[tuple[object, ...], tuple[Assigned, Ground, Types]] = {}
        for assigned in placement.direct:
            types = assigned.types or placement.possible
            _add(fields, assigned, ground, types)
        for part in placement.parts:
            stands = self._enter(part, ground)
            if part.rest is not None:
                below = replace(stands, possible=part.rest.possible)
                laid.extend(self._lay(part.rest, below))
                continue
            for assigned in part.assigned:
                _add(fields, assigned, stands, part.types)
        for assigned, stands, types in fields.values():
            laid.extend(self._lay_field(assigned, stands, types))
        for want, types in placement.missing:
            ground.position.scope.lose(want, self._concrete(types))
        return laid

    def _concrete(self, types: Types) -> Types:
        """The object types behind names of which one may be an interface's."""
        return frozenset().union(*(self.search.graph.possible_types[name] for name in types))

    def _enter(self, part: Part, ground: Ground) -> Ground:
        """Make the fetches of a part's jumps; what they need is laid later."""
        stands = ground
        for jump in part.jumps:
            key = jump.key
            wanted = both(ground.when, _wanted_when(part, len(stands.feet)))
            guard = (
                wanted if key.requires and wanted != ground.when else None,
                key.contexts,
                key.deferral,
            )
            level = ground.base + jump.level
            asked = dict(arguments_of(key.requires))
            node = self.fetches.node(ground.position, key.view, level, guard, asked)
            condition = None if key.view.kind == "object" else key.view.name
            for name in part.types:
                node.selected.conditions[name] = condition or name
            heappush(self._waiting, (-level, next(self._order), stands, part, jump, node))
            foot = Foot(node, jump.visit, node.selected)
            stands = replace(stands, feet=(*stands.feet, foot))
        if part.rest is not None:
            told = stands.foot(-1).selected()
            told.typename = either(told.typename, both(ground.when, _wanted_below(part.rest)))
        return stands

    def _lay_field(self, assigned: Assigned, ground: Ground, types: Types) -> Laid:
        laid = Laid()
        for alike in ground.alike(assigned, types):
            selection = self._lay_alike(assigned, ground, alike, laid)
            if len(alike) == len(ground.possible):
                laid.selections.append(selection)
            else:
                laid.selections.extend(
                    RepresentationFragment(frozenset({name}), name, (selection,))
                    for name in sorted(alike)
                )
        return laid

    def _lay_alike(
        self, assigned: Assigned, ground: Ground, types: Types, laid: Laid
    ) -> RepresentationSelection:
        want = assigned.want
        shapes = ground.shapes(assigned, min(types))
        on = self._concrete(types)
        name = ground.position.scope.claim(want, on, shapes, ground.is_client)
        when = both(ground.when, want.when)
        part = ground.part if want.deferral is None else want.deferral
        for foot in ground.standing(assigned):
            foot.node.parts.add(part)
        if assigned.below is None:
            for foot in ground.standing(assigned):
                arguments = arguments_in(foot.narrowed(min(types)).view, want.name, want.arguments)
                chosen = Chosen(want.name, arguments, want.variables, when)
                foot.selected().add((name, types), chosen)
                laid.nodes[foot.node] = None
            return RepresentationField(want.name, name)
        below = self._lay_below(assigned, replace(ground, when=when, part=part), (name, types))
        laid.nodes.update(below.nodes)
        return RepresentationField(want.name, name, joined(below.selections))

    def _lay_below(self, assigned: Assigned, ground: Ground, key: tuple[str, Types]) -> Laid:
        placement = assigned.below
        assert placement is not None, "a field with selections leads somewhere"
        feet = self._step_down(assigned, ground, key)
        standing = [foot for foot in feet if foot is not None]
        origin = standing[0].origin
        assert origin is not None, "a foot that was stepped down to has an origin"
        inner = Ground(
            origin.position,
            feet,
            ground.base + assigned.base,
            placement.possible,
            ground.when,
            ground.is_client,
            ground.part,
            ground,
        )
        laid = self._lay(placement, inner)
        if not any(foot.laid for foot in standing):
            standing[0].selected()
            laid.nodes[standing[0].node] = None
        if any(foot.visit.view.is_abstract for foot in standing):
            laid.selections.insert(0, RepresentationField("__typename", "__typename"))
        return laid

    def _step_down(
        self, assigned: Assigned, ground: Ground, key: tuple[str, Types]
    ) -> tuple[Foot | None, ...]:
        """The feet below a field, in the order of its sources."""
        want = assigned.want
        name, types = key
        some = None if types == ground.possible else types
        feet: list[Foot | None] = []
        for source in assigned.sources:
            if source < 0:
                feet.append(None)
                continue
            foot = ground.foot(source)
            narrowed = foot.narrowed(min(types))
            visit = narrowed.below(want.name)
            assert visit is not None, "a field with selections leads somewhere"
            lists = list_depth(narrowed.view.fields[want.name].type)
            position = ground.position.child(some, name, lists)
            arguments = arguments_in(narrowed.view, want.name, want.arguments)
            chosen = Chosen(want.name, arguments, want.variables, ground.when)
            feet.append(Foot(foot.node, visit, None, Origin(foot, key, chosen, position)))
        return tuple(feet)

    def _lay_needs(self, ground: Ground, part: Part, jump: Jump, node: Node) -> None:
        """Lay what a representation carries, and make the jump wait for it."""
        laid = Laid()
        when = node.when
        wanted = replace(ground, when=when, is_client=False)
        for need in jump.needs:
            laid.extend(self._lay_field(need, wanted, part.types))
        teller = ground.typename_from(part.types <= self.search.graph.opaque)
        if teller is not None:
            told = teller.selected()
            told.typename = either(told.typename, when)
            laid.nodes[teller.node] = None
        if jump.key.contexts:
            self._lay_contexts(wanted, part, jump, node, laid)
        laid.nodes.pop(node, None)
        node.after.update(laid.nodes)
        for before in laid.nodes:
            before.parts |= node.parts
        if node.is_root:
            return
        view = jump.key.view
        typename = None if view.kind == "object" else view.name
        for name in part.types:
            node.represent(name, Represented(typename, of_type(laid.selections, name)))

    def _lay_contexts(self, ground: Ground, part: Part, jump: Jump, node: Node, laid: Laid) -> None:
        """Lay what the jump's arguments are filled with, where the context is set."""
        for assigned in part.assigned:
            definition = jump.key.view.fields.get(assigned.want.name)
            if definition is None or definition.contexts != jump.key.contexts:
                continue
            for use in definition.contexts:
                name = variable_name(jump.key.view.name, definition.name, use.argument)
                filled = self._fill(ground, use, name, laid)
                node.contexts[name] = FilledArgument(use.type, filled)

    def _fill(self, ground: Ground, use: ContextUse, name: str, laid: Laid) -> ContextVariable:
        found = holder_of(use, ground)
        if found is None:
            raise PlanError(f"Nothing sets the context that fills the argument '{use.argument}'.")
        holder, levels = found
        where = replace(holder, when=ground.when, is_client=False)
        wants = self.search.wants.of_field_set(use.selections)
        placement = self.search.place(wants, holder.spots())
        if placement is None or placement.cost.missing:
            raise PlanError(f"The value for the argument '{use.argument}' cannot be fetched.")
        below = self._lay(placement, replace(where, feet=_compact(holder.feet)))
        laid.nodes.update(below.nodes)
        return ContextVariable(name, levels, joined(below.selections))


def _compact(feet: tuple[Foot | None, ...]) -> tuple[Foot | None, ...]:
    return tuple(foot for foot in feet if foot is not None)


def _add(
    fields: dict[tuple[object, ...], tuple[Assigned, Ground, Types]],
    assigned: Assigned,
    ground: Ground,
    types: Types,
) -> None:
    """Add a field to lay; with one that is answered alike for other types, it is one field.

    Or each type of a selection by type would have positions of its own below, and so on downwards.
    """
    key = (ground.answered_by(assigned, min(types)), id(assigned.below), assigned.want)
    if assigned.below is None or key not in fields:
        fields[key if assigned.below is not None else (len(fields),)] = (assigned, ground, types)
        return
    earlier, where, others = fields[key]
    fields[key] = (earlier, where, others | types)


def _wanted_when(part: Part, source: int) -> When:
    """When what a jump answers is wanted."""
    if part.rest is not None:
        return _wanted_below(part.rest)
    wanted = NEVER
    for assigned in part.assigned:
        if source in assigned.sources:
            wanted = either(wanted, assigned.want.when)
    return wanted


def _wanted_below(placement: Placement) -> When:
    wanted = NEVER
    for assigned in placement.direct:
        wanted = either(wanted, assigned.want.when)
    for part in placement.parts:
        for assigned in part.assigned:
            wanted = either(wanted, assigned.want.when)
        if part.rest is not None:
            wanted = either(wanted, _wanted_below(part.rest))
    return wanted
