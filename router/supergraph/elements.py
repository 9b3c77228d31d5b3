"""All elements of a supergraph by coordinate: to look at each, and to put a directive on some."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from graphql import ConstDirectiveNode

from router.supergraph.model import (
    EnumType,
    Field,
    InputObjectType,
    InputValue,
    InterfaceType,
    NamedType,
    ObjectType,
)

Directives = Sequence[ConstDirectiveNode]


@dataclass(frozen=True, slots=True)
class Element:
    """An element's coordinate and directives; for a field also those of its type."""

    coordinate: str
    directives: Directives
    of_type: Directives | None = None


def elements(types: Mapping[str, NamedType]) -> Iterator[Element]:
    """Yield every type, field, argument, input field and enum value."""
    for named in types.values():
        yield Element(named.name, named.directives)
        if isinstance(named, ObjectType | InterfaceType):
            yield from _fields(named)
        elif isinstance(named, InputObjectType):
            yield from _members(named.name, named.fields)
        elif isinstance(named, EnumType):
            for value in named.values.values():
                yield Element(f"{named.name}.{value.name}", value.directives)


def _fields(named: ObjectType | InterfaceType) -> Iterator[Element]:
    for definition in named.fields.values():
        coordinate = f"{named.name}.{definition.name}"
        yield Element(coordinate, definition.directives, named.directives)
        for argument in definition.arguments.values():
            yield Element(f"{coordinate}({argument.name}:)", argument.directives)


def _members(parent: str, values: Mapping[str, InputValue]) -> Iterator[Element]:
    for value in values.values():
        yield Element(f"{parent}.{value.name}", value.directives)


@dataclass(frozen=True, slots=True)
class Marker:
    """Puts a directive on the elements of some coordinates."""

    directive: ConstDirectiveNode
    hidden: frozenset[str]

    def mark_type(self, named: NamedType) -> NamedType:
        """Return the type with the directive where it belongs."""
        if isinstance(named, ObjectType | InterfaceType):
            fields = {n: self._mark_field(named.name, f) for n, f in named.fields.items()}
            named = replace(named, fields=fields)
        elif isinstance(named, InputObjectType):
            values = {
                n: self._mark_input(f"{named.name}.{n}", value) for n, value in named.fields.items()
            }
            named = replace(named, fields=values)
        elif isinstance(named, EnumType):
            enum_values = {
                n: replace(value, directives=self._mark(f"{named.name}.{n}", value.directives))
                for n, value in named.values.items()
            }
            named = replace(named, values=enum_values)
        return replace(named, directives=self._mark(named.name, named.directives))

    def _mark_field(self, parent: str, definition: Field) -> Field:
        coordinate = f"{parent}.{definition.name}"
        arguments = {
            name: self._mark_input(f"{coordinate}({name}:)", value)
            for name, value in definition.arguments.items()
        }
        directives = self._mark(coordinate, definition.directives)
        return replace(definition, arguments=arguments, directives=directives)

    def _mark_input(self, coordinate: str, value: InputValue) -> InputValue:
        return replace(value, directives=self._mark(coordinate, value.directives))

    def _mark(
        self, coordinate: str, directives: tuple[ConstDirectiveNode, ...]
    ) -> tuple[ConstDirectiveNode, ...]:
        is_marked = self.directive in directives
        return (
            directives
            if coordinate not in self.hidden or is_marked
            else (
                *directives,
                self.directive,
            )
        )
