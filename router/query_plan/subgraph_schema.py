"""A subgraph's own schema, read back from the supergraph: its fetches must be valid against it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from graphql import GraphQLSchema, build_schema, print_ast

from router.supergraph.model import (
    EnumType,
    Field,
    GraphId,
    InputObjectType,
    InputValue,
    InterfaceType,
    JoinField,
    NamedType,
    ObjectType,
    ScalarType,
    Supergraph,
    UnionType,
)


def subgraph_sdl(supergraph: Supergraph, graph: GraphId) -> str:
    """Write the types of one subgraph, with `_entities`, as it must answer them."""
    types = [named for named in supergraph.types.values() if _is_in(named, graph)]
    lines = [text for named in types for text in _type(supergraph, named, graph)]
    entities = sorted(named.name for named in types if _is_entity(named, graph))
    lines.append("scalar _Any")
    query = supergraph.query
    if entities:
        lines.append(f"union _Entity = {' | '.join(entities)}")
        lines.append(f"extend type {query} {{ _entities(representations: [_Any!]!): [_Entity]! }}")
    if not any(named.name == query and _has_fields(named, graph) for named in types):
        lines.append(f"type {query} {{ _service: String }}")
    lines.append(_schema(supergraph, graph))
    # Composition lets through the executable directives that every subgraph defines.
    lines += [
        print_ast(node)
        for node in supergraph.directive_definitions
        if any(location.value == "FIELD" for location in node.locations)
    ]
    return "\n".join(lines)


def subgraph_schema(supergraph: Supergraph, graph: GraphId) -> GraphQLSchema:
    """The schema of one subgraph."""
    return build_schema(
        subgraph_sdl(supergraph, graph), assume_valid=True, assume_valid_sdl=True, no_location=True
    )


def field_join(field: Field, graph: GraphId) -> JoinField | None:
    """How a subgraph has a field; None where it does not."""
    if not field.joins:
        return JoinField(graph=graph)
    return next((join for join in field.joins if join.graph == graph), None)


def _is_in(named: NamedType, graph: GraphId) -> bool:
    return any(join.graph == graph for join in named.joins)


def _is_entity(named: NamedType, graph: GraphId) -> bool:
    if not isinstance(named, ObjectType | InterfaceType):
        return False
    return any(
        join.graph == graph
        and join.key is not None
        and (isinstance(named, ObjectType) or join.is_interface_object)
        for join in named.joins
    )


def _has_fields(named: NamedType, graph: GraphId) -> bool:
    if not isinstance(named, ObjectType) or not _is_in(named, graph):
        return False
    return bool(list(_fields(named, graph)))


def _schema(supergraph: Supergraph, graph: GraphId) -> str:
    roots = {"mutation": supergraph.mutation, "subscription": supergraph.subscription}
    parts = [f"query: {supergraph.query}"]
    for kind, name in roots.items():
        if name is not None and _has_fields(supergraph.types[name], graph):
            parts.append(f"{kind}: {name}")
    return f"schema {{ {' '.join(parts)} }}"


def _type(supergraph: Supergraph, named: NamedType, graph: GraphId) -> Iterator[str]:
    match named:
        case ObjectType() | InterfaceType():
            yield from _composite(supergraph, named, graph)
        case UnionType():
            members = [join.member for join in named.member_joins if join.graph == graph]
            yield f"union {named.name} = {' | '.join(members or named.members)}"
        case EnumType():
            values = [v.name for v in named.values.values() if not v.graphs or graph in v.graphs]
            yield f"enum {named.name} {{ {' '.join(values)} }}"
        case InputObjectType():
            fields = (value for value in named.fields.values() if _has_input(value, graph))
            yield f"input {named.name} {{ {' '.join(_input(value) for value in fields)} }}"
        case ScalarType():
            yield f"scalar {named.name}"


def _composite(
    supergraph: Supergraph, named: ObjectType | InterfaceType, graph: GraphId
) -> Iterator[str]:
    fields = list(_fields(named, graph))
    if not fields and named.name in {
        supergraph.query,
        supergraph.mutation,
        supergraph.subscription,
    }:
        return
    opaque = any(j.graph == graph and j.is_interface_object for j in named.joins)
    keyword = "type" if isinstance(named, ObjectType) or opaque else "interface"
    interfaces = [join.interface for join in named.implements if join.graph == graph]
    implements = f" implements {' & '.join(interfaces)}" if interfaces and not opaque else ""
    body = " ".join(fields) or "_nothing: String"
    yield f"{keyword} {named.name}{implements} {{ {body} }}"


def _fields(named: ObjectType | InterfaceType, graph: GraphId) -> Iterator[str]:
    for field in named.fields.values():
        join = field_join(field, graph)
        if join is not None:
            in_context = {argument.name for argument in join.context_arguments}
            arguments = [*field.arguments.values()]
            extra = [f"{a.name}: {a.type.text}" for a in join.context_arguments]
            written = _arguments((a for a in arguments if a.name not in in_context), extra)
            yield f"{field.name}{written}: {(join.type or field.type).text}"


def _arguments(arguments: Iterable[InputValue], more: list[str]) -> str:
    written = [*(_input(argument) for argument in arguments), *more]
    return f"({', '.join(written)})" if written else ""


def _input(value: InputValue) -> str:
    default = f" = {print_ast(value.default)}" if value.default is not None else ""
    return f"{value.name}: {value.type.text}{default}"


def _has_input(value: InputValue, graph: GraphId) -> bool:
    return not value.joins or any(join.graph == graph for join in value.joins)
