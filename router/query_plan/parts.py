"""What a plan is made of: fetches, how they are arranged, and how the answer is read.

Response names inside a fetch are the planner's own (*internal* names). The answer is gathered in
one tree under internal names: every fetch lays its result at a position of that tree. `output`
then tells how the client's answer is read from the tree.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from router.supergraph.type_reference import TypeReference


@dataclass(frozen=True, slots=True)
class Condition:
    """`@include` (`value` true) or `@skip` (`value` false) on a variable."""

    variable: str
    value: bool


@dataclass(frozen=True, slots=True)
class SelectedField:
    """A field in a fetch.

    `response_name` is internal; `arguments` is text such as `(first: $n)`, or empty, with
    directives behind it.
    """

    name: str
    response_name: str
    arguments: str = ""
    conditions: tuple[Condition, ...] = ()
    selections: tuple[Selection, ...] = ()


@dataclass(frozen=True, slots=True)
class SelectedFragment:
    """An inline fragment in a fetch; `type_condition` is None where only the conditions matter."""

    type_condition: str | None
    conditions: tuple[Condition, ...] = ()
    selections: tuple[Selection, ...] = ()


Selection = SelectedField | SelectedFragment


@dataclass(frozen=True, slots=True)
class TypeStep:
    """A step of a position: only objects whose `__typename` is one of `types` go on."""

    types: frozenset[str]


ListStep = Literal["@"]
PositionStep = str | TypeStep
"""An internal name, `"@"` for each item of a list, or a type condition."""

Position = tuple[PositionStep, ...]
"""Where in the answer's tree objects of one type stand."""


@dataclass(frozen=True, slots=True)
class RepresentationField:
    """A field of a representation: `name` for the subgraph, read from `source` in the tree.

    `selections` are given for objects and lists of objects.
    """

    name: str
    source: str
    selections: tuple[RepresentationSelection, ...] = ()


@dataclass(frozen=True, slots=True)
class RepresentationFragment:
    """Fields that a representation bears where the object's `__typename` is one of `types`."""

    types: frozenset[str]
    type_condition: str
    selections: tuple[RepresentationSelection, ...]


RepresentationSelection = RepresentationField | RepresentationFragment


@dataclass(frozen=True, slots=True)
class Representation:
    """How objects of some types become representations.

    `types` are the concrete types it is for; `typename` what it sends as `__typename`: None for the
    object's own, a name where the subgraph knows an interface object in its place.
    """

    types: frozenset[str]
    typename: str | None
    selections: tuple[RepresentationSelection, ...]


@dataclass(frozen=True, slots=True)
class EntityEntry:
    """One `_entities` field of a request: from the objects at `positions`, back to the same.

    `response_name` is `_entities` or its alias, `variable` the variable of its representations.
    A null, an object of no type in `representations`, or a missing key gives no representation.
    """

    response_name: str
    variable: str
    positions: tuple[Position, ...]
    representations: tuple[Representation, ...]
    selections: tuple[Selection, ...]
    conditions: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True)
class ContextVariable:
    """A variable that is read from the tree: `@fromContext`.

    For the objects of an entry: `levels_up` objects upwards from each, then along `selections`.
    """

    variable: str
    levels_up: int
    selections: tuple[RepresentationSelection, ...]


@dataclass(frozen=True, slots=True)
class Fetch:
    """One request to one subgraph: its root fields (`selections`), or entities (`entries`).

    Root fields are laid at the root of the answer, or, where a query's root type stands further
    down (a mutation's payload with a field `query`), at each object of `positions`; none is sent
    where no object stands there.
    `operation` is the text sent. `variable_usages` names the client's variables in it.
    `depends_on` names the fetches (by `id`) whose results it reads: the executor may start it once
    they are there.
    """

    id: int
    service: str
    kind: Literal["query", "mutation", "subscription"]
    operation: str
    operation_name: str | None = None
    variable_usages: tuple[str, ...] = ()
    selections: tuple[Selection, ...] = ()
    entries: tuple[EntityEntry, ...] = ()
    contexts: tuple[ContextVariable, ...] = ()
    depends_on: tuple[int, ...] = ()
    positions: tuple[Position, ...] = ((),)


@dataclass(frozen=True, slots=True)
class Sequence:
    """One after the other."""

    nodes: tuple[PlanNode, ...]


@dataclass(frozen=True, slots=True)
class Parallel:
    """At the same time."""

    nodes: tuple[PlanNode, ...]


@dataclass(frozen=True, slots=True)
class ConditionNode:
    """A branch decided by a variable when the plan runs."""

    variable: str
    if_clause: PlanNode | None
    else_clause: PlanNode | None


@dataclass(frozen=True, slots=True)
class DeferredPart:
    """A part of the answer that a client gets later (`@defer`).

    `id` tells the parts of a plan apart; `parent` is the part inside of which it begins, None where
    that is the first. `path` is the client's path to the objects that it adds to, with `@` for each
    item of a list. `variable` is that of the directive's `if:`: where it is false, the part comes
    with its parent. `depends_on` are the fetches of other parts that its own wait for.
    """

    label: str | None
    path: tuple[str, ...]
    depends_on: tuple[int, ...]
    node: PlanNode | None
    output: tuple[Output, ...]
    id: int = 0
    parent: int | None = None
    variable: str | None = None


@dataclass(frozen=True, slots=True)
class Defer:
    """The part that comes first, and the deferred ones.

    `output` is the answer of the first part; the plan's own output is the whole, for a client that
    wants all at once.
    """

    primary: PlanNode | None
    deferred: tuple[DeferredPart, ...]
    output: tuple[Output, ...] = ()


@dataclass(frozen=True, slots=True)
class Subscription:
    """A primary fetch that yields events, and what is fetched for each of them."""

    primary: Fetch
    rest: PlanNode | None


PlanNode = Fetch | Sequence | Parallel | ConditionNode | Defer | Subscription


@dataclass(frozen=True, slots=True)
class Deferral:
    """A `@defer` that begins at a position: see `DeferredPart`, which has the same `id`.

    `parent` is the one around it at the same position.
    """

    id: int
    label: str | None
    variable: str | None
    parent: Deferral | None


@dataclass(frozen=True, slots=True)
class OutputField:
    """A field of the client's answer: `response_name` is the client's, `source` the internal name.

    `name` is the schema's name of the field and `type` its type in the API schema, by which the
    value is completed. `parent_type` is the type that the client selected it on. A field that is
    `is_unreachable` is in no fetch, because no subgraph can answer it from here: null, and an
    error. One that is `refused` is in none because the asker may not read it; the name is that of
    its marker. `deferral` is the innermost `@defer` around it, where that begins at its position.
    """

    name: str
    response_name: str
    source: str
    type: TypeReference
    parent_type: str
    conditions: tuple[Condition, ...] = ()
    selections: tuple[Output, ...] = ()
    is_unreachable: bool = False
    refused: str | None = None
    deferral: Deferral | None = None


@dataclass(frozen=True, slots=True)
class OutputFragment:
    """Fields of the answer for objects of one of `types` (all concrete), or of any where None."""

    types: frozenset[str] | None
    conditions: tuple[Condition, ...] = ()
    selections: tuple[Output, ...] = ()


Output = OutputField | OutputFragment
