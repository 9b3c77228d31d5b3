"""The parts of an answer that comes in parts, as shapes and functions."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from router.executor.parts import Part, PartId, Parts
from router.executor.projection import Projection
from router.executor.shape import FieldShape, ObjectShape
from router.query_plan.nodes import Output

Project = Callable[..., dict[str, Any]]
"""From an object, memos and the introspection's answers to what the client gets of the object."""

ShapeOf = Callable[[tuple[Output, ...]], ObjectShape]


@dataclass(frozen=True, slots=True, eq=False)
class CompiledPart:
    """A deferred part: by `shape` from the root to where it begins, and there by `projects`."""

    part: Part
    shape: ObjectShape
    projects: Mapping[ObjectShape, Project]


@dataclass(frozen=True, slots=True, eq=False)
class CompiledParts:
    """The deferred parts of an answer, and with which part each fetch runs (by its number)."""

    parts: Parts
    compiled: tuple[CompiledPart, ...]
    of_fetches: tuple[PartId, ...]


class PartsCode:
    """Writes the functions of parts. `load` gives them once the module is there."""

    def __init__(self, projection: Projection, parts: Parts, shape_of: ShapeOf) -> None:
        self._parts = parts
        self._written = []
        for part in parts.parts.values():
            shape = shape_of(parts.output_of(part))
            ends = dict.fromkeys(_ends([shape], part.path))
            self._written.append((part, shape, {end: projection.of(end) for end in ends}))

    def load(self, module: Mapping[str, Any], of_fetches: tuple[PartId, ...]) -> CompiledParts:
        """The parts, with the functions of a module."""
        compiled = (
            CompiledPart(part, shape, {end: module[name] for end, name in names.items()})
            for part, shape, names in self._written
        )
        return CompiledParts(self._parts, tuple(compiled), of_fetches)


def _ends(shapes: list[ObjectShape], path: tuple[str, ...]) -> Iterator[ObjectShape]:
    """The shapes at which a path of response names ends, whatever the types on the way."""
    if not path:
        yield from shapes
        return
    below = [
        field.value
        for shape in shapes
        for fields in shape.all_fields()
        for field in fields
        if isinstance(field, FieldShape) and field.response_name == path[0]
        if isinstance(field.value, ObjectShape)
    ]
    yield from _ends(list(dict.fromkeys(below)), path[1:])
