"""The fetches of a plan while it is made: what each selects, carries and waits for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from router.planner.answer_tree import Position, Scope
from router.planner.conditions import NEVER, When, either
from router.planner.representation import joined
from router.query_graph.field_set import FieldPath
from router.query_graph.model import SubgraphType
from router.query_plan.nodes import ContextVariable, RepresentationSelection
from router.supergraph.model import GraphId
from router.supergraph.type_reference import TypeReference


@dataclass(slots=True, eq=False)
class Chosen:
    """A field that a fetch selects."""

    name: str
    arguments: str
    variables: frozenset[str]
    when: When
    below: Selected | None = None


@dataclass(slots=True, eq=False)
class Selected:
    """What a fetch selects at a position.

    `view` is the type that the subgraph returns there; None at the entrance of an entity fetch,
    where anything can stand. `fields` are by name and by the types they are selected for.
    `conditions` names, at an entrance, the type condition for each type. `typename` tells when
    `__typename` is needed beside the fields.
    """

    scope: Scope
    view: SubgraphType | None
    fields: dict[tuple[str, frozenset[str]], Chosen] = field(default_factory=dict)
    conditions: dict[str, str] = field(default_factory=dict)
    typename: When = NEVER

    def add(self, key: tuple[str, frozenset[str]], chosen: Chosen) -> Chosen:
        """Select a field, or select it more often."""
        found = self.fields.get(key)
        if found is None:
            self.fields[key] = chosen
            return chosen
        found.when = either(found.when, chosen.when)
        return found


@dataclass(frozen=True, slots=True)
class Represented:
    """How objects of one type are represented: the type's name to send, or None for their own."""

    typename: str | None
    selections: tuple[RepresentationSelection, ...]


@dataclass(frozen=True, slots=True)
class FilledArgument:
    """A variable that is read from an object further up, and its type."""

    type: TypeReference
    variable: ContextVariable


@dataclass(slots=True, eq=False)
class Node:
    """A fetch: of root fields, or of entities that stand at a position.

    `parts` are the parts of the answer that need it (None for the one that comes first, and the
    numbers of deferrals), and `part` is the one with which it runs.
    """

    number: int
    graph: GraphId
    position: Position
    is_root: bool
    root_type: str | None
    view: SubgraphType
    level: int
    selected: Selected
    after: dict[Node, None] = field(default_factory=dict)
    represented: dict[str, Represented] = field(default_factory=dict)
    contexts: dict[str, FilledArgument] = field(default_factory=dict)
    parts: set[int | None] = field(default_factory=set)
    part: int | None = None
    asked: dict[FieldPath, str] = field(default_factory=dict)
    """The arguments of what is required: a representation has one value for each field."""

    @property
    def when(self) -> When:
        """When anything that it selects is wanted."""
        wanted = self.selected.typename
        for chosen in self.selected.fields.values():
            wanted = either(wanted, chosen.when)
        return wanted

    def entries(self) -> list[frozenset[str]]:
        """The types that may enter as one: those that a subgraph cannot tell apart enter alike.

        To an interface object every object has the interface's name: what is selected for one is
        answered for all, so objects of which different things are wanted enter apart.
        """
        together: set[str] = set()
        apart: dict[str, dict[object, set[str]]] = {}
        for name in self.represented:
            condition = self.selected.conditions[name]
            if condition == name:
                together.add(name)
            else:
                fields = (key[0] for key in self.selected.fields if name in key[1])
                alike = (self.represented[name], frozenset(fields))
                apart.setdefault(condition, {}).setdefault(alike, set()).add(name)
        entries = [frozenset(names) for groups in apart.values() for names in groups.values()]
        if together:
            entries.insert(0, frozenset(together))
        return entries

    def represent(self, type_name: str, represented: Represented) -> None:
        earlier = self.represented.get(type_name)
        if earlier is not None:
            both = joined((*earlier.selections, *represented.selections))
            represented = Represented(earlier.typename, both)
        self.represented[type_name] = represented


@dataclass(slots=True)
class FetchGraph:
    """The fetches of one root, each once by position, subgraph and level."""

    nodes: dict[tuple[object, ...], Node] = field(default_factory=dict)

    def node(
        self,
        position: Position,
        view: SubgraphType,
        level: int,
        guard: object,
        asked: dict[FieldPath, str],
    ) -> Node:
        """The fetch at a position into a subgraph; made where there is none yet.

        `guard` tells fetches apart that must not wait for each other's requirements. What requires
        a field with other arguments is `asked` for in a fetch of its own.
        """
        apart = 0
        key: tuple[object, ...] = (position, view.graph, level, guard, apart)
        found = self.nodes.get(key)
        while found is not None and any(found.asked.get(p, a) != a for p, a in asked.items()):
            apart += 1
            key = (*key[:-1], apart)
            found = self.nodes.get(key)
        if found is None:
            found = self.nodes[key] = Node(
                number=len(self.nodes),
                graph=view.graph,
                position=position,
                is_root=view.is_root,
                root_type=view.name if view.is_root else None,
                view=view,
                level=level,
                selected=Selected(position.scope, view if view.is_root else None),
            )
        found.asked.update(asked)
        return found

    def __iter__(self) -> Iterator[Node]:
        return iter(self.nodes.values())
