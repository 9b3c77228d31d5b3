"""The client's answer completed to the letter, with every error at its path.

GraphQL specification, "Value Completion" and "Handling Execution Errors". This is the exact and
slow way; the generated code of `projection` is the fast one, and gives up on the first value that
would need an error, whereupon the answer is completed here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from router.executor.leaves import Leaf, Misfit
from router.executor.refused import Refused
from router.executor.shape import (
    AnyFieldShape,
    FieldShape,
    IntrospectionShape,
    ObjectShape,
    Path,
    RefusedShape,
    TypenameShape,
    UnreachableShape,
)
from router.supergraph.type_reference import TypeReference


class _NullBubbles(Exception):
    """A null that its position refuses, on its way to the next position that takes it."""


class Completion:
    """Completes one answer. `is_explained` says whether an error at the path is known already."""

    def __init__(
        self,
        introspection: Mapping[str, Any],
        is_explained: Callable[[Path], bool],
        refused: Refused | None = None,
    ) -> None:
        self.introspection = introspection
        self.is_explained = is_explained
        self.refused = refused
        self.errors: list[dict[str, Any]] = []

    def complete(
        self, shape: ObjectShape, root: Mapping[str, Any], path: Path = ()
    ) -> dict[str, Any] | None:
        """The `data` of the answer, or of a part that begins at `path`; errors are in `errors`."""
        try:
            return self._object(shape, root, path)
        except _NullBubbles:
            return None

    def _object(self, shape: ObjectShape, value: object, path: Path) -> dict[str, Any]:
        """CompleteValue() of an object, and ExecuteSelectionSet() below it."""
        if not isinstance(value, dict):
            raise self._refuse(f"Expected an object of type '{shape.type_name}'.", path)
        typename = value.get("__typename")
        fields = shape.fields_for(typename)
        if fields is None:
            # The name is not told: it may be one that the API hides.
            raise self._refuse(
                f"The object's type is not a possible type for '{shape.type_name}'.", path
            )
        owner = typename if typename in shape.by_type else shape.type_name
        answer: dict[str, Any] = {}
        for field in fields:
            answer[field.response_name] = self._any_field(field, str(owner), value, path)
        return answer

    def _any_field(
        self, field: AnyFieldShape, owner: str, source: Mapping[str, Any], path: Path
    ) -> object:
        match field:
            case TypenameShape():
                return owner
            case IntrospectionShape(response_name):
                return self.introspection[response_name]
            case UnreachableShape():
                self._unreachable(field, owner, path)
            case RefusedShape(response_name):
                self._refused(field, (*path, response_name))
            case FieldShape():
                return self._field(field, owner, source, path)
        return None

    def _unreachable(self, field: UnreachableShape, owner: str, path: Path) -> None:
        refused = self._refuse(
            f"No service can answer {owner}.{field.name} here.", (*path, field.response_name)
        )
        if field.type.is_non_null:
            raise refused

    def _refused(self, field: RefusedShape, place: Path) -> None:
        if self.refused is not None:
            self.errors += self.refused.errors_at(field.marker, place)
        if field.type.is_non_null:
            raise _NullBubbles

    def _field(
        self, field: FieldShape, owner: str, source: Mapping[str, Any], path: Path
    ) -> object:
        coordinate = f"{owner}.{field.name}"
        return self._value(
            (field.type, field.value, coordinate),
            source.get(field.source),
            (*path, field.response_name),
        )

    def _value(
        self,
        kind: tuple[TypeReference, Leaf | ObjectShape, str],
        value: object,
        path: Path,
    ) -> object:
        """CompleteValue(): a refused null goes up, and stops where null is allowed."""
        reference, _, coordinate = kind
        if value is None:
            if not reference.is_non_null:
                return None
            raise self._refuse(f"Cannot return null for non-nullable field {coordinate}.", path)
        try:
            return self._present(kind, value, path)
        except _NullBubbles:
            if reference.is_non_null:
                raise
            return None

    def _present(
        self,
        kind: tuple[TypeReference, Leaf | ObjectShape, str],
        value: object,
        path: Path,
    ) -> object:
        reference, inner, coordinate = kind
        if reference.item is not None:
            if not isinstance(value, list):
                raise self._refuse(f"Expected a list for field {coordinate}.", path)
            item_kind = (reference.item, inner, coordinate)
            return [
                self._value(item_kind, item, (*path, index)) for index, item in enumerate(value)
            ]
        if isinstance(inner, ObjectShape):
            return self._object(inner, value, path)
        try:
            return inner.coerce(value)
        except Misfit as misfit:
            raise self._refuse(str(misfit), path) from misfit

    def _refuse(self, message: str, path: Path) -> _NullBubbles:
        """An error at the path, unless one there says already why it is null."""
        if not self.is_explained(path):
            self.errors.append({"message": message, "path": list(path)})
        return _NullBubbles()
