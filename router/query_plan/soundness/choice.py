"""A plan with its conditions decided: what runs for one choice of the variables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from router.query_plan.parts import (
    Condition,
    ConditionNode,
    Defer,
    Fetch,
    Output,
    OutputField,
    OutputFragment,
    Parallel,
    PlanNode,
    SelectedField,
    SelectedFragment,
    Selection,
    Sequence,
    Subscription,
)

Choice = Mapping[str, bool]


def children(node: PlanNode | None) -> tuple[PlanNode, ...]:
    """The nodes directly inside a node."""
    match node:
        case Sequence() | Parallel():
            return node.nodes
        case ConditionNode():
            return tuple(n for n in (node.if_clause, node.else_clause) if n is not None)
        case Subscription():
            return (node.primary,) if node.rest is None else (node.primary, node.rest)
        case Defer():
            parts = (node.primary, *(part.node for part in node.deferred))
            return tuple(part for part in parts if part is not None)
        case _:
            return ()


def fetches_of(node: PlanNode | None) -> Iterator[Fetch]:
    """All fetches of a plan, in the order in which they may run."""
    if isinstance(node, Fetch):
        yield node
    for child in children(node):
        yield from fetches_of(child)


def decided_fetches(node: PlanNode | None, choice: Choice) -> Iterator[Fetch]:
    """The fetches that run."""
    if isinstance(node, ConditionNode):
        branch = node.if_clause if choice[node.variable] else node.else_clause
        yield from decided_fetches(branch, choice)
    elif isinstance(node, Fetch):
        yield node
    else:
        for child in children(node):
            yield from decided_fetches(child, choice)


def holds(conditions: Iterable[Condition], choice: Choice) -> bool:
    """Tell whether all conditions hold."""
    return all(choice.get(c.variable, True) == c.value for c in conditions)


def decide(selections: tuple[Selection, ...], choice: Choice) -> tuple[Selection, ...]:
    """A selection set without what its conditions leave out, and without fragments left empty."""
    decided: list[Selection] = []
    for one in selections:
        if not holds(one.conditions, choice):
            continue
        below = decide(one.selections, choice)
        if isinstance(one, SelectedField):
            decided.append(SelectedField(one.name, one.response_name, one.arguments, (), below))
        elif below:
            decided.append(SelectedFragment(one.type_condition, (), below))
    return tuple(decided)


def flat(output: Iterable[Output], type_name: str, choice: Choice) -> Iterator[OutputField]:
    """The fields of the answer for an object of one type."""
    for one in output:
        if not holds(one.conditions, choice):
            continue
        if isinstance(one, OutputFragment):
            if one.types is None or type_name in one.types:
                yield from flat(one.selections, type_name, choice)
        else:
            yield one
