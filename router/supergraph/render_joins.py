"""Write the join specification's directives: which subgraph has what, and how."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from graphql.language.print_string import print_string

from router.supergraph.model import (
    ContextArgument,
    JoinField,
    JoinImplements,
    JoinType,
    JoinUnionMember,
)


def quoted(text: str) -> str:
    """Write a string value."""
    return print_string(text)


def join_types(joins: Iterable[JoinType]) -> Iterator[str]:
    """Write `@join__type`."""
    for join in joins:
        parts = [f"graph: {join.graph}"]
        parts += [f"key: {quoted(join.key)}"] if join.key is not None else []
        parts += ["extension: true"] if join.extension else []
        parts += [] if join.resolvable else ["resolvable: false"]
        parts += ["isInterfaceObject: true"] if join.is_interface_object else []
        yield f"@join__type({', '.join(parts)})"


def join_implements(joins: Iterable[JoinImplements]) -> Iterator[str]:
    """Write `@join__implements`."""
    for join in joins:
        yield f"@join__implements(graph: {join.graph}, interface: {quoted(join.interface)})"


def join_union_members(joins: Iterable[JoinUnionMember]) -> Iterator[str]:
    """Write `@join__unionMember`."""
    for join in joins:
        yield f"@join__unionMember(graph: {join.graph}, member: {quoted(join.member)})"


def join_fields(joins: Iterable[JoinField]) -> Iterator[str]:
    """Write `@join__field`."""
    for join in joins:
        arguments = ", ".join(_join_field_arguments(join))
        yield f"@join__field({arguments})" if arguments else "@join__field"


def _join_field_arguments(join: JoinField) -> Iterator[str]:
    if join.graph is not None:
        yield f"graph: {join.graph}"
    strings = {
        "requires": join.requires,
        "provides": join.provides,
        "type": join.type.text if join.type else None,
    }
    yield from _strings(strings)
    if join.external:
        yield "external: true"
    yield from _strings({"override": join.override})
    if join.used_overridden:
        yield "usedOverridden: true"
    yield from _strings({"overrideLabel": join.override_label})
    if join.context_arguments:
        arguments = ", ".join(_context_argument(argument) for argument in join.context_arguments)
        yield f"contextArguments: [{arguments}]"


def _strings(arguments: dict[str, str | None]) -> Iterator[str]:
    for name, value in arguments.items():
        if value is not None:
            yield f"{name}: {quoted(value)}"


def _context_argument(argument: ContextArgument) -> str:
    values = {
        "context": argument.context,
        "name": argument.name,
        "type": argument.type.text,
        "selection": argument.selection,
    }
    return "{" + ", ".join(_strings(dict(values))) + "}"
