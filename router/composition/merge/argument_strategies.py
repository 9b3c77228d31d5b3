"""How the arguments of one directive, applied in several subgraphs, become one application's.

Source: "Merging" of each directive in the documentation of federated schemas; `scopes` and
`policies` are alternatives of conjunctions, and a field asks for what every subgraph asks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import product

from graphql import (
    BooleanValueNode,
    ConstValueNode,
    IntValueNode,
    ListValueNode,
    NullValueNode,
    StringValueNode,
)
from graphql.language.print_string import print_string

Values = Sequence[ConstValueNode | None]
Strategy = Callable[[Values], str | None]


def conjunction(values: Values) -> str | None:
    """Ask for one alternative of each: (a or b) and c is (a and c) or (b and c)."""
    return alternatives_text(
        joined_alternatives([alternatives(value) for value in values if value is not None])
    )


def joined_alternatives(each: Iterable[Iterable[frozenset[str]]]) -> list[frozenset[str]]:
    """Join alternatives, and leave out those that ask for more than another does."""
    empty: frozenset[str] = frozenset()
    joined = {empty.union(*choice) for choice in product(*each)}
    return [one for one in joined if not any(other < one for other in joined)]


def alternatives(node: ConstValueNode) -> list[frozenset[str]]:
    """Read alternatives of conjunctions."""
    if isinstance(node, ListValueNode):
        return [_names(item) for item in node.values]
    return [_names(node)]


def _names(node: ConstValueNode) -> frozenset[str]:
    items = node.values if isinstance(node, ListValueNode) else (node,)
    return frozenset(item.value for item in items if isinstance(item, StringValueNode))


def alternatives_text(each: Iterable[frozenset[str]]) -> str:
    """Write alternatives of conjunctions, in alphabetical order."""
    lists = sorted(sorted(names) for names in each)
    inner = ", ".join(f"[{', '.join(map(print_string, names))}]" for names in lists)
    return f"[{inner}]"


def maximum(values: Values) -> str | None:
    """Take the largest number; nothing where none is given."""
    numbers = [int(value.value) for value in values if isinstance(value, IntValueNode)]
    return str(max(numbers)) if numbers else None


def union(values: Values) -> str | None:
    """Take every string that any has, in order of appearance; nothing where none is given."""
    names: dict[str, None] = {}
    is_given = False
    for value in values:
        if value is not None and not isinstance(value, NullValueNode):
            is_given = True
            items = value.values if isinstance(value, ListValueNode) else (value,)
            names |= {item.value: None for item in items if isinstance(item, StringValueNode)}
    return f"[{', '.join(map(print_string, names))}]" if is_given else None


def all_true(values: Values) -> str | None:
    """Tell whether all say so; saying nothing is saying true, the argument's default."""
    said = [not isinstance(value, BooleanValueNode) or value.value for value in values]
    return "true" if all(said) else "false"


STRATEGIES: Mapping[str, Mapping[str, Strategy]] = {
    "requiresScopes": {"scopes": conjunction},
    "policy": {"policies": conjunction},
    "cost": {"weight": maximum},
    "listSize": {
        "assumedSize": maximum,
        "slicingArguments": union,
        "sizedFields": union,
        "requireOneSlicingArgument": all_true,
    },
}
"""For directives whose arguments are merged one by one: how."""
