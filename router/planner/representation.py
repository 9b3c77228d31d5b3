"""What a representation carries, put together from the parts that were laid for it."""

from __future__ import annotations

from collections.abc import Iterable

from router.query_plan.parts import (
    RepresentationField,
    RepresentationFragment,
    RepresentationSelection,
)

Selections = tuple[RepresentationSelection, ...]


def joined(selections: Iterable[RepresentationSelection]) -> Selections:
    """Each field once, with everything that is carried below it."""
    fields: dict[tuple[object, ...], RepresentationSelection] = {}
    for one in selections:
        key = _key(one)
        earlier = fields.get(key)
        below = (*earlier.selections, *one.selections) if earlier is not None else one.selections
        fields[key] = _with(one, joined(below))
    return tuple(fields.values())


def of_type(selections: Iterable[RepresentationSelection], type_name: str) -> Selections:
    """What a representation of one type carries, free of conditions on its own type."""
    mine: list[RepresentationSelection] = []
    for selection in selections:
        if not isinstance(selection, RepresentationFragment):
            mine.append(selection)
        elif type_name in selection.types:
            mine.extend(selection.selections)
    return joined(mine)


def _key(selection: RepresentationSelection) -> tuple[object, ...]:
    if isinstance(selection, RepresentationField):
        return (selection.name, selection.source)
    return (selection.types,)


def _with(selection: RepresentationSelection, below: Selections) -> RepresentationSelection:
    if isinstance(selection, RepresentationField):
        return RepresentationField(selection.name, selection.source, below)
    return RepresentationFragment(selection.types, selection.type_condition, below)
