"""The fewest fetches, found by trying all: a planner that knows nothing but who can answer what.

Written apart from the router's planner, for graphs of objects. A plan is, for each level, the set
of subgraphs that are asked: one request each, in which a subgraph gives all it can, at every place
that was found before, for what was found before. More in a request costs nothing, so a plan is good
if some such sequence of sets finds everything; the best has the fewest levels, then requests.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import combinations

from drawn_world import selections_of
from graph import Graph, Part, Subgraph
from graphql import FieldNode, SelectionSetNode, print_ast

from router.operation.model import FieldSelection

Asked = tuple[str, str]
"""A field and its arguments as text."""

Place = tuple[Asked, ...]
Tree = dict[Asked, "Tree"]
Facts = frozenset[tuple[Place, Asked]]
"""The fields that were found, by place. A field with fields below is found where it leads."""

KEY_TARGETS = {"Pair": {"a": None, "b": "Inner"}, "Inner": {"c": None}}


@dataclass
class Exhaustive:
    """Plans for one query. `steps` bounds the work; `is_spent` tells that it was not enough."""

    graph: Graph
    wanted: Tree
    steps: int = 1000
    places: dict[Place, tuple[str, Tree]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._add_place((), "Query", self.wanted)

    @property
    def is_spent(self) -> bool:
        return self.steps <= 0

    def _add_place(self, place: Place, type_name: str, wanted: Tree) -> None:
        """Note all that may be worth asking for at a place: what is wanted, keys, requirements."""
        tree = merged({}, wanted)
        for subgraph in self.graph.subgraphs:
            for key in self.keys(subgraph, type_name, every=True):
                merged(tree, key)
        done: set[Asked] = set()
        while set(tree) - done:
            for asked in set(tree) - done:
                done.add(asked)
                for subgraph in self.graph.subgraphs:
                    part = subgraph.types.get(type_name, {}).get(asked[0])
                    if part is not None:
                        merged(tree, self.marked(part, "requires"))
        self.places[place] = (type_name, tree)
        for asked, below in tree.items():
            target = self.target(type_name, asked[0])
            if target is not None:
                self._add_place((*place, asked), target, below)

    def target(self, type_name: str, name: str) -> str | None:
        """The type that a field leads to."""
        if type_name in KEY_TARGETS:
            return KEY_TARGETS[type_name][name]
        for subgraph in self.graph.subgraphs:
            if subgraph.has(type_name, name):
                one = subgraph.types[type_name][name].field
                return "Pair" if name == "pair" else one.target
        return None

    def keys(self, subgraph: Subgraph, type_name: str, every: bool = False) -> Iterator[Tree]:
        for key in subgraph.keys.get(type_name, ()):
            if every or "resolvable: false" not in key:
                yield tree_of(selections_of(key.split('"')[1]))

    def marked(self, part: Part, directive: str) -> Tree:
        """What a field requires, or provides."""
        for mark in part.marks:
            match = re.fullmatch(rf'@{directive}\(fields: "(.*)"\)', mark)
            if match:
                return tree_of(selections_of(match[1]))
        return {}

    def is_moved(self, subgraph: Subgraph, type_name: str, name: str) -> bool:
        for other in self.graph.subgraphs:
            part = other.types.get(type_name, {}).get(name)
            for mark in part.marks if part is not None else ():
                match = re.match(r'@override\(from: "(\w+)"(, label)?', mark)
                if match and (other is subgraph if match[2] else match[1] == subgraph.name):
                    return True
        return False

    def ask(self, subgraph: Subgraph, known: Facts) -> Facts:
        """All that a subgraph can give, for what is known."""
        found: set[tuple[Place, Asked]] = set()
        for place, (type_name, _) in self.places.items():
            if not place:
                # Root fields wait for nothing, and go into no request for entities.
                if not known:
                    self._walk(subgraph, place, {}, known, found)
            elif (place[:-1], place[-1]) in known and any(
                self.has(known, place, key) for key in self.keys(subgraph, type_name)
            ):
                self._walk(subgraph, place, {}, known, found)
        return frozenset(found)

    def has(self, known: Facts, place: Place, tree: Tree) -> bool:
        return all(
            (place, asked) in known and self.has(known, (*place, asked), below)
            for asked, below in tree.items()
        )

    def _walk(
        self,
        subgraph: Subgraph,
        place: Place,
        provided: Tree,
        sent: Facts | None,
        found: set[tuple[Place, Asked]],
    ) -> None:
        """Give what can be given at a place and below; `sent` is None where nothing was sent."""
        type_name, tree = self.places[place]
        for asked in tree:
            given = [below for (name, _), below in provided.items() if name == asked[0]]
            part = subgraph.types.get(type_name, {}).get(asked[0])
            below: Tree = {}
            if type_name not in KEY_TARGETS:
                if part is None or (part.is_external and not given):
                    continue
                if self.is_moved(subgraph, type_name, asked[0]):
                    continue
                requires = self.marked(part, "requires")
                if requires and (sent is None or not self.has(sent, place, requires)):
                    continue
                below = merged(merged({}, self.marked(part, "provides")), *given)
            found.add((place, asked))
            if (*place, asked) in self.places:
                self._walk(subgraph, (*place, asked), below, None, found)

    def fewest_levels(self) -> int | None:
        """Ask all at every level; None where that does not find everything."""
        known: Facts = frozenset()
        for level in range(1, 12):
            known |= frozenset().union(*(self.ask(s, known) for s in self.graph.subgraphs))
            if self.has(known, (), self.wanted):
                return level
        return None

    def cheaper(
        self, levels: int, requests: int, known: Facts = frozenset()
    ) -> list[list[str]] | None:
        """The subgraphs to ask, level by level, with that many requests and levels at most."""
        if self.has(known, (), self.wanted):
            return []
        if levels == 0 or requests == 0 or self.is_spent:
            return None
        asked = [(subgraph.name, self.ask(subgraph, known)) for subgraph in self.graph.subgraphs]
        gains = [(name, gain) for name, gain in asked if not gain <= known]
        self.steps -= 1
        for size in range(min(len(gains), requests), 0, -1):
            for some in combinations(gains, size):
                after = known.union(*(gain for _, gain in some))
                rest = self.cheaper(levels - 1, requests - size, after)
                if rest is not None:
                    return [[name for name, _ in some], *rest]
        return None


def tree_of(selections: SelectionSetNode | None) -> Tree:
    """A field set of objects as a tree."""
    found: Tree = {}
    for node in selections.selections if selections is not None else ():
        if isinstance(node, FieldNode) and node.name.value != "__typename":
            arguments = ", ".join(print_ast(one) for one in node.arguments or ())
            asked = (node.name.value, f"({arguments})" if arguments else "")
            merged(found.setdefault(asked, {}), tree_of(node.selection_set))
    return found


def tree_of_operation(selections: tuple[FieldSelection, ...]) -> Tree:
    """What a client asks for as a tree."""
    found: Tree = {}
    for one in selections:
        if one.name != "__typename":
            below = found.setdefault((one.name, one.arguments), {})
            merged(below, tree_of_operation(one.selections))
    return found


def merged(into: Tree, *others: Tree) -> Tree:
    """Lay trees over a tree."""
    for other in others:
        for asked, below in other.items():
            merged(into.setdefault(asked, {}), below)
    return into
