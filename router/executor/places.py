"""Where a deferred part adds to the answer: objects of the tree that the client has already.

What a null took away, or a type condition left out, has no place.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from router.executor.merge import copy_json
from router.executor.shape import FieldShape, ObjectShape, Path


@dataclass(frozen=True, slots=True)
class Place:
    """An object: its path, what the tree has of it, and what the client has of it."""

    path: Path
    object: dict[str, Any]
    sent: dict[str, Any]


def places(
    shape: ObjectShape, names: tuple[str, ...], start: Place
) -> Iterator[tuple[ObjectShape, Place]]:
    """Every object at a path of response names from the start, with its shape."""
    if not names:
        yield shape, start
        return
    for field in shape.fields_for(start.object.get("__typename")) or ():
        if field.response_name != names[0] or not isinstance(field, FieldShape):
            continue
        if isinstance(field.value, ObjectShape):
            path = (*start.path, names[0])
            both = start.object.get(field.source), start.sent.get(names[0])
            for place in _objects(both, path):
                yield from places(field.value, names[1:], place)


def _objects(both: tuple[Any, Any], path: Path) -> Iterator[Place]:
    match both:
        case dict() as value, dict() as sent:
            yield Place(path, value, sent)
        case list() as values, list() as items:
            for index, pair in enumerate(zip(values, items, strict=False)):
                yield from _objects(pair, (*path, index))


def overlay(sent: dict[str, Any], data: dict[str, Any]) -> None:
    """Lay the data of a part over what the client has, as the client will.

    An object that the client has as null stays null: what its own part refused, no later one may
    bring back by halves.
    """
    for name, value in data.items():
        if name in sent:
            data[name] = _laid(sent[name], value)
        else:
            sent[name] = copy_json(value)


def _laid(known: Any, value: Any) -> Any:
    if known is None:
        return None
    if isinstance(known, dict) and isinstance(value, dict):
        overlay(known, value)
    elif isinstance(known, list) and isinstance(value, list):
        value[:] = [_laid(old, new) for old, new in zip(known, value, strict=False)]
    return value
