"""Fields that the asker may not read: null, with an error at the first place of each.

The permitted operation was planned with markers in their place (see `router.operation.authorize`),
so they are in no fetch. Where such a field takes null, the generated code writes it, and nothing
but the place for the error is looked for here; where it refuses null, `completion` has the answer.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from router.executor.shape import FieldShape, ObjectShape, Path, RefusedShape
from router.operation.authorize import Refusal, RefusedField
from router.operation.model import VariableCondition

UNAUTHORIZED = "UNAUTHORIZED_FIELD_OR_TYPE"

Refusals = Mapping[str, Refusal]
"""By the names of their markers."""


class Refused:
    """The refused fields of one answer. `told` are the markers whose error stands already."""

    def __init__(self, refusals: Refusals, variables: Mapping[str, Any]) -> None:
        self._refusals = refusals
        self._variables = variables
        self.told: set[str] = set()

    def errors_at(self, marker: str, place: Path) -> list[dict[str, Any]]:
        """The errors for a field at a place where it would stand; none where it has them."""
        if marker in self.told:
            return []
        self.told.add(marker)
        asked = asked_of(self._refusals[marker], self._variables)
        return [error_of(field, (*place, *field.below)) for field in asked]

    def errors_in(
        self, markers: Markers, shape: ObjectShape, root: object, path: Path = ()
    ) -> Iterator[dict[str, Any]]:
        """The errors for an answer without any null that its position refuses."""
        if markers.below(shape) <= self.told or not isinstance(root, dict):
            return
        for field in shape.fields_for(root.get("__typename")) or ():
            if isinstance(field, RefusedShape):
                yield from self.errors_at(field.marker, (*path, field.response_name))
            elif isinstance(field, FieldShape) and isinstance(field.value, ObjectShape):
                place = (*path, field.response_name)
                for where, value in _objects(root.get(field.source), place):
                    yield from self.errors_in(markers, field.value, value, where)


class Markers:
    """Which refused fields stand below each shape of an answer."""

    def __init__(self) -> None:
        self._known: dict[ObjectShape, frozenset[str]] = {}

    def below(self, shape: ObjectShape) -> frozenset[str]:
        """The markers of the refused fields in a shape and below it."""
        known = self._known.get(shape)
        if known is None:
            found: set[str] = set()
            for field in {each for fields in shape.all_fields() for each in fields}:
                if isinstance(field, RefusedShape):
                    found.add(field.marker)
                elif isinstance(field, FieldShape) and isinstance(field.value, ObjectShape):
                    found |= self.below(field.value)
            known = self._known[shape] = frozenset(found)
        return known


def _objects(value: object, path: Path) -> Iterator[tuple[Path, object]]:
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from _objects(item, (*path, index))
    else:
        yield path, value


def asked_of(refusal: Refusal, variables: Mapping[str, Any]) -> Iterator[RefusedField]:
    """The refused fields that the operation asks for, with these values of its variables."""
    for field in refusal.fields:
        if hold(field.conditions, variables):
            yield field


def hold(conditions: tuple[VariableCondition, ...], variables: Mapping[str, Any]) -> bool:
    """Whether conditions hold, with these values of the operation's variables."""
    return all(bool(variables.get(each.variable)) is each.value for each in conditions)


def error_of(field: RefusedField, path: Path) -> dict[str, Any]:
    """The error of a refused field."""
    return {
        "message": f"Access to {field.coordinate} is not permitted.",
        "path": list(path),
        "extensions": {"code": UNAUTHORIZED},
    }
