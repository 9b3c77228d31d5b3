"""Operation → what of it is permitted, and what is refused at which place of the answer.

Source: "Authorization" in the documentation of Apollo's router. A field is refused for those
objects whose demands do not hold. In its place the permitted operation has a marker, a `__typename`
under a name of our own: it needs no service of its own, and keeps the field's place in the answer.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import count

from router.operation.model import FieldSelection, Operation, VariableCondition
from router.operation.requirements import Demands, Requirement, Requirements
from router.supergraph.type_reference import type_reference

PossibleTypes = Mapping[str, frozenset[str]]

_TYPENAME = type_reference("String!")


@dataclass(frozen=True, slots=True)
class RefusedField:
    """A field that may not be read.

    `below` is its path from the field that is null in its stead, empty where it is that field
    itself. `conditions` must hold, or it was not asked for.
    """

    coordinate: str
    below: tuple[str, ...] = ()
    conditions: tuple[VariableCondition, ...] = ()


@dataclass(frozen=True, slots=True)
class Refusal:
    """A field of the answer that is not asked for: `path` are response names from the root.

    It may not be read itself, or nothing that is selected below it may. `types` are the objects
    for which that is so (None: all that stand here). `conditions` are its own and those above it.
    """

    selection: FieldSelection
    path: tuple[str, ...]
    types: frozenset[str] | None
    fields: tuple[RefusedField, ...]
    conditions: tuple[VariableCondition, ...]


@dataclass(frozen=True, slots=True)
class Permitted:
    """The part of an operation that may be asked; `refusals` by the names of their markers."""

    operation: Operation
    refusals: Mapping[str, Refusal]


def demands_of(
    operation: Operation, requirements: Requirements, possible_types: PossibleTypes
) -> Demands:
    """Every requirement that an operation touches."""
    found = _demands(operation.selections, operation.root_type, requirements, possible_types)
    return frozenset(found)


def _demands(
    selections: tuple[FieldSelection, ...],
    position: str,
    requirements: Requirements,
    possible_types: PossibleTypes,
) -> Iterator[Requirement]:
    for selection in selections:
        for concrete in selection.types or possible_types[position]:
            yield from requirements.of(selection.parent_type, concrete, selection.name)
        yield from _demands(selection.selections, selection.type.name, requirements, possible_types)


def permit(
    operation: Operation,
    requirements: Requirements,
    possible_types: PossibleTypes,
    held: Demands,
) -> Permitted:
    """Take out of an operation what demands more than the requirements that are `held`."""
    found = _permit(operation, _Filter(requirements, possible_types, held, spares=True))
    if _asks_anything(found.operation.selections, found.refusals):
        return found
    return _permit(operation, _Filter(requirements, possible_types, held, spares=False))


def _permit(operation: Operation, filtering: _Filter) -> Permitted:
    filtering.markers = _markers(frozenset(_response_names(operation.selections)))
    selections = filtering.level(operation.selections, operation.root_type, _Place())
    return Permitted(replace(operation, selections=selections), filtering.refusals)


def _asks_anything(selections: tuple[FieldSelection, ...], refusals: Mapping[str, Refusal]) -> bool:
    return any(
        _asks_anything(each.selections, refusals)
        if each.selections
        else each.response_name not in refusals
        for each in selections
    )


def _response_names(selections: tuple[FieldSelection, ...]) -> Iterator[str]:
    for selection in selections:
        yield selection.response_name
        yield from _response_names(selection.selections)


def _markers(taken: frozenset[str]) -> Iterator[str]:
    return (name for number in count() if (name := f"refused_{number}") not in taken)


@dataclass(frozen=True, slots=True)
class _Place:
    """A place of the answer: response names from the root, and when it is asked for."""

    path: tuple[str, ...] = ()
    conditions: tuple[VariableCondition, ...] = ()

    def inside(self, selection: FieldSelection) -> _Place:
        return _Place(
            (*self.path, selection.response_name), (*self.conditions, *selection.conditions)
        )


class _Filter:
    """Takes out what is refused.

    `spares`: an object that refuses null is asked for although nothing of it may be read, where
    its absence would take its neighbours with it.
    """

    def __init__(
        self,
        requirements: Requirements,
        possible_types: PossibleTypes,
        held: Demands,
        *,
        spares: bool,
    ) -> None:
        self._requirements = requirements
        self._possible_types = possible_types
        self._held = held
        self._spares = spares
        self.markers: Iterator[str] = iter(())
        self.refusals: dict[str, Refusal] = {}

    def level(
        self, selections: tuple[FieldSelection, ...], position: str, place: _Place
    ) -> tuple[FieldSelection, ...]:
        found = [
            each
            for selection in selections
            for each in self._field(selection, position, place.inside(selection))
        ]
        return tuple(self._behind_permitted(found))

    def _field(
        self, selection: FieldSelection, position: str, place: _Place
    ) -> Iterator[FieldSelection]:
        wanted = selection.types or self._possible_types[position]
        refused = frozenset(each for each in wanted if not self._may_read(selection, each))
        if refused != wanted:
            types = wanted - refused if refused else selection.types
            yield self._inside(replace(selection, types=types), place)
        if refused:
            types = selection.types if refused == wanted else refused
            coordinate = f"{selection.parent_type}.{selection.name}"
            yield self._refuse(selection, place, types, (RefusedField(coordinate),))

    def _may_read(self, selection: FieldSelection, concrete: str) -> bool:
        demands = self._requirements.of(selection.parent_type, concrete, selection.name)
        return demands <= self._held

    def _inside(self, selection: FieldSelection, place: _Place) -> FieldSelection:
        """The field with what is permitted below it; refused itself where that is nothing."""
        if not selection.selections:
            return selection
        below = self.level(selection.selections, selection.type.name, place)
        refusals = [self.refusals.get(each.response_name) for each in below]
        if None in refusals or not self._is_nothing(selection, below):
            return replace(selection, selections=below)
        fields: list[RefusedField] = []
        for marker in below:
            refusal = self.refusals.pop(marker.response_name)
            fields += _seen_from(selection, marker, refusal)
        return self._refuse(selection, place, selection.types, tuple(fields))

    def _is_nothing(self, selection: FieldSelection, markers: tuple[FieldSelection, ...]) -> bool:
        # What is asked of some objects only, or on a condition, leaves `{}` to the others.
        always = [each for each in markers if each.types is None and not each.conditions]
        if not always or not selection.type.is_non_null or not self._spares:
            return bool(always)
        # One of them takes the object with it in any case; a list may be empty.
        refused = (self.refusals[each.response_name].selection for each in always)
        return selection.type.item is None and any(each.type.is_non_null for each in refused)

    def _refuse(
        self,
        selection: FieldSelection,
        place: _Place,
        types: frozenset[str] | None,
        fields: tuple[RefusedField, ...],
    ) -> FieldSelection:
        marker = next(self.markers)
        self.refusals[marker] = Refusal(selection, place.path, types, fields, place.conditions)
        return replace(
            selection,
            name="__typename",
            response_name=marker,
            type=_TYPENAME,
            arguments="",
            variables=frozenset(),
            types=types,
            selections=(),
        )

    def _behind_permitted(self, found: list[FieldSelection]) -> Iterator[FieldSelection]:
        """Selections in order, but a refused field last where its name is permitted elsewhere.

        What an interface refuses may be read on an object of one type: there it is no null.
        """
        permitted = {each.response_name for each in found}
        late = []
        for each in found:
            refusal = self.refusals.get(each.response_name)
            if refusal is not None and refusal.selection.response_name in permitted:
                late.append(each)
            else:
                yield each
        yield from late


def _seen_from(
    parent: FieldSelection, marker: FieldSelection, refusal: Refusal
) -> Iterator[RefusedField]:
    """What was refused below a field, now that the field is null instead.

    Below a list there is no path without an index, so that the error stays at the list.
    """
    name = refusal.selection.response_name
    for field in refusal.fields:
        below = () if parent.type.item is not None else (name, *field.below)
        conditions = tuple(dict.fromkeys((*marker.conditions, *field.conditions)))
        yield RefusedField(field.coordinate, below, conditions)
