"""A plan specialised once into plain functions: the table of contents of the executor.

    decide the conditions → shape of the answer → layout of the tree
    → for each fetch: gather (`representations`), body, absorb (`merge`) → projection

Everything that can be known before a request comes is known here; the functions are kept with the
plan, and a request only runs them (`execute`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import orjson
from graphql import GraphQLSchema

from router.errors import PlanError
from router.executor.code import Code
from router.executor.compiled_parts import CompiledParts, PartsCode, Project
from router.executor.conditions import Flags, decide_conditions
from router.executor.custom_scalars import has_custom_scalars
from router.executor.exact_json import dumps, loads
from router.executor.failures import Failures
from router.executor.layout import Below, Entering, Layout, names_laid, names_of
from router.executor.merge import Absorb, write_absorb
from router.executor.parts import Parts
from router.executor.passage import Passage
from router.executor.projection import Projection
from router.executor.refused import Markers
from router.executor.representations import Gather, write_gather
from router.executor.shape import InternalPath, ObjectShape, answer_shape
from router.query_plan.nodes import (
    Fetch,
    Output,
    Parallel,
    PlanNode,
    QueryPlan,
    Sequence,
)

Body = Callable[[Mapping[str, Any], Mapping[str, Any]], bytes]
"""The request's body, from the client's variables and the variables of representations."""


@dataclass(frozen=True, slots=True, eq=False)
class CompiledFetch:
    """A fetch as functions, and who waits for it (numbers of fetches in the plan).

    `names` are the internal names laid at each entering, or at the root; `below` the stands at
    which root fields are laid where it is not at the root.
    """

    node: Fetch
    enterings: tuple[Entering, ...]
    gather: Gather | None
    body: Body
    absorb: Absorb
    names: tuple[tuple[str, ...], ...]
    below: tuple[Below, ...]
    data_from: tuple[int, ...]
    dependents: tuple[int, ...]
    waits_for: int

    @property
    def is_query(self) -> bool:
        """Whether the fetch may be sent again, or once for several."""
        return self.node.kind == "query"


@dataclass(frozen=True, slots=True, eq=False)
class CompiledPlan:
    """A plan as functions. `source` is the generated code, for a person to read.

    `shape` is what `project` reads: the answer, or its first part, where it comes in `parts`.
    """

    plan: QueryPlan
    shape: ObjectShape
    fetches: tuple[CompiledFetch, ...]
    ready: tuple[int, ...]
    stands: int
    tracks_seen: bool
    memos: int
    project: Project
    failures: Failures
    markers: Markers
    loads: Callable[[bytes], Any]
    passage: Passage | None
    source: str
    parts: CompiledParts | None = None


def compile_plan(
    plan: QueryPlan,
    schema: GraphQLSchema,
    flags: Flags,
    *,
    hides_types: bool = False,
    in_parts: bool = False,
) -> CompiledPlan:
    """Compile a plan for the API schema and the values of the plan's condition variables.

    `hides_types`: the supergraph has object types that the API schema does not show. `in_parts`:
    what is deferred comes later, and `flags` has the values of its variables too. Raises
    `PlanError` where plan and schema do not fit.
    """
    decided = decide_conditions(plan, flags)

    def shape_of(output: tuple[Output, ...]) -> ObjectShape:
        return answer_shape(replace(decided, output=output), schema, hides_types=hides_types)

    whole = shape_of(decided.output)
    nodes = tuple(fetches_of(decided.node))
    parts = Parts(decided, flags if in_parts else None)
    shape = shape_of(parts.first) if parts.parts else whole
    layout = Layout(nodes)
    code = Code()
    memos = _memos(layout)
    functions = [_write_fetch(code, layout, number, memos) for number, _ in enumerate(nodes)]
    projection = Projection(code, memos)
    project = projection.of(shape)
    parts_code = PartsCode(projection, parts, shape_of) if parts.parts else None
    module = code.load()
    waits = _waits(nodes)
    fetches = tuple(
        _compiled_fetch(
            node,
            (layout.enterings(node), layout.below(node)),
            (gather, absorb),
            module,
            (number, waits),
        )
        for number, (node, (gather, absorb)) in enumerate(zip(nodes, functions, strict=True))
    )
    return CompiledPlan(
        plan=plan,
        shape=shape,
        fetches=fetches,
        ready=tuple(number for number, fetch in enumerate(fetches) if not fetch.waits_for),
        stands=len(layout.stands),
        tracks_seen=any(stand.has_many_bringers for stand in layout.stands.values()),
        memos=len(memos),
        project=module[project],
        failures=Failures(whole),
        markers=Markers(),
        loads=loads if has_custom_scalars(whole, nodes, schema) else orjson.loads,
        passage=None if parts_code else Passage.of(nodes, shape, schema),
        source=code.source,
        parts=parts_code.load(module, parts.of_fetches(plan.node, nodes)) if parts_code else None,
    )


def fetches_of(node: PlanNode | None) -> Iterator[Fetch]:
    """The fetches of a plan without conditions, in its order."""
    match node:
        case None:
            return
        case Fetch():
            yield node
        case Sequence(nodes) | Parallel(nodes):
            for child in nodes:
                yield from fetches_of(child)
        case _:
            raise PlanError(f"A plan with {type(node).__name__} is not one response.")


def _memos(layout: Layout) -> dict[InternalPath, int]:
    paths = [names_of(each.steps) for each in layout.stands.values() if each.shared_by]
    return {path: number for number, path in enumerate(dict.fromkeys(paths))}


def _write_fetch(
    code: Code, layout: Layout, number: int, memos: dict[InternalPath, int]
) -> tuple[str | None, str]:
    enterings = layout.enterings(layout.fetches[number])
    gather = write_gather(code, number, enterings) if enterings else None
    return gather, write_absorb(code, layout, number, enterings, memos)


@dataclass(frozen=True, slots=True)
class _Waits:
    """For each fetch: those whose data it reads, and all that it waits for."""

    data: list[tuple[int, ...]]
    all: list[frozenset[int]]


def _waits(nodes: tuple[Fetch, ...]) -> _Waits:
    number_of = {node.id: number for number, node in enumerate(nodes)}
    # A fetch that the conditions took away is waited for by nobody.
    data = [
        tuple(number_of[each] for each in node.depends_on if each in number_of) for node in nodes
    ]
    # "If the operation is a mutation, the selection set is executed serially": whatever the plan
    # has before a mutation's fetch belongs to the fields before it.
    every = [
        frozenset(range(number)) if node.kind == "mutation" else frozenset(data[number])
        for number, node in enumerate(nodes)
    ]
    return _Waits(data, every)


def _compiled_fetch(
    node: Fetch,
    stands: tuple[tuple[Entering, ...], tuple[Below, ...]],
    functions: tuple[str | None, str],
    module: Mapping[str, Any],
    place: tuple[int, _Waits],
) -> CompiledFetch:
    enterings, below = stands
    gather, absorb = functions
    number, waits = place
    return CompiledFetch(
        node=node,
        enterings=enterings,
        gather=module[gather] if gather else None,
        body=_body(node),
        absorb=module[absorb],
        names=tuple(
            names_laid(selections)
            for selections in [each.entry.selections for each in enterings] or [node.selections]
        ),
        below=below,
        data_from=waits.data[number],
        dependents=tuple(each for each, before in enumerate(waits.all) if number in before),
        waits_for=len(waits.all[number]),
    )


def _body(node: Fetch) -> Body:
    head = b'{"query":' + orjson.dumps(node.operation)
    if node.operation_name is not None:
        head += b',"operationName":' + orjson.dumps(node.operation_name)
    usages = node.variable_usages
    if not usages and not node.entries:
        constant = head + b"}"
        return lambda _variables, _representations: constant
    head += b',"variables":'

    def body(variables: Mapping[str, Any], representations: Mapping[str, Any]) -> bytes:
        values = {name: variables[name] for name in usages if name in variables}
        values.update(representations)
        return head + dumps(values) + b"}"

    return body
