"""Where objects stand that fetches enter at, and which fetch brings them there.

A *stand* is a position of the answer's tree (without type conditions at its end) that some fetch
enters at. The fetch that brings its objects collects them as it lays its result into the tree, so
that nothing walks the whole tree to find them again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from router.executor.shape import InternalPath
from router.query_plan.nodes import (
    EntityEntry,
    Fetch,
    Position,
    SelectedField,
    Selection,
    TypeStep,
)

ROOT: tuple[Position, ...] = ((),)
"""Where root fields are laid, if nothing else is said."""


@dataclass(frozen=True, slots=True)
class Stand:
    """A stand, numbered.

    `shared_by` are the leaf fields that make equal objects here one object, where that can be:
    the objects come from one fetch, complete, and nothing else is laid over them unequally.
    `has_many_bringers`: the same object may be met twice.
    """

    number: int
    steps: Position
    shared_by: tuple[str, ...] | None
    has_many_bringers: bool


@dataclass(frozen=True, slots=True)
class Entering:
    """One position that an entry enters at: its stand, and the types that go on from there."""

    entry: EntityEntry
    position: Position
    stand: Stand
    types: frozenset[str] | None


@dataclass(frozen=True, slots=True)
class Below:
    """A position below the root where a fetch lays its root fields, for objects of `types`."""

    position: Position
    stand: Stand
    types: frozenset[str] | None


@dataclass(frozen=True, slots=True)
class Brought:
    """A stand that a fetch brings objects to, by these steps from where the fetch enters."""

    stand: Stand
    steps: Position


class Layout:
    """The stands of a plan, and the internal names that are laid more than once."""

    def __init__(self, fetches: tuple[Fetch, ...]) -> None:
        self.fetches = fetches
        self.written = [
            {path for _, paths in _composite_paths_of(fetch) for path in paths} for fetch in fetches
        ]
        self._often = set(_written_often(fetches))
        self.stands: dict[Position, Stand] = {}
        self.has_contexts = any(fetch.contexts for fetch in fetches)
        for fetch in fetches:
            for entry in fetch.entries:
                for position in entry.positions:
                    self._add_stand(_without_types_at_end(position)[0])
            for position in fetch.positions if fetch.positions != ROOT else ():
                self._add_stand(_without_types_at_end(position)[0])

    def enterings(self, fetch: Fetch) -> tuple[Entering, ...]:
        """Every position at which the fetch enters, entry by entry."""
        return tuple(
            Entering(entry, position, self.stands[steps], types)
            for entry in fetch.entries
            for position in entry.positions
            for steps, types in (_without_types_at_end(position),)
        )

    def below(self, fetch: Fetch) -> tuple[Below, ...]:
        """The stands at which a fetch lays its root fields; none where at the root alone."""
        if fetch.entries or fetch.positions == ROOT:
            return ()
        return tuple(
            Below(position, self.stands[steps], types)
            for position in fetch.positions
            for steps, types in (_without_types_at_end(position),)
        )

    def brought(self, number: int, position: Position) -> tuple[Brought, ...]:
        """The stands that a fetch brings objects to below a position at which it enters."""
        start = names_of(position)
        return tuple(
            Brought(stand, _steps_after(stand.steps, position))
            for stand in self.stands.values()
            if stand.steps
            and names_of(stand.steps) in self.written[number]
            and len(names_of(stand.steps)) > len(start)
            and names_of(stand.steps)[: len(start)] == start
        )

    def contested(self, names: Iterable[str], position: Position) -> bool:
        """Whether objects are laid under one of the names at the position from elsewhere too."""
        start = names_of(position)
        return any((*start, name) in self._often for name in names)

    def _add_stand(self, steps: Position) -> None:
        if steps in self.stands:
            return
        path = names_of(steps)
        # None where the conditions took away what would have brought objects.
        bringers = [
            fetch
            for fetch, written in zip(self.fetches, self.written, strict=True)
            if path in written
        ]
        self.stands[steps] = Stand(
            number=len(self.stands),
            steps=steps,
            shared_by=self._shared_by(path, bringers) if "@" in steps else None,
            has_many_bringers=path in self._often,
        )

    def _shared_by(self, path: InternalPath, bringers: list[Fetch]) -> tuple[str, ...] | None:
        # A context is read from an object's ancestors, which equal objects do not share.
        if self.has_contexts or len(bringers) != 1 or path in self._often:
            return None
        fields = list(_fields_at(bringers[0], path))
        names = tuple(dict.fromkeys(field.response_name for field in fields))
        if len(names) > 6 or any(field.selections for field in fields):
            return None
        return names


def names_of(position: Position) -> InternalPath:
    """The internal names of a position alone."""
    return tuple(step for step in position if isinstance(step, str) and step != "@")


def flat_fields(selections: Iterable[Selection]) -> Iterator[SelectedField]:
    """The fields of a selection set, those of its fragments included."""
    for selection in selections:
        if isinstance(selection, SelectedField):
            yield selection
        else:
            yield from flat_fields(selection.selections)


def names_laid(selections: Iterable[Selection]) -> tuple[str, ...]:
    """The internal names that a selection set lays at its position."""
    return tuple(dict.fromkeys(field.response_name for field in flat_fields(selections)))


def _composite_paths(selections: Iterable[Selection], path: InternalPath) -> Iterator[InternalPath]:
    for field in flat_fields(selections):
        if field.selections:
            below = (*path, field.response_name)
            yield below
            yield from _composite_paths(field.selections, below)


_Types = frozenset[str] | None


def _composite_paths_of(fetch: Fetch) -> Iterator[tuple[_Types, set[InternalPath]]]:
    """Where a fetch lays objects: by its root fields and each entry, and for which types."""
    for position in fetch.positions:
        yield None, set(_composite_paths(fetch.selections, names_of(position)))
    for entry in fetch.entries:
        ends = [_without_types_at_end(position)[1] for position in entry.positions]
        types = None if None in ends else frozenset().union(*(end for end in ends if end))
        yield (
            types,
            {
                path
                for position in entry.positions
                for path in _composite_paths(entry.selections, names_of(position))
            },
        )


def _written_often(fetches: Iterable[Fetch]) -> Iterator[InternalPath]:
    """The paths where several fetches lay objects, or several entries of one for the same type."""
    earlier: dict[InternalPath, list[tuple[int, _Types]]] = {}
    for number, fetch in enumerate(fetches):
        for types, paths in _composite_paths_of(fetch):
            for path in paths:
                writers = earlier.setdefault(path, [])
                for other, of_types in writers:
                    if other != number or types is None or of_types is None or types & of_types:
                        yield path
                writers.append((number, types))


def _fields_at(fetch: Fetch, path: InternalPath) -> Iterator[SelectedField]:
    starts = [(fetch.selections, position) for position in fetch.positions]
    starts += [(entry.selections, each) for entry in fetch.entries for each in entry.positions]
    for selections, position in starts:
        start = names_of(position)
        if path[: len(start)] == start:
            yield from _fields_below(selections, path[len(start) :])


def _fields_below(selections: Iterable[Selection], path: InternalPath) -> Iterator[SelectedField]:
    for field in flat_fields(selections):
        if not path:
            yield field
        elif field.response_name == path[0]:
            yield from _fields_below(field.selections, path[1:])


def _without_types_at_end(position: Position) -> tuple[Position, frozenset[str] | None]:
    types: frozenset[str] | None = None
    end = len(position)
    while end:
        step = position[end - 1]
        if not isinstance(step, TypeStep):
            break
        types = step.types if types is None else types & step.types
        end -= 1
    return position[:end], types


def _steps_after(position: Position, start: Position) -> Position:
    """What is left of a position behind its beginning, type conditions aside."""
    left = sum(not isinstance(step, TypeStep) for step in start)
    for number, step in enumerate(position):
        if not left:
            return position[number:]
        left -= not isinstance(step, TypeStep)
    return ()
