"""An operation in canonical form: what the planner reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from router.supergraph.type_reference import TypeReference

OperationKind = Literal["query", "mutation", "subscription"]


@dataclass(frozen=True, slots=True)
class VariableCondition:
    """`@include` (`value` true) or `@skip` (`value` false) on a variable."""

    variable: str
    value: bool


@dataclass(frozen=True, slots=True)
class Deferral:
    """A fragment with `@defer`. Each such fragment of the document is one, told apart by `id`."""

    id: int
    label: str | None
    variable: str | None
    """The variable of `if:` that decides; None where it is always deferred."""
    parent: Deferral | None = None


@dataclass(frozen=True, slots=True)
class FieldSelection:
    """A field that the client asks for.

    Fragments are gone: `types` are the object types for which the field is asked (None: whatever
    stands here), `conditions` must all hold, `deferral` is the innermost `@defer` around it.
    `arguments` is text such as `(first: $n)`, ordered by name, or empty, with the graph's own
    directives behind it (` @upper(by: $l)`): fields that differ in either are different fields.
    `variables` are those in it. `parent_type` is the type it was selected on and `type` the API
    schema's type of the field.
    """

    name: str
    response_name: str
    type: TypeReference
    parent_type: str
    arguments: str = ""
    variables: frozenset[str] = frozenset()
    types: frozenset[str] | None = None
    conditions: tuple[VariableCondition, ...] = ()
    deferral: Deferral | None = None
    selections: tuple[FieldSelection, ...] = ()


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of a document, normalized.

    `variables` tells for each variable how an operation declares it, such as `$n: Int = 10`.
    The same response name appears more than once among selections only where types, conditions or
    deferrals differ; the answer has it where it comes first.
    """

    kind: OperationKind
    name: str | None
    root_type: str
    selections: tuple[FieldSelection, ...]
    variables: Mapping[str, str]
