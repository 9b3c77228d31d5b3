"""From places in the answer's tree to the client's paths, for errors.

Nothing here runs while all goes well.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from router.executor.shape import Fields, FieldShape, ObjectShape, Path
from router.query_plan.nodes import Position, PositionStep


def objects_at(root: Any, position: Position) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Every object at a position of the tree, with its internal path."""
    return _objects_from(root, position, ())


def _objects_from(value: Any, steps: Position, path: Path) -> Iterator[tuple[Path, dict[str, Any]]]:
    if not steps:
        if isinstance(value, dict):
            yield path, value
        return
    for key, below in _step(value, steps[0]):
        yield from _objects_from(below, steps[1:], path if key is None else (*path, key))


def _step(value: Any, step: PositionStep) -> Iterator[tuple[str | int | None, Any]]:
    if isinstance(value, list):
        if step == "@":
            yield from enumerate(value)
    elif not isinstance(value, dict):
        return
    elif isinstance(step, str):
        yield step, value.get(step)
    elif value.get("__typename") in step.types or "__typename" not in value:
        # An object without a name is of the only type that is possible there.
        yield None, value


def client_paths(shape: ObjectShape, root: Any, path: Path) -> list[Path]:
    """The client's paths of an internal path: one for each alias that the client gave a field.

    Where the client did not ask for what stands there, the path ends before it.
    """
    return list(dict.fromkeys(_client_paths([shape], root, path)))


def _client_paths(shapes: Iterable[ObjectShape], value: Any, path: Path) -> Iterator[Path]:
    if not path:
        yield ()
        return
    step, rest = path[0], path[1:]
    if isinstance(step, int):
        below = value[step] if isinstance(value, list) and step < len(value) else None
        for tail in _client_paths(shapes, below, rest):
            yield (step, *tail)
        return
    fields = [
        field
        for shape in shapes
        for some in _possible_fields(shape, value)
        for field in some
        if isinstance(field, FieldShape) and field.source == step
    ]
    if not fields:
        yield ()
    below = value.get(step) if isinstance(value, dict) else None
    for name in dict.fromkeys(field.response_name for field in fields):
        inner = [
            field.value
            for field in fields
            if field.response_name == name and isinstance(field.value, ObjectShape)
        ]
        for tail in _client_paths(inner, below, rest):
            yield (name, *tail)


def _possible_fields(shape: ObjectShape, value: Any) -> Iterable[Fields]:
    typename = value.get("__typename") if isinstance(value, dict) else None
    fields = shape.fields_for(typename)
    return shape.by_type.values() if fields is None else (fields,)
