"""When something is asked: conditions on variables, as a choice of conjunctions."""

from __future__ import annotations

from functools import reduce

Literal = tuple[str, bool]
"""A variable, and the value it must have."""

When = frozenset[frozenset[Literal]]
"""Any of these conjunctions must hold."""

ALWAYS: When = frozenset({frozenset()})
NEVER: When = frozenset()

_MOST_CONJUNCTIONS = 8
"""Beyond this many, "always" is asked: the answer still leaves out what the client did not want."""


def either(left: When, right: When) -> When:
    """When one or the other holds."""
    if ALWAYS in (left, right):
        return ALWAYS
    return _absorb(left | right)


def both(left: When, right: When) -> When:
    """When both hold."""
    if left == ALWAYS:
        return right
    if right == ALWAYS:
        return left
    merged = (one | other for one in left for other in right)
    return _absorb(frozenset(one for one in merged if _is_possible(one)))


def shared(when: When) -> frozenset[Literal]:
    """The conditions that hold in every case."""
    return reduce(frozenset.intersection, when) if when else frozenset()


def without(when: When, known: frozenset[Literal]) -> When:
    """What is left to ask where `known` holds already."""
    if not known:
        return when
    return _absorb(frozenset(one - known for one in when))


def _is_possible(conjunction: frozenset[Literal]) -> bool:
    return len({variable for variable, _ in conjunction}) == len(conjunction)


def _absorb(when: When) -> When:
    if len(when) < 2:
        return when
    kept = frozenset(one for one in when if not any(other < one for other in when))
    return _complement(kept) if len(kept) <= _MOST_CONJUNCTIONS else ALWAYS


def _complement(when: When) -> When:
    """`$a or not $a` is always."""
    for one in when:
        if len(one) == 1:
            ((variable, value),) = one
            if frozenset({(variable, not value)}) in when:
                return ALWAYS
    return when
