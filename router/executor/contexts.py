"""`@fromContext`: a fetch's representations parted by the values of their contexts.

A context is read from an ancestor, so equal representations may need unequal arguments. The
arguments are variables of the request: each set of values is a request of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from router.executor.layout import Entering
from router.executor.merge import Groups
from router.executor.representations import exact
from router.executor.run import Run
from router.query_plan.nodes import (
    ContextVariable,
    Fetch,
    Position,
    RepresentationField,
    RepresentationSelection,
    TypeStep,
)

Part = tuple[dict[str, Any], Groups]
"""Variables (representations and contexts), and the objects of each representation."""


def parts_by_context(
    run: Run,
    fetch: Fetch,
    enterings: tuple[Entering, ...],
    gathered: tuple[Mapping[str, Any], Groups],
) -> list[Part]:
    """What was gathered for the fetch, parted: one part for each set of context values."""
    representations, groups = gathered
    parts: dict[object, _Part] = {}
    for number, (entering, group) in enumerate(zip(enterings, groups, strict=True)):
        indexes = {id(each): index for index, objects in group.items() for each in objects}
        for ancestors, each in _with_ancestors(run.root, entering.position, ()):
            index = indexes.get(id(each))
            if index is None:
                continue
            values = {context.variable: _read(context, ancestors) for context in fetch.contexts}
            part = parts.setdefault(exact(values), _Part(values, representations, len(groups)))
            part.add(number, entering.entry.variable, index, each)
    return [(part.variables, part.groups) for part in parts.values()]


class _Part:
    def __init__(
        self, contexts: dict[str, Any], representations: Mapping[str, Any], groups: int
    ) -> None:
        self.variables: dict[str, Any] = {**contexts, **{name: [] for name in representations}}
        self.groups: Groups = [{} for _ in range(groups)]
        self._all = representations
        self._indexes: dict[tuple[str, int], int] = {}

    def add(self, group: int, variable: str, index: int, each: dict[str, Any]) -> None:
        mine = self._indexes.setdefault((variable, index), len(self.variables[variable]))
        if mine == len(self.variables[variable]):
            self.variables[variable].append(self._all[variable][index])
        self.groups[group].setdefault(mine, []).append(each)


def _with_ancestors(
    value: Any, steps: Position, above: tuple[dict[str, Any], ...]
) -> Iterator[tuple[tuple[dict[str, Any], ...], dict[str, Any]]]:
    """Every object at a position, with the objects above it from the root on, and itself."""
    if isinstance(value, list):
        if steps and steps[0] == "@":
            for item in value:
                yield from _with_ancestors(item, steps[1:], above)
        return
    if not isinstance(value, dict):
        return
    if not steps:
        yield (*above, value), value
    elif isinstance(steps[0], TypeStep):
        if value.get("__typename") in steps[0].types or "__typename" not in value:
            yield from _with_ancestors(value, steps[1:], above)
    else:
        yield from _with_ancestors(value.get(steps[0]), steps[1:], (*above, value))


def _read(context: ContextVariable, ancestors: tuple[dict[str, Any], ...]) -> Any:
    """The value of a context for the last of `ancestors`; null where there is none."""
    above = len(ancestors) - 1 - context.levels_up
    return _value(ancestors[above], context.selections) if above >= 0 else None


def _value(source: Any, selections: Iterable[RepresentationSelection]) -> Any:
    if isinstance(source, list):
        return [_value(each, selections) for each in source]
    if not isinstance(source, dict):
        return None
    for selection in selections:
        if isinstance(selection, RepresentationField):
            value = source.get(selection.source)
            return _value(value, selection.selections) if selection.selections else value
        if source.get("__typename") in selection.types:
            return _value(source, selection.selections)
    return None
