"""The tree in which the answer is gathered: positions, and the names of fields inside it.

A response name of the client is kept where nothing collides. Two fields of one object never share
a name; two fields of objects of different types share one only where a subgraph may be asked for
both in one request (GraphQL specification, "Field Selection Merging").
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count

from router.planner.wants import Want
from router.query_plan.nodes import PositionStep, TypeStep
from router.supergraph.model import GraphId
from router.supergraph.type_reference import TypeReference


@dataclass(slots=True)
class Claim:
    """A field that goes by a name, the types of the objects it is on, its shape by subgraph."""

    name: str
    arguments: str
    types: frozenset[str]
    shapes: dict[GraphId, str]


@dataclass(slots=True)
class Scope:
    """The names in use at one path of names, whatever the types of the objects on the way.

    `answers` are the names for what the client asked, by response name, name and arguments. `lost`
    are the fields that nobody can answer here, by name and arguments. Both with the types of the
    objects for which that is so.
    """

    claims: dict[str, list[Claim]] = field(default_factory=dict)
    answers: dict[tuple[str, str, str], dict[str, frozenset[str]]] = field(default_factory=dict)
    lost: dict[tuple[str, str], frozenset[str]] = field(default_factory=dict)
    below: dict[str, Scope] = field(default_factory=dict)

    def child(self, name: str) -> Scope:
        return self.below.setdefault(name, Scope())

    def lose(self, want: Want, types: frozenset[str]) -> None:
        """Note that nobody answers a field on objects of these types."""
        key = (want.name, want.arguments)
        self.lost[key] = self.lost.get(key, frozenset()) | types

    def claim(
        self, want: Want, types: frozenset[str], shapes: Mapping[GraphId, str], is_client: bool
    ) -> str:
        """Find a name for a field on objects of these types; the client's own if it can be."""
        for name in self._names(want, is_client):
            if self._fits(name, want, types, shapes):
                self._record(name, want, types, shapes)
                if is_client:
                    key = (want.response_name, want.name, want.arguments)
                    found = self.answers.setdefault(key, {})
                    found[name] = found.get(name, frozenset()) | types
                return name
        raise AssertionError("names never run out")

    def _names(self, want: Want, is_client: bool) -> Iterator[str]:
        if not is_client:
            yield from (
                name
                for name, claims in self.claims.items()
                if any((c.name, c.arguments) == (want.name, want.arguments) for c in claims)
            )
        if want.name == "__typename" or want.response_name != "__typename":
            yield want.response_name
        yield from (f"{want.response_name}_{number}" for number in count(1))

    def _fits(
        self, name: str, want: Want, types: frozenset[str], shapes: Mapping[GraphId, str]
    ) -> bool:
        for claim in self.claims.get(name, ()):
            is_same = (claim.name, claim.arguments) == (want.name, want.arguments)
            if not is_same and claim.types & types:
                return False
            if any(claim.shapes.get(graph, shape) != shape for graph, shape in shapes.items()):
                return False
        return True

    def _record(
        self, name: str, want: Want, types: frozenset[str], shapes: Mapping[GraphId, str]
    ) -> None:
        claims = self.claims.setdefault(name, [])
        for claim in claims:
            if (claim.name, claim.arguments) == (want.name, want.arguments):
                claim.types |= types
                claim.shapes.update(shapes)
                return
        claims.append(Claim(want.name, want.arguments, types, dict(shapes)))

    def is_mixed(self, name: str) -> bool:
        """Tell whether different fields, of objects of different types, go by this name."""
        return len(self.claims[name]) > 1


@dataclass(slots=True, eq=False)
class Position:
    """Where objects stand: a path of names, with a condition on the types on the way."""

    parent: Position | None = None
    types: frozenset[str] | None = None
    """The types of the parent's objects that lead here; None for all."""
    name: str = ""
    lists: int = 0
    scope: Scope = field(default_factory=Scope)
    children: dict[tuple[frozenset[str] | None, str], Position] = field(default_factory=dict)

    def child(self, types: frozenset[str] | None, name: str, lists: int) -> Position:
        key = (types, name)
        found = self.children.get(key)
        if found is None:
            found = Position(self, types, name, lists, self.scope.child(name))
            self.children[key] = found
        return found

    def path(self) -> tuple[PositionStep, ...]:
        if self.parent is None:
            return ()
        condition = () if self.types is None else (TypeStep(self.types),)
        return (*self.parent.path(), *condition, self.name, *("@",) * self.lists)


def shape_of(reference: TypeReference, is_leaf: bool) -> str:
    """What of a type must agree for two fields to go by one name ("SameResponseShape()")."""
    return reference.text if is_leaf else reference.text.replace(reference.name, "*")


def list_depth(reference: TypeReference) -> int:
    return 0 if reference.item is None else 1 + list_depth(reference.item)
