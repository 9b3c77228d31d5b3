"""A path that cannot be satisfied, told: the query, and for each subgraph why it is stuck there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from router.query_graph.field_set import field_set_text
from router.query_graph.model import QueryGraph, SubgraphType
from router.query_graph.walk import Standings
from router.supergraph.model import (
    EnumType,
    Field,
    InputObjectType,
    InterfaceType,
    NamedType,
    ObjectType,
    UnionType,
)
from router.supergraph.type_reference import TypeReference

_SCALARS = {"Int": "0", "Float": "0.5", "Boolean": "true", "String": '"a"', "ID": '"1"'}
_DEEPEST_EXAMPLE = 5


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a path: an operation, a field, or a type condition, and the type it stands on."""

    text: str
    parent: str
    field: Field | None = None


def explain(
    graph: QueryGraph,
    types: Mapping[str, NamedType],
    path: Sequence[Step],
    standings: Standings,
) -> str:
    """Tell which query cannot be answered, and why from each subgraph that it could come to."""
    last = path[-1]
    reasons = [
        line
        for view in sorted({s.view for s in standings}, key=lambda view: view.graph)
        for line in _reasons(graph, view, last)
    ]
    query = "\n".join(_query(types, path))
    return "\n".join(["No subgraph can answer all of this query:", query, "because", *reasons])


def suggest(graph: QueryGraph, type_name: str, field: str, standings: Standings) -> str | None:
    """Propose what would make the field reachable, None where no other subgraph has it."""
    here = {standing.view.graph for standing in standings}
    names = sorted(graph.subgraph(graph_id).name for graph_id in here)
    for other in graph.views.get(type_name, ()):
        definition = other.fields.get(field)
        if other.graph in here or definition is None or definition.is_external:
            continue
        owner = graph.subgraph(other.graph).name
        keys = [field_set_text(key.fields) for key in other.keys if key.resolvable]
        if not keys:
            return (
                f'Give {type_name} a resolvable @key in subgraph "{owner}" whose fields subgraph'
                f' "{names[0]}" has too, or resolve {type_name}.{field} in subgraph "{names[0]}".'
            )
        return f'Add "{keys[0]}" to {type_name} in subgraph "{names[0]}".'
    return None


def _query(types: Mapping[str, NamedType], path: Sequence[Step]) -> Iterator[str]:
    indent = ""
    operation = path[0].text
    yield "{" if operation == "query" else f"{operation} {{"
    for step in path[1:]:
        indent += "  "
        opening = " {" if step is not path[-1] or _has_fields(types, step) else ""
        yield f"{indent}{step.text}{_arguments(types, step.field)}{opening}"
    if _has_fields(types, path[-1]):
        yield f"{indent}  …"
        yield f"{indent}}}"
    while indent := indent[:-2]:
        yield f"{indent}}}"
    yield "}"


def _has_fields(types: Mapping[str, NamedType], step: Step) -> bool:
    if step.field is None:
        return True
    return isinstance(types.get(step.field.type.name), ObjectType | InterfaceType | UnionType)


def _arguments(types: Mapping[str, NamedType], field: Field | None) -> str:
    if field is None:
        return ""
    given = [
        f"{argument.name}: {_example(types, argument.type)}"
        for argument in field.arguments.values()
        if argument.type.is_non_null and argument.default is None
    ]
    return f"({', '.join(given)})" if given else ""


def _example(types: Mapping[str, NamedType], reference: TypeReference, depth: int = 0) -> str:
    if reference.nullable.item is not None:
        return "[]"
    named = types.get(reference.name)
    if isinstance(named, EnumType):
        return next(iter(named.values), "null")
    if isinstance(named, InputObjectType) and depth < _DEEPEST_EXAMPLE:
        given = [
            f"{value.name}: {_example(types, value.type, depth + 1)}"
            for value in named.fields.values()
            if value.type.is_non_null and value.default is None
        ]
        return "{" + ", ".join(given) + "}"
    return _SCALARS.get(reference.name, '"…"')


def _reasons(graph: QueryGraph, view: SubgraphType, last: Step) -> Iterator[str]:
    name = graph.subgraph(view.graph).name
    yield f'- from subgraph "{name}":'
    if last.field is None:
        yield f"  - {view.name} is an @interfaceObject, so its type is not known there;"
        yield "    and no key leads to a subgraph that has the interface."
        return
    own = view.fields.get(last.text)
    coordinate = f"{last.parent}.{last.text}"
    if own is None:
        yield f"  - it has no {coordinate};"
    elif own.is_external:
        yield f"  - {coordinate} is @external there;"
    elif own.contexts:
        yield f"  - {coordinate} is filled from a context, which no type further up sets;"
    elif own.requires:
        yield f'  - {coordinate} needs "{field_set_text(own.requires)}", which cannot be had;'
    for other in graph.views.get(last.parent, ()):
        has_field = last.text in other.fields and not other.fields[last.text].is_external
        if other.graph != view.graph and has_field:
            yield f"  - {_why_not(graph, other, last.parent)};"


def _why_not(graph: QueryGraph, other: SubgraphType, type_name: str) -> str:
    name = graph.subgraph(other.graph).name
    if not other.keys:
        return f'subgraph "{name}" has it, and {type_name} has no @key there to move by'
    keys = [f'"{field_set_text(key.fields)}"' for key in other.keys if key.resolvable]
    if not keys:
        return f'subgraph "{name}" has it, and no key of {type_name} there is resolvable'
    return f'subgraph "{name}" has it, and its key {" or ".join(keys)} cannot be had from here'
