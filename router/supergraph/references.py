"""Whether all that a supergraph names is there: types, and the subgraphs of its joins."""

from __future__ import annotations

from collections.abc import Iterator

from graphql import specified_scalar_types

from router.errors import SupergraphError
from router.supergraph.model import (
    Field,
    InputObjectType,
    InterfaceType,
    NamedType,
    ObjectType,
    Supergraph,
    UnionType,
)


def check_references(supergraph: Supergraph) -> None:
    """Raise `SupergraphError` for the first name of a type or a subgraph that is not there."""
    known = {*supergraph.types, *specified_scalar_types}
    for root in (supergraph.query, supergraph.mutation, supergraph.subscription):
        if root is not None and root not in known:
            raise SupergraphError(f"The supergraph has no type '{root}' for its root.")
    for named in supergraph.types.values():
        for where, name in _types_of(named):
            if name not in known:
                raise SupergraphError(f"The supergraph has no type '{name}', named by {where}.")
        for where, graph in _graphs_of(named):
            if graph is not None and graph not in supergraph.subgraphs:
                raise SupergraphError(f"The supergraph has no subgraph {graph}, named by {where}.")


def _fields_of(named: NamedType) -> Iterator[Field]:
    if isinstance(named, ObjectType | InterfaceType):
        yield from named.fields.values()


def _types_of(named: NamedType) -> Iterator[tuple[str, str]]:
    for field in _fields_of(named):
        where = f"{named.name}.{field.name}"
        yield where, field.type.name
        for argument in field.arguments.values():
            yield where, argument.type.name
    if isinstance(named, ObjectType | InterfaceType):
        yield from ((named.name, name) for name in named.interfaces)
    if isinstance(named, UnionType):
        yield from ((named.name, name) for name in named.members)
    if isinstance(named, InputObjectType):
        for value in named.fields.values():
            yield f"{named.name}.{value.name}", value.type.name


def _graphs_of(named: NamedType) -> Iterator[tuple[str, str | None]]:
    yield from ((named.name, join.graph) for join in named.joins)
    for field in _fields_of(named):
        yield from ((f"{named.name}.{field.name}", join.graph) for join in field.joins)
