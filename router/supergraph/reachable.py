"""Which types clients can reach from the roots."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

from router.supergraph.model import (
    Field,
    InputObjectType,
    InterfaceType,
    NamedType,
    ObjectType,
    UnionType,
)


def reachable_types(
    types: Mapping[str, NamedType], roots: Iterable[str], hidden: Collection[str]
) -> set[str]:
    """Name the types that are reached without passing a hidden coordinate."""
    implementations: dict[str, list[str]] = {}
    for named in types.values():
        if isinstance(named, ObjectType | InterfaceType):
            for interface in named.interfaces:
                implementations.setdefault(interface, []).append(named.name)
    waiting = list(roots)
    reached: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name in types and name not in reached and name not in hidden:
            reached.add(name)
            waiting += _next(types[name], hidden)
            waiting += implementations.get(name, ())
    return reached


def _next(named: NamedType, hidden: Collection[str]) -> Iterator[str]:
    if isinstance(named, ObjectType | InterfaceType):
        yield from named.interfaces
        for definition in named.fields.values():
            if f"{named.name}.{definition.name}" not in hidden:
                yield from _used(f"{named.name}.{definition.name}", definition, hidden)
    elif isinstance(named, InputObjectType):
        for value in named.fields.values():
            if f"{named.name}.{value.name}" not in hidden:
                yield value.type.name
    elif isinstance(named, UnionType):
        yield from named.members


def _used(coordinate: str, definition: Field, hidden: Collection[str]) -> Iterator[str]:
    yield definition.type.name
    for argument in definition.arguments.values():
        if f"{coordinate}({argument.name}:)" not in hidden:
            yield argument.type.name
