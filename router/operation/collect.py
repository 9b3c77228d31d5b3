"""Collect the fields of one position: the same field asked twice is one (CollectFields())."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from router.operation.model import FieldSelection, VariableCondition


def collect(fields: Iterable[FieldSelection]) -> tuple[FieldSelection, ...]:
    """Merge fields of the same response name that are asked for the same objects.

    A field joins an earlier one of its name where that one is asked whenever this one is (what is
    deferred, too, is not sent again later); its own
    conditions then go down to what it selects. A later field that is asked more often stays beside
    the earlier one, because the order of the answer depends on which of them comes first.
    """
    collected: dict[str, list[FieldSelection]] = {}
    order: list[tuple[str, int]] = []
    for each in fields:
        same_name = collected.setdefault(each.response_name, [])
        field = _as_first_mentioned(each, same_name)
        for index, earlier in enumerate(same_name):
            if _covers(earlier, field):
                same_name[index] = merge(earlier, field)
                break
        else:
            order.append((field.response_name, len(same_name)))
            same_name.append(field)
    return tuple(collected[name][index] for name, index in order)


def _as_first_mentioned(field: FieldSelection, same_name: list[FieldSelection]) -> FieldSelection:
    """A field of some object is one field, with the directives of its first mention."""
    for earlier in same_name:
        if earlier.arguments != field.arguments and _may_meet(earlier.types, field.types):
            return replace(field, arguments=earlier.arguments, variables=earlier.variables)
    return field


def _may_meet(types: frozenset[str] | None, others: frozenset[str] | None) -> bool:
    return types is None or others is None or bool(types & others)


def _covers(earlier: FieldSelection, later: FieldSelection) -> bool:
    if earlier.deferral != later.deferral and (earlier.deferral or later.selections):
        return False
    if not set(earlier.conditions) <= set(later.conditions):
        return False
    if earlier.types == later.types:
        return True
    # A leaf asked for all types needs no second mention for some of them.
    covers_types = earlier.types is None or (
        later.types is not None and later.types <= earlier.types
    )
    return covers_types and not later.selections


def merge(earlier: FieldSelection, later: FieldSelection) -> FieldSelection:
    """The earlier field with what the later one selects, where that is asked too."""
    if not later.selections:
        return earlier
    more = tuple(c for c in later.conditions if c not in earlier.conditions)
    pushed = (_push_down(field, more) for field in later.selections)
    kept = (field for field in pushed if field is not None)
    return replace(earlier, selections=collect((*earlier.selections, *kept)))


def _push_down(field: FieldSelection, more: tuple[VariableCondition, ...]) -> FieldSelection | None:
    """Add conditions to a field; None where it can then never be asked."""
    if not more:
        return field
    conditions = tuple(dict.fromkeys((*field.conditions, *more)))
    if len({condition.variable for condition in conditions}) < len(conditions):
        return None
    return replace(field, conditions=conditions)
