"""The root fields of a mutation, each to run once and in the order in which it is first asked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from router.operation.collect import merge
from router.operation.model import FieldSelection, VariableCondition


def in_series(fields: Iterable[FieldSelection]) -> tuple[FieldSelection, ...]:
    """Let no two fields of one response name be asked together.

    `{ a @include(if: $x) b a }` runs `a` before `b` where `$x` is true, and after it otherwise: so
    the second `a` is asked where the first is not, and the first selects what both do. Grouping by
    response name is CollectFields(); running the groups in order, ExecuteCollectedFields().
    """
    result: list[FieldSelection] = []
    for field in fields:
        pieces = [field]
        for index, earlier in enumerate(result):
            if earlier.response_name == field.response_name and not _excludes(earlier, field):
                result[index] = merge(earlier, field)
                pieces = [part for piece in pieces for part in _without(piece, earlier)]
        result += pieces
    return tuple(result)


def _excludes(earlier: FieldSelection, later: FieldSelection) -> bool:
    return any(_opposite(condition) in later.conditions for condition in earlier.conditions)


def _without(field: FieldSelection, earlier: FieldSelection) -> Iterator[FieldSelection]:
    """The field where the earlier one is not asked, in parts that exclude each other."""
    if _excludes(earlier, field):
        yield field
        return
    conditions = field.conditions
    for condition in earlier.conditions:
        if condition not in field.conditions:
            yield replace(field, conditions=(*conditions, _opposite(condition)))
            conditions = (*conditions, condition)


def _opposite(condition: VariableCondition) -> VariableCondition:
    return replace(condition, value=not condition.value)
