"""Supergraph → SDL in the join specification's form, the same bytes for the same supergraph."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import singledispatch

from graphql import DirectiveDefinitionNode, TypeDefinitionNode, print_ast
from graphql.language.block_string import is_printable_as_block_string, print_block_string

from router.federation.features import feature_definitions
from router.federation.link import read_link
from router.supergraph.model import (
    EnumType,
    EnumValue,
    Field,
    InputObjectType,
    InputValue,
    InterfaceType,
    NamedType,
    ObjectType,
    ScalarType,
    Subgraph,
    Supergraph,
    UnionType,
)
from router.supergraph.render_joins import (
    join_fields,
    join_implements,
    join_types,
    join_union_members,
    quoted,
)


def render_supergraph(supergraph: Supergraph) -> str:
    """Write the supergraph as SDL: the schema definition, then directives, then types by name."""
    machinery = [
        definition
        for node in supergraph.links
        for definition in feature_definitions(read_link(node))
    ]
    directives = {
        definition.name.value: print_ast(definition)
        for definition in [*machinery, *supergraph.directive_definitions]
        if isinstance(definition, DirectiveDefinitionNode)
    }
    if any(map(_is_one_of, supergraph.types.values())):
        # Built in since the GraphQL specification of 2025, and unknown to older routers.
        directives["oneOf"] = "directive @oneOf on INPUT_OBJECT"
    types = {
        definition.name.value: print_ast(definition)
        for definition in machinery
        if isinstance(definition, TypeDefinitionNode)
    }
    types["join__Graph"] = _graphs(supergraph.subgraphs.values())
    types |= {name: render_type(named) for name, named in supergraph.types.items()}
    blocks = [_schema(supergraph), *sorted_by_name(directives), *sorted_by_name(types)]
    return "\n\n".join(blocks) + "\n"


def _is_one_of(named: NamedType) -> bool:
    return any(directive.name.value == "oneOf" for directive in named.directives)


def sorted_by_name(definitions: dict[str, str]) -> Iterator[str]:
    """Yield definitions in the order of their names, capital or not."""
    for name in sorted(definitions, key=lambda name: (name.casefold(), name)):
        yield definitions[name]


def _schema(supergraph: Supergraph) -> str:
    roots = {
        "query": supergraph.query,
        "mutation": supergraph.mutation,
        "subscription": supergraph.subscription,
    }
    lines = [f"  {operation}: {name}" for operation, name in roots.items() if name]
    directives = [print_ast(node) for node in (*supergraph.links, *supergraph.schema_directives)]
    return _described(supergraph.description) + "\n".join(
        ["schema", *_on_lines(directives), "{", *lines, "}"]
    )


def _graphs(subgraphs: Iterable[Subgraph]) -> str:
    values = [
        f"  {graph.id} @join__graph(name: {quoted(graph.name)}, url: {quoted(graph.url)})"
        for graph in subgraphs
    ]
    return "\n".join(["enum join__Graph {", *values, "}"])


@singledispatch
def render_type(named: NamedType) -> str:
    """Write one type definition with its join directives."""
    raise TypeError(f"{named!r} is no type of a supergraph")


@render_type.register
def _object(named: ObjectType) -> str:
    return _composite("type", named)


@render_type.register
def _interface(named: InterfaceType) -> str:
    return _composite("interface", named)


def _composite(keyword: str, named: ObjectType | InterfaceType) -> str:
    implements = f" implements {' & '.join(named.interfaces)}" if named.interfaces else ""
    joins = [*join_implements(named.implements), *join_types(named.joins)]
    fields = [_field(definition) for definition in named.fields.values()]
    return _type(f"{keyword} {named.name}{implements}", named, joins, fields)


@render_type.register
def _union(named: UnionType) -> str:
    joins = [*join_types(named.joins), *join_union_members(named.member_joins)]
    head = _type(f"union {named.name}", named, joins, [])
    if not named.members:
        return head
    separator = "\n  =" if joins or named.directives else " ="
    return f"{head}{separator} {' | '.join(named.members)}"


@render_type.register
def _enum(named: EnumType) -> str:
    values = [_enum_value(value) for value in named.values.values()]
    return _type(f"enum {named.name}", named, join_types(named.joins), values)


@render_type.register
def _input_object(named: InputObjectType) -> str:
    fields = [_input_value(field, "  ") for field in named.fields.values()]
    return _type(f"input {named.name}", named, join_types(named.joins), fields)


@render_type.register
def _scalar(named: ScalarType) -> str:
    return _type(f"scalar {named.name}", named, join_types(named.joins), [])


def _type(head: str, named: NamedType, joins: Iterable[str], members: Sequence[str]) -> str:
    directives = [*joins, *map(print_ast, named.directives)]
    lines = [head, *_on_lines(directives)]
    if members:
        lines += ["{" if directives else "", *members, "}"]
        if not directives:
            lines[0:2] = [f"{head} {{"]
    return _described(named.description) + "\n".join(lines)


def _on_lines(directives: Iterable[str]) -> Iterator[str]:
    return (f"  {directive}" for directive in directives)


def _field(definition: Field) -> str:
    arguments = _arguments(tuple(definition.arguments.values()))
    head = f"  {definition.name}{arguments}: {definition.type}"
    directives = [*join_fields(definition.joins), *map(print_ast, definition.directives)]
    return _described(definition.description, "  ") + " ".join([head, *directives])


def _arguments(arguments: Sequence[InputValue]) -> str:
    if not arguments:
        return ""
    if any(argument.description is not None for argument in arguments):
        lines = [_input_value(argument, "    ") for argument in arguments]
        return "\n".join(["(", *lines, "  )"])
    return "(" + ", ".join(_input_value(argument, "") for argument in arguments) + ")"


def _input_value(value: InputValue, indent: str) -> str:
    default = f" = {print_ast(value.default)}" if value.default is not None else ""
    directives = [*join_fields(value.joins), *map(print_ast, value.directives)]
    head = f"{indent}{value.name}: {value.type}{default}"
    return _described(value.description, indent) + " ".join([head, *directives])


def _enum_value(value: EnumValue) -> str:
    joins = [f"@join__enumValue(graph: {graph})" for graph in value.graphs]
    text = " ".join([f"  {value.name}", *joins, *map(print_ast, value.directives)])
    return _described(value.description, "  ") + text


def _described(description: str | None, indent: str = "") -> str:
    if description is None:
        return ""
    if not is_printable_as_block_string(description):
        return f"{indent}{quoted(description)}\n"
    lines = print_block_string(description).split("\n")
    return "".join(f"{indent}{line}".rstrip() + "\n" for line in lines)
