"""Labels of progressive overrides: which are on for a request.

`percent(n)` is drawn for each request. An operation is planned once for each set of labels that are
on, so only those are drawn that can make a difference to it: of a field that it names, or that some
key or requirement names.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Iterator

from router.operation.model import FieldSelection
from router.supergraph.model import InterfaceType, JoinField, ObjectType, Supergraph

Labels = tuple[str, ...]
"""Override labels that are on, sorted."""

_PERCENT = re.compile(r"percent\((\d+(?:\.\d+)?)\)")
_NAME = re.compile(r"\w+")


class LabelChoice:
    """The labels that matter to one operation: some on for good, some drawn."""

    def __init__(self, on: Iterable[str], percentages: Iterable[tuple[str, float]]) -> None:
        self._on = tuple(sorted(on))
        self._percentages = tuple(percentages)

    def draw(self) -> Labels:
        """The labels that are on for one request."""
        if not self._percentages:
            return self._on
        drawn = {label for label, percent in self._percentages if random.random() * 100 < percent}
        return tuple(sorted({*self._on, *drawn}))


class OverrideLabels:
    """The override labels of a supergraph, and those of them that are on for all requests."""

    def __init__(self, supergraph: Supergraph, on: frozenset[str]) -> None:
        self._on = on
        self._fields: dict[str, set[str]] = {}
        for name, join in _joins(supergraph):
            if join.override_label is not None:
                self._fields.setdefault(join.override_label, set()).add(name)
        self._named_always = set(_NAME.findall(" ".join(_field_sets(supergraph))))

    def choice(self, selections: Iterable[FieldSelection]) -> LabelChoice:
        """The labels that matter to an operation with these selections."""
        if not self._fields:
            return LabelChoice((), ())
        named = {*self._named_always, *_names(selections)}
        labels = [label for label, fields in self._fields.items() if fields & named]
        percentages = [
            (label, float(match[1])) for label in labels if (match := _PERCENT.fullmatch(label))
        ]
        return LabelChoice(self._on.intersection(labels), percentages)


def _joins(supergraph: Supergraph) -> Iterator[tuple[str, JoinField]]:
    for each in supergraph.types.values():
        if isinstance(each, ObjectType | InterfaceType):
            for field in each.fields.values():
                for join in field.joins:
                    yield field.name, join


def _field_sets(supergraph: Supergraph) -> Iterator[str]:
    for each in supergraph.types.values():
        if isinstance(each, ObjectType | InterfaceType):
            yield from (join.key for join in each.joins if join.key is not None)
    for _, join in _joins(supergraph):
        yield from (each for each in (join.requires, join.provides) if each is not None)
        yield from (argument.selection for argument in join.context_arguments)


def _names(selections: Iterable[FieldSelection]) -> Iterator[str]:
    for selection in selections:
        yield selection.name
        yield from _names(selection.selections)
