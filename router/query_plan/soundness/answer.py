"""The answer in the abstract: which fields the tree has at each place, and who put them there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from graphql import FieldNode, OperationDefinitionNode, parse, print_ast

from router.query_plan.parts import (
    Position,
    RepresentationField,
    RepresentationSelection,
    SelectedField,
    SelectedFragment,
    Selection,
    TypeStep,
)
from router.query_plan.soundness.facts import Asked, Facts


@dataclass(slots=True)
class Slot:
    """A field of the tree, and the fetches that fill it."""

    name: str
    arguments: str
    suppliers: set[int] = field(default_factory=set)
    below: Stand | None = None


@dataclass(slots=True)
class Stand:
    """Objects at a place. `seen` has for each fetch the types that it can return there."""

    opaque: frozenset[str] = frozenset()
    seen: list[frozenset[str]] = field(default_factory=list)
    tellers: set[int] = field(default_factory=set)
    """The fetches that bring the object's own `__typename`."""
    names: set[int] = field(default_factory=set)
    """The fetches that bring an interface object's name in its place."""
    slots: dict[str, dict[str, Slot]] = field(default_factory=dict)

    def types(self) -> frozenset[str]:
        return frozenset.intersection(*self.seen) if self.seen else self.opaque


@dataclass(frozen=True, slots=True)
class Asking:
    """A fetch that lays what it selects: its number, its subgraph, and what was sent to it."""

    number: int
    graph: str
    sent: Asked
    provided: Asked


@dataclass(slots=True)
class Answer:
    """The tree, from its root, and what was found wrong while it was filled."""

    facts: Facts
    root: Stand
    problems: list[str] = field(default_factory=list)

    def lay(
        self, stand: Stand, types: frozenset[str], selections: tuple[Selection, ...], by: Asking
    ) -> None:
        """Lay a selection set over objects of these types."""
        for selection in selections:
            if isinstance(selection, SelectedFragment):
                name = selection.type_condition
                some = types if name is None else types & self.facts.possible_in(by.graph, name)
                self.lay(stand, some, selection.selections, by)
            elif selection.name == "__typename":
                self._lay_typename(stand, types, selection, by)
            else:
                for type_name in sorted(types):
                    self._lay_field(stand, type_name, selection, by)

    def _lay_typename(
        self, stand: Stand, types: frozenset[str], selection: SelectedField, by: Asking
    ) -> None:
        is_own = any(self.facts.has_type(by.graph, name) for name in types)
        if selection.response_name == "__typename":
            (stand.tellers if is_own else stand.names).add(by.number)
        for type_name in types:
            self._slot(stand, type_name, selection).suppliers.add(by.number)

    def _slot(self, stand: Stand, type_name: str, selection: SelectedField) -> Slot:
        slots = stand.slots.setdefault(type_name, {})
        name = selection.response_name
        arguments = self._own_arguments(type_name, selection)
        slot = slots.setdefault(name, Slot(selection.name, arguments))
        if (slot.name, slot.arguments) != (selection.name, arguments):
            self.problems.append(
                f"'{name}' on {type_name} is {slot.name}{slot.arguments} to one fetch "
                f"and {selection.name}{selection.arguments} to another."
            )
        return slot

    def _own_arguments(self, type_name: str, selection: SelectedField) -> str:
        """The arguments without those that are filled from a context."""
        filled = self.facts.filled_arguments(type_name, selection.name)
        if not filled or not selection.arguments:
            return selection.arguments
        document = parse(f"{{ {selection.name}{selection.arguments} }}", no_location=True)
        [operation] = document.definitions
        assert isinstance(operation, OperationDefinitionNode)
        [node] = operation.selection_set.selections
        assert isinstance(node, FieldNode)
        own = [print_ast(one) for one in node.arguments or () if one.name.value not in filled]
        directives = "".join(f" {print_ast(one)}" for one in node.directives or ())
        return (f"({', '.join(own)})" if own else "") + directives

    def _lay_field(
        self, stand: Stand, type_name: str, selection: SelectedField, by: Asking
    ) -> None:
        reason = self.facts.why_not(by.graph, type_name, selection.name, by.provided, by.sent)
        if reason is not None:
            self.problems.append(
                f"Fetch {by.number} asks {by.graph} for {type_name}.{selection.name}: {reason}."
            )
            return
        slot = self._slot(stand, type_name, selection)
        slot.suppliers.add(by.number)
        returned = self.facts.returned(by.graph, type_name, selection.name)
        if not selection.selections or returned is None:
            return
        slot.below = slot.below or Stand()
        possible = self.facts.possible_in(by.graph, returned)
        if self.facts.is_opaque(by.graph, returned):
            slot.below.opaque = possible
        else:
            slot.below.seen.append(possible)
        for name in sorted(possible):
            provided = dict(self.facts.provided(by.graph, type_name, selection.name, name))
            for (given, _), below in by.provided.items():
                if given == selection.name:
                    provided.update(below)
            inner = Asking(by.number, by.graph, {}, provided)
            self.lay(slot.below, frozenset({name}), selection.selections, inner)

    def walk(
        self, position: Position, known: frozenset[int]
    ) -> Iterator[tuple[Stand, frozenset[str]]]:
        """The places that a position leads to, by what the fetches in `known` have laid."""
        places: list[tuple[Stand, frozenset[str]]] = [(self.root, self.root.types())]
        for step in position:
            if isinstance(step, TypeStep):
                places = [(stand, types & step.types) for stand, types in places]
            elif step != "@":
                places = [
                    (slot.below, slot.below.types())
                    for stand, types in places
                    for type_name in sorted(types)
                    if (slot := stand.slots.get(type_name, {}).get(step)) is not None
                    and slot.below is not None
                    and slot.suppliers & known
                ]
        yield from places

    def carried(
        self,
        stand: Stand,
        type_name: str,
        selections: tuple[RepresentationSelection, ...],
        known: frozenset[int],
    ) -> Asked:
        """What a representation of one type carries; problems where a part of it is not there."""
        found: Asked = {}
        for selection in selections:
            if not isinstance(selection, RepresentationField):
                if type_name in selection.types:
                    found.update(self.carried(stand, type_name, selection.selections, known))
                continue
            slot = stand.slots.get(type_name, {}).get(selection.source)
            if slot is None or not slot.suppliers & known or slot.name != selection.name:
                self.problems.append(
                    f"A representation of {type_name} carries '{selection.name}' "
                    f"from '{selection.source}', which is not there yet."
                )
                continue
            found[slot.name, slot.arguments] = self._below(slot, selection, known)
        names = [name for name, _ in found]
        for name in sorted({each for each in names if names.count(each) > 1}):
            self.problems.append(
                f"A representation of {type_name} has '{name}' with different arguments."
            )
        return found

    def _below(self, slot: Slot, selection: RepresentationField, known: frozenset[int]) -> Asked:
        if not selection.selections or slot.below is None:
            return {}
        each = [
            self.carried(slot.below, name, selection.selections, known)
            for name in sorted(slot.below.types())
        ]
        shared = each[0] if each else {}
        return {key: shared[key] for key in shared if all(key in one for one in each)}
