"""Conditions as choices of conjunctions: the algebra agrees with the truth."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from router.planner.conditions import (
    ALWAYS,
    NEVER,
    When,
    both,
    either,
    shared,
    without,
)

literals = st.tuples(st.sampled_from("abc"), st.booleans())
conjunctions = st.dictionaries(st.sampled_from("abc"), st.booleans()).map(
    lambda chosen: frozenset(chosen.items())
)
whens = st.frozensets(conjunctions, max_size=4)
choices = st.fixed_dictionaries({name: st.booleans() for name in "abc"})


def holds(when: When, choice: dict[str, bool]) -> bool:
    return any(all(choice[name] == value for name, value in one) for one in when)


@given(whens, whens, choices)
def test_either_and_both(left: When, right: When, choice: dict[str, bool]) -> None:
    assert holds(either(left, right), choice) == (holds(left, choice) or holds(right, choice))
    assert holds(both(left, right), choice) == (holds(left, choice) and holds(right, choice))


@given(whens, choices)
def test_what_is_shared_can_be_left_out_where_it_is_known(
    when: When, choice: dict[str, bool]
) -> None:
    known = shared(when)
    if all(choice[name] == value for name, value in known):
        assert holds(without(when, known), choice) == holds(when, choice)
    elif when:
        assert not holds(when, choice)


def test_the_ends() -> None:
    yes, no = frozenset({frozenset({("a", True)})}), frozenset({frozenset({("a", False)})})

    assert either(yes, no) == ALWAYS
    assert both(yes, no) == NEVER
    assert shared(NEVER) == frozenset()


def test_many_cases_become_always() -> None:
    when = NEVER
    for number in range(9):
        when = either(when, frozenset({frozenset({(f"v{number}", True), ("w", True)})}))

    assert when == ALWAYS
