"""`@skip` and `@include` decided: a plan without conditions, for given values of its variables.

A plan with conditions is compiled once for each set of values that its condition variables take,
so no compiled function ever asks for a condition, and the order of keys comes out as
CollectFields() has it for these values.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from router.query_plan.nodes import (
    Condition,
    ConditionNode,
    Defer,
    Fetch,
    Output,
    OutputFragment,
    Parallel,
    PlanNode,
    QueryPlan,
    SelectedField,
    Selection,
    Sequence,
    Subscription,
)

Flags = Mapping[str, bool]
"""The values of the condition variables."""


def condition_variables(plan: QueryPlan) -> tuple[str, ...]:
    """The variables that conditions of the plan ask for, sorted."""
    return tuple(sorted({*_of_outputs(plan.output), *_of_node(plan.node)}))


def decide_conditions(plan: QueryPlan, flags: Flags) -> QueryPlan:
    """The plan that remains where the condition variables have these values."""
    return replace(
        plan, node=_decide_node(plan.node, flags), output=_decide_outputs(plan.output, flags)
    )


def _of_outputs(outputs: Iterable[Output]) -> Iterator[str]:
    for output in outputs:
        yield from (condition.variable for condition in output.conditions)
        yield from _of_outputs(output.selections)


def _of_selections(selections: Iterable[Selection]) -> Iterator[str]:
    for selection in selections:
        yield from (condition.variable for condition in selection.conditions)
        yield from _of_selections(selection.selections)


def _of_node(node: PlanNode | None) -> Iterator[str]:
    match node:
        case Sequence(nodes) | Parallel(nodes):
            for child in nodes:
                yield from _of_node(child)
        case ConditionNode(variable, if_clause, else_clause):
            yield variable
            yield from _of_node(if_clause)
            yield from _of_node(else_clause)
        case Defer() | Subscription():
            yield from _of_node(_at_once(node))
        case Fetch():
            yield from _of_selections(node.selections)
            for entry in node.entries:
                yield from (condition.variable for condition in entry.conditions)
                yield from _of_selections(entry.selections)


_ANY: tuple[Selection, ...] = (SelectedField("__typename", "__typename"),)


def _holds(conditions: Iterable[Condition], flags: Flags) -> bool:
    return all(flags[condition.variable] is condition.value for condition in conditions)


def _decide_outputs(outputs: Iterable[Output], flags: Flags) -> tuple[Output, ...]:
    decided = (
        replace(output, conditions=(), selections=_decide_outputs(output.selections, flags))
        for output in outputs
        if _holds(output.conditions, flags)
    )
    # A fragment that is left empty does not depend on the type, for which nobody was asked.
    return tuple(one for one in decided if one.selections or not isinstance(one, OutputFragment))


def _decide_selections(selections: Iterable[Selection], flags: Flags) -> tuple[Selection, ...]:
    return tuple(
        _decide_selection(selection, flags)
        for selection in selections
        if _holds(selection.conditions, flags)
    )


def _decide_selection(selection: Selection, flags: Flags) -> Selection:
    below = _decide_selections(selection.selections, flags)
    if isinstance(selection, SelectedField) and selection.selections and not below:
        # It is an object yet, into which other fetches may lay theirs.
        below = _ANY
    return replace(selection, conditions=(), selections=below)


def _decide_node(node: PlanNode | None, flags: Flags) -> PlanNode | None:
    match node:
        case None:
            return None
        case Fetch():
            return _decide_fetch(node, flags)
        case ConditionNode(variable, if_clause, else_clause):
            return _decide_node(if_clause if flags[variable] else else_clause, flags)
        case Sequence(nodes) | Parallel(nodes):
            decided = (_decide_node(child, flags) for child in nodes)
            return type(node)(tuple(child for child in decided if child is not None))
        case Defer() | Subscription():
            return _decide_node(_at_once(node), flags)


def _at_once(node: Defer | Subscription) -> Sequence:
    """All that makes one response: the deferred parts beside the first, an event and its rest."""
    if isinstance(node, Subscription):
        nodes: tuple[PlanNode | None, ...] = (node.primary, node.rest)
    else:
        nodes = (node.primary, *(part.node for part in node.deferred))
    return Sequence(tuple(each for each in nodes if each is not None))


def _decide_fetch(fetch: Fetch, flags: Flags) -> Fetch | None:
    entries = tuple(
        replace(entry, conditions=(), selections=_decide_selections(entry.selections, flags))
        for entry in fetch.entries
        if _holds(entry.conditions, flags)
    )
    selections = _decide_selections(fetch.selections, flags)
    if not entries and not selections:
        return None
    return replace(fetch, entries=entries, selections=selections)


__all__ = ["Flags", "condition_variables", "decide_conditions"]
